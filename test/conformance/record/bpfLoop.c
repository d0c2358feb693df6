/*
 * A loop in the kernel of any number of milliseconds: a BPF program of rounds. It computes, it does not
 * wait: time that somebody else has makes it longer.
 */
#define _GNU_SOURCE
#include "interpreter.h"
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The verifier allows a little over 8000 rounds with a way out in each. */
#define ROUNDS_MAX 7500
#define CALLS 96
#define PROLOGUE_MAX 8

struct bpf_insn insn(int code, int dst, int src, int off, int imm) {
  return (struct bpf_insn){.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm};
}

/* for (r8 = 0; r8 < r7 && r8 < ROUNDS_MAX; r8++) CALLS times a helper; the prologue sets r7. */
int load_loop(int type, const struct bpf_insn *prologue, int count) {
  static struct bpf_insn code[PROLOGUE_MAX + CALLS + 16];
  static char log[4096];
  int n = 0;
  while (n < count) code[n] = prologue[n], n++;
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
  a.prog_type = type;
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

/* What a round takes, by the shortest of a few runs. */
int64_t round_length(void (*run)(int64_t rounds), const char *what) {
  int64_t least = INT64_MAX;
  for (int i = 0; i < 5; i++) {
    int64_t from = now();
    run(1000);
    if (now() - from < least) least = now() - from;
  }
  say("%s: %lld ns a round\n", what, (long long)(least / 1000));
  return least / 1000;
}

int64_t rounds_of(int64_t ns, int64_t round_ns, const char *what) {
  int64_t rounds = round_ns ? ns / round_ns : 0;
  if (rounds > ROUNDS_MAX)
    say("error %s for at most %lld ms\n", what, (long long)(ROUNDS_MAX * round_ns / 1000000));
  return rounds;
}
