/*
 * A stretch of kernel code with preemption off: a loop on the entry of a system call that nobody needs.
 * Tracepoints run their programs with preemption off and interrupts on.
 */
#define _GNU_SOURCE
#include "interpreter.h"
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRACEPOINT TRACING "events/syscalls/sys_enter_getpgid/id"
/* Of the system call's first argument in the context. */
#define ARGUMENT 16
#define WHAT "preemption off"

static int64_t round_ns;

static void spin(int64_t rounds) { syscall(SYS_getpgid, rounds); }

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
  const struct bpf_insn argument[] = {insn(BPF_LDX | BPF_DW | BPF_MEM, 7, 1, ARGUMENT, 0)};
  int program = load_loop(BPF_PROG_TYPE_TRACEPOINT, argument, 1);
  if (event < 0 || ioctl(event, PERF_EVENT_IOC_SET_BPF, program) != 0)
    say("error perf event: %s\n", strerror(errno));
  round_ns = round_length(spin, WHAT);
}

void spin_without_preemption(int64_t ns) { spin(rounds_of(ns, round_ns, WHAT)); }
