/*
 * A stretch of kernel code with preemption off, for any number of milliseconds: a BPF program on the
 * entry of a system call that nobody needs. Tracepoints run their programs with preemption off and
 * interrupts on. It computes, it does not wait: time that the host steals makes it longer.
 */
#define _GNU_SOURCE
#include "interpreter.h"
#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRACEPOINT TRACING "events/syscalls/sys_enter_getpgid/id"
/* The verifier allows a little over 8000 rounds with a way out in each. */
#define ROUNDS_MAX 7500
#define CALLS 24
/* Of the system call's first argument in the context. */
#define ARGUMENT 16

static int64_t round_ns;

static struct bpf_insn insn(int code, int dst, int src, int off, int imm) {
  return (struct bpf_insn){.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm};
}

/* for (r8 = 0; r8 < argument && r8 < ROUNDS_MAX; r8++) CALLS times a helper. */
static int load_program(void) {
  static struct bpf_insn code[CALLS + 16];
  static char log[4096];
  int n = 0;
  code[n++] = insn(BPF_LDX | BPF_DW | BPF_MEM, 7, 1, ARGUMENT, 0);
  code[n++] = insn(BPF_ALU64 | BPF_MOV | BPF_K, 8, 0, 0, 0);
  int loop = n;
  code[n++] = insn(BPF_JMP | BPF_JLE | BPF_X, 7, 8, CALLS + 2, 0);
  for (int i = 0; i < CALLS; i++) code[n++] = insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ktime_get_ns);
  code[n++] = insn(BPF_ALU64 | BPF_ADD | BPF_K, 8, 0, 0, 1);
  code[n] = insn(BPF_JMP | BPF_JLT | BPF_K, 8, 0, loop - n - 1, ROUNDS_MAX);
  n++;
  code[n++] = insn(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
  code[n++] = insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
  union bpf_attr a;
  memset(&a, 0, sizeof a);
  a.prog_type = BPF_PROG_TYPE_TRACEPOINT;
  a.insns = (uintptr_t)code;
  a.insn_cnt = n;
  a.license = (uintptr_t) "GPL";
  a.log_buf = (uintptr_t)log;
  a.log_size = sizeof log;
  a.log_level = 4;
  int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof a);
  if (fd < 0) say("error BPF: %s\n%s\n", strerror(errno), log);
  return fd;
}

static int64_t spin(int64_t rounds) {
  int64_t from = now();
  syscall(SYS_getpgid, rounds);
  return now() - from;
}

void allow_preemption_off(void) {
  char id[32];
  if (read_file(TRACEPOINT, id, sizeof id) != 0) {
    say("error no " TRACEPOINT "\n");
    return;
  }
  struct perf_event_attr a;
  memset(&a, 0, sizeof a);
  a.size = sizeof a;
  a.type = PERF_TYPE_TRACEPOINT;
  a.config = atoi(id);
  int event = syscall(SYS_perf_event_open, &a, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
  int program = load_program();
  if (event < 0 || ioctl(event, PERF_EVENT_IOC_SET_BPF, program) != 0)
    say("error perf event: %s\n", strerror(errno));
  int64_t least = spin(1000);
  for (int i = 0; i < 4; i++) {
    int64_t ns = spin(1000);
    if (ns < least) least = ns;
  }
  round_ns = least / 1000;
  say("preemption off: %lld ns a round\n", (long long)round_ns);
}

void spin_without_preemption(int64_t ns) {
  int64_t rounds = round_ns ? ns / round_ns : 0;
  if (rounds > ROUNDS_MAX) say("error preemption off for at most %lld ms\n",
                               (long long)(ROUNDS_MAX * round_ns / 1000000));
  spin(rounds);
}
