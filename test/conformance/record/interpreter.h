/* What the interpreter and its part for guests share. */
#ifndef INTERPRETER_H
#define INTERPRETER_H
#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NS_PER_S 1000000000LL
#define TRACING "/sys/kernel/tracing/"

struct policy {
  int policy, priority;
  uint64_t runtime, deadline, period;
};

extern uint64_t tsc_per_ms;

/* To the debug port; in a guest into the mailbox. */
void out(const char *text, size_t n);
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int64_t now(void);
void sleep_until(int64_t at);
uint64_t tsc(void);
void set_cpus(int tid, uint64_t mask);
int read_file(const char *path, char *text, size_t size);

/* Both sides map the end of the guest's memory, which its kernel does not use. */
int in_guest(void);
void open_guest_mailbox(void);
int mailbox_out(const char *text, size_t n);

/* Code of the kernel that no other thread preempts, or with bottom halves off. */
void allow_preemption_off(void);
void spin_without_preemption(int64_t ns);
void allow_bottom_halves_off(void);
void spin_without_bottom_halves(int64_t ns);

/* Loops in the kernel, of rounds. */
struct bpf_insn insn(int code, int dst, int src, int off, int imm);
int load_loop(int type, const struct bpf_insn *prologue, int count);
int64_t round_length(void (*run)(int64_t rounds), const char *what);
int64_t rounds_of(int64_t ns, int64_t round_ns, const char *what);

/* On the host. */
void load_module(const char *name, const char *parameters);
void start_guest(const char *cmdline, char *cpus);
int guest_thread(const char *name);
int has_guest(void);
int wait_guest_ready(void);
void start_guest_at(int64_t t0);
void take_guest_output(void);
void monitor(const char *command);

/* In the guest: the time at which the host starts, by the clock of the guest. */
int64_t wait_for_start(void);
void finish_scenario(void);

#endif
