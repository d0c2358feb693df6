/*
 * The first and only process of a recording: reads /scenarios, runs each with the real scheduler,
 * and sends the trace of each to the emulator's debug port.
 *
 * Threads compute in user mode and count only time that passes in small steps of the TSC, so that
 * neither an interruption nor a pause of the emulator counts as work, and no system call disturbs
 * the accounting of the kernel. Lines of the input are documented in ../README.md.
 */
#define _GNU_SOURCE
#include "interpreter.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define DEBUG_PORT 0xe9
#define EXIT_PORT 0xf4
#define UNUSED_PORT 0xe0
#define THREADS_MAX 24
#define STEPS_MAX 64
#define LOCKS_MAX 16
#define LATE_MAX 4096
/* A gap in the TSC above this is time that somebody else had. */
#define GAP_NS 100000
#define LEAD_NS 60000000LL
/* A guest looks less often, and takes longer. */
#define GUEST_LEAD_NS 200000000LL

enum op {
  RUN, SLEEP, UNTIL, LOCK, UNLOCK, YIELD, POLICY, WAKE, WAIT, CPUS, IRQ, FAULT, PREEMPT_OFF, BH_OFF, EXIT,
  MONITOR, LATE
};

struct step {
  enum op op;
  int64_t ns;
  int subject;
  struct policy policy;
  uint64_t cpus;
  char text[64];
};

struct thread {
  char name[16];
  struct policy policy;
  uint64_t cpus;
  int64_t start, every;
  int count, tid, pending;
  struct step steps[STEPS_MAX];
};

static struct thread threads[THREADS_MAX];
static int thread_count, lock_count, ready, started, marker, serial = -1;
static char lock_names[LOCKS_MAX][16];
static int locks[LOCKS_MAX];
static int64_t t0, until_ns;
/* How late the thread with a step `late` was, release by release. */
static int64_t lateness[LATE_MAX];
static int late_count;
uint64_t tsc_per_ms;

void out(const char *text, size_t n) {
  if (in_guest()) {
    mailbox_out(text, n);
    return;
  }
  for (size_t i = 0; i < n; i++) outb(text[i], DEBUG_PORT);
}

void say(const char *format, ...) {
  char line[512];
  va_list list;
  va_start(list, format);
  int n = vsnprintf(line, sizeof line, format, list);
  va_end(list);
  out(line, n < (int)sizeof line ? n : (int)sizeof line - 1);
}

int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * NS_PER_S + t.tv_nsec;
}

void sleep_until(int64_t at) {
  struct timespec t = {at / NS_PER_S, at % NS_PER_S};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) continue;
}

uint64_t tsc(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}

static void calibrate(void) {
  int64_t from = now();
  uint64_t before = tsc();
  sleep_until(from + 200000000);
  uint64_t after = tsc();
  tsc_per_ms = (after - before) * 1000000 / (uint64_t)(now() - from);
}

static void burn(int64_t ns) {
  uint64_t wanted = (uint64_t)ns / 1000 * tsc_per_ms / 1000, gap = GAP_NS * tsc_per_ms / 1000000;
  uint64_t had = 0, last = tsc();
  while (ns < 0 || had < wanted) {
    uint64_t next = tsc();
    if (next - last < gap) had += next - last;
    last = next;
  }
}

static long futex(int *word, int op, int value) {
  return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

struct sched_attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
};

static int set_policy(int tid, const struct policy *p) {
  struct sched_attributes a = {sizeof a, p->policy, 0, 0, p->priority, p->runtime, p->deadline,
                               p->period};
  int result = syscall(SYS_sched_setattr, tid, &a, 0);
  if (result != 0) say("error sched_setattr %d of %d: %s\n", p->policy, tid, strerror(errno));
  return result;
}

void set_cpus(int tid, uint64_t mask) {
  if (syscall(SYS_sched_setaffinity, tid, sizeof mask, &mask) < 0)
    say("error affinity %llx of %d: %s\n", (unsigned long long)mask, tid, strerror(errno));
}

static int write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_TRUNC);
  if (fd < 0) return -1;
  ssize_t n = write(fd, text, strlen(text));
  close(fd);
  return n < 0 ? -1 : 0;
}

int read_file(const char *path, char *text, size_t size) {
  int fd = open(path, O_RDONLY);
  if (fd < 0) return -1;
  ssize_t n = read(fd, text, size - 1);
  close(fd);
  if (n < 0) return -1;
  text[n] = 0;
  text[strcspn(text, "\n")] = 0;
  return 0;
}

static void mark(const char *name, int step) {
  char text[40];
  int n = snprintf(text, sizeof text, "@%s %d", name, step);
  if (write(marker, text, n) < 0) return;
}

static void perform(struct thread *t, const struct step *s, int64_t release) {
  switch (s->op) {
    case RUN:
      burn(s->ns);
      break;
    case SLEEP:
      sleep_until(now() + s->ns);
      break;
    case UNTIL:
      sleep_until(release + s->ns);
      break;
    case LOCK: {
      int free = 0;
      if (!__atomic_compare_exchange_n(&locks[s->subject], &free, t->tid, 0, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST))
        while (futex(&locks[s->subject], FUTEX_LOCK_PI, 0) < 0 && errno == EINTR) continue;
      break;
    }
    case UNLOCK: {
      int own = t->tid;
      if (!__atomic_compare_exchange_n(&locks[s->subject], &own, 0, 0, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST))
        futex(&locks[s->subject], FUTEX_UNLOCK_PI, 0);
      break;
    }
    case YIELD:
      sched_yield();
      break;
    case POLICY:
      set_policy(threads[s->subject].tid, &s->policy);
      break;
    case CPUS:
      set_cpus(threads[s->subject].tid, s->cpus);
      break;
    case WAKE:
      __atomic_add_fetch(&threads[s->subject].pending, 1, __ATOMIC_SEQ_CST);
      futex(&threads[s->subject].pending, FUTEX_WAKE, 1);
      break;
    case WAIT:
      while (__atomic_load_n(&t->pending, __ATOMIC_SEQ_CST) == 0) futex(&t->pending, FUTEX_WAIT, 0);
      __atomic_sub_fetch(&t->pending, 1, __ATOMIC_SEQ_CST);
      break;
    case IRQ:
      if (serial < 0 || write(serial, "x", 1) < 0) say("error no serial port to interrupt\n");
      break;
    case FAULT: {
      /* Touches fresh pages: kernel work of its own in this thread. */
      char *p = mmap(NULL, s->ns, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      for (int64_t i = 0; i < s->ns; i += 4096) p[i] = 1;
      munmap(p, s->ns);
      break;
    }
    case PREEMPT_OFF:
      spin_without_preemption(s->ns);
      break;
    case BH_OFF:
      spin_without_bottom_halves(s->ns);
      break;
    case EXIT:
      /* A port that QEMU serves, or rather does not: the exit is what counts. */
      outb(0, UNUSED_PORT);
      break;
    case MONITOR:
      monitor(s->text);
      break;
    case LATE:
      if (late_count < LATE_MAX) lateness[late_count++] = now() - release;
      break;
  }
}

static void *body(void *argument) {
  struct thread *t = argument;
  t->tid = syscall(SYS_gettid);
  prctl(PR_SET_NAME, t->name);
  prctl(PR_SET_TIMERSLACK, 1);
  set_cpus(t->tid, t->cpus);
  set_policy(t->tid, &t->policy);
  __atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) == 0) futex(&started, FUTEX_WAIT, 0);
  for (int64_t release = t->start;; release += t->every) {
    sleep_until(t0 + release);
    for (int i = 0; i < t->count; i++) {
      perform(t, &t->steps[i], t0 + (t->every ? release : 0));
      if (t->steps[i].op != LATE) mark(t->name, i + 1);
    }
    if (t->every == 0) break;
    /* As cyclictest: what was missed is skipped. */
    while (t->steps[0].op == LATE && t0 + release + t->every <= now()) release += t->every;
  }
  /* Leaving would move the thread to the tail of its priority once more (sched_autogroup_exit). */
  for (;;) pause();
  return NULL;
}

static int thread_number(const char *name) {
  for (int i = 0; i < thread_count; i++)
    if (strcmp(threads[i].name, name) == 0) return i;
  say("error no thread %s\n", name);
  return 0;
}

static int lock_number(const char *name) {
  for (int i = 0; i < lock_count; i++)
    if (strcmp(lock_names[i], name) == 0) return i;
  snprintf(lock_names[lock_count], sizeof lock_names[0], "%s", name);
  return lock_count++;
}

/* POLICY PRIORITY RUNTIME DEADLINE PERIOD, as the numbers of the kernel. */
static struct policy read_policy(char **save) {
  struct policy p;
  p.policy = atoi(strtok_r(NULL, " ", save));
  p.priority = atoi(strtok_r(NULL, " ", save));
  p.runtime = strtoull(strtok_r(NULL, " ", save), NULL, 10);
  p.deadline = strtoull(strtok_r(NULL, " ", save), NULL, 10);
  p.period = strtoull(strtok_r(NULL, " ", save), NULL, 10);
  return p;
}

static void read_step(struct thread *t, char **save) {
  static const char *names[] = {"run",  "sleep", "until", "lock", "unlock", "yield",
                                "policy", "wake", "wait", "cpus", "irq", "fault",
                                "preempt-off", "bh-off", "exit", "monitor", "late"};
  char *word = strtok_r(NULL, " ", save);
  struct step *s = &t->steps[t->count++];
  for (int op = 0; op < (int)(sizeof names / sizeof *names); op++)
    if (strcmp(word, names[op]) == 0) s->op = op;
  char *first = strtok_r(NULL, " ", save);
  switch (s->op) {
    case LOCK:
    case UNLOCK:
      s->subject = lock_number(first);
      break;
    case POLICY:
      s->subject = thread_number(first);
      s->policy = read_policy(save);
      break;
    case CPUS:
      s->subject = thread_number(first);
      s->cpus = strtoull(strtok_r(NULL, " ", save), NULL, 16);
      break;
    case WAKE:
      s->subject = thread_number(first);
      break;
    case MONITOR:
      snprintf(s->text, sizeof s->text, "%s %s\n", first, *save);
      break;
    default:
      s->ns = first ? atoll(first) : 0;
  }
}

/* What a scenario changed, to be put back after it. */
struct saved {
  char path[128], value[64];
  int tid;
  uint64_t cpus;
  struct sched_attributes policy;
};
static struct saved saved[64];
static int saved_count;

static void set_saved_policy(int tid, const struct policy *p, uint64_t cpus) {
  struct saved *s = &saved[saved_count++];
  s->tid = tid;
  s->cpus = cpus;
  syscall(SYS_sched_getattr, tid, &s->policy, sizeof s->policy, 0);
  set_policy(tid, p);
}

/* Sets the policy of every kernel thread of a name, as in `ktimers/1`. */
static void set_kernel_threads(const char *name, const struct policy *p) {
  int found = 0;
  for (int pid = 2; pid < 1000; pid++) {
    char path[40], comm[32];
    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    if (read_file(path, comm, sizeof comm) == 0 && strcmp(comm, name) == 0) {
      found++;
      set_saved_policy(pid, p, 0);
    }
  }
  if (found == 0) say("missing kernel thread %s\n", name);
}

static void put_back(void) {
  while (saved_count > 0) {
    struct saved *s = &saved[--saved_count];
    if (s->tid) {
      syscall(SYS_sched_setattr, s->tid, &s->policy, 0);
      if (s->cpus) set_cpus(s->tid, s->cpus);
    } else {
      write_file(s->path, s->value);
    }
  }
}

static void open_serial(void) {
  serial = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (serial < 0) return;
  struct termios t;
  tcgetattr(serial, &t);
  cfmakeraw(&t);
  t.c_cflag |= CLOCAL;
  tcsetattr(serial, TCSANOW, &t);
}

static void dump_trace(void) {
  static char buffer[1 << 16];
  int fd = open(TRACING "trace", O_RDONLY);
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) out(buffer, n);
  close(fd);
}

/*
 * Enabling an event rewrites the code of the running kernel, which the emulator's threads sometimes
 * miss: it is done once, before anything runs.
 */
static void enable_events(char *events) {
  char path[300];
  write_file(TRACING "tracing_on", "0");
  for (char *save, *e = strtok_r(events, ",", &save); e; e = strtok_r(NULL, ",", &save)) {
    snprintf(path, sizeof path, TRACING "events/%s/enable", e);
    if (write_file(path, "1") < 0) say("missing event %s\n", e);
  }
}

/* Runs the threads of one scenario in a process of their own; killing it ends them all. */
static void run_threads(void) {
  struct policy own = {SCHED_FIFO, 98, 0, 0, 0};
  set_policy(0, &own);
  mlockall(MCL_CURRENT | MCL_FUTURE);
  marker = open(TRACING "trace_marker", O_WRONLY);
  if (serial >= 0) open_serial();
  for (int i = 0; i < thread_count; i++) {
    pthread_t id;
    pthread_attr_t a;
    pthread_attr_init(&a);
    pthread_attr_setstacksize(&a, 65536);
    pthread_create(&id, &a, body, &threads[i]);
  }
  /* The first interrupts still go where the last scenario sent them. */
  for (int i = 0; i < 2 && serial >= 0; i++) {
    if (write(serial, "x", 1) < 0) say("error no serial port to interrupt\n");
    sleep_until(now() + 20000000);
  }
  while (__atomic_load_n(&ready, __ATOMIC_SEQ_CST) < thread_count) sleep_until(now() + 1000000);
  if (has_guest()) monitor("info name\n");
  sleep_until(now() + 20000000);
  write_file(TRACING "trace", "\n");
  if (has_guest() && !wait_guest_ready()) _exit(1);
  t0 = in_guest() ? wait_for_start() : now() + (has_guest() ? GUEST_LEAD_NS : LEAD_NS);
  if (has_guest()) start_guest_at(t0);
  started = 1;
  futex(&started, FUTEX_WAKE, THREADS_MAX);
  sleep_until(t0 - LEAD_NS / 2);
  write_file(TRACING "tracing_on", "1");
  sleep_until(t0 + until_ns);
  write_file(TRACING "tracing_on", "0");
  say("t0 %lld\n", (long long)t0);
  for (int i = 0; i < late_count; i++) say("late %lld\n", (long long)lateness[i]);
  dump_trace();
  _exit(0);
}

static void run_scenarios(FILE *input) {
  static char line[1024], name[64];
  while (fgets(line, sizeof line, input)) {
    line[strcspn(line, "\n")] = 0;
    char *save, *word = strtok_r(line, " ", &save);
    if (!word) continue;
    if (strcmp(word, "events") == 0) {
      enable_events(strtok_r(NULL, " ", &save));
    } else if (strcmp(word, "scenario") == 0) {
      snprintf(name, sizeof name, "%s", strtok_r(NULL, " ", &save));
      until_ns = atoll(strtok_r(NULL, " ", &save));
      memset(threads, 0, sizeof threads);
      memset(locks, 0, sizeof locks);
      thread_count = lock_count = ready = started = 0;
      serial = -1;
    } else if (strcmp(word, "file") == 0) {
      struct saved *s = &saved[saved_count++];
      s->tid = 0;
      snprintf(s->path, sizeof s->path, "%s", strtok_r(NULL, " ", &save));
      if (read_file(s->path, s->value, sizeof s->value) < 0) say("missing file %s\n", s->path);
      if (write_file(s->path, save) < 0) say("error %s: %s\n", s->path, strerror(errno));
    } else if (strcmp(word, "kthread") == 0) {
      char *who = strtok_r(NULL, " ", &save);
      struct policy p = read_policy(&save);
      set_kernel_threads(who, &p);
    } else if (strcmp(word, "preemption-off") == 0) {
      allow_preemption_off();
    } else if (strcmp(word, "bottom-halves-off") == 0) {
      allow_bottom_halves_off();
    } else if (strcmp(word, "module") == 0) {
      char *module = strtok_r(NULL, " ", &save);
      load_module(module, save);
    } else if (strcmp(word, "guest") == 0) {
      char *cpus = strtok_r(NULL, " ", &save);
      start_guest(save, cpus);
    } else if (strcmp(word, "qemu") == 0) {
      int tid = guest_thread(strtok_r(NULL, " ", &save));
      uint64_t cpus = strtoull(strtok_r(NULL, " ", &save), NULL, 16);
      struct policy p = read_policy(&save);
      if (cpus) set_cpus(tid, cpus);
      set_saved_policy(tid, &p, cpus ? 1 : 0);
    } else if (strcmp(word, "serial") == 0) {
      open_serial();
    } else if (strcmp(word, "thread") == 0) {
      struct thread *t = &threads[thread_count++];
      snprintf(t->name, sizeof t->name, "%s", strtok_r(NULL, " ", &save));
      t->cpus = strtoull(strtok_r(NULL, " ", &save), NULL, 16);
      t->start = atoll(strtok_r(NULL, " ", &save));
      t->every = atoll(strtok_r(NULL, " ", &save));
      t->policy = read_policy(&save);
    } else if (strcmp(word, "step") == 0) {
      read_step(&threads[thread_number(strtok_r(NULL, " ", &save))], &save);
    } else if (strcmp(word, "end") == 0) {
      if (!in_guest()) say("begin %s\n", name);
      pid_t child = fork();
      if (child == 0) run_threads();
      waitpid(child, NULL, 0);
      if (serial >= 0) close(serial);
      put_back();
      if (has_guest()) take_guest_output();
      if (in_guest()) finish_scenario();
      else say("end %s\n", name);
    }
  }
}

int main(void) {
  char text[512];
  mkdir("/proc", 0755);
  mkdir("/sys", 0755);
  mkdir("/dev", 0755);
  mount("proc", "/proc", "proc", 0, NULL);
  mount("sys", "/sys", "sysfs", 0, NULL);
  mount("dev", "/dev", "devtmpfs", 0, NULL);
  mount("tracing", "/sys/kernel/tracing", "tracefs", 0, NULL);
  mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
  if (iopl(3) != 0) return 1;
  if (read_file("/proc/cmdline", text, sizeof text) == 0 && strstr(text, "isochron.guest"))
    open_guest_mailbox();
  if (read_file("/proc/version", text, sizeof text) == 0) say("version %s\n", text);
  if (read_file("/proc/cmdline", text, sizeof text) == 0) say("cmdline %s\n", text);
  set_cpus(0, 1);
  write_file(TRACING "trace_clock", "mono");
  write_file(TRACING "options/record-cmd", "1");
  write_file(TRACING "buffer_size_kb", "4096");
  calibrate();
  say("tsc %llu per ms\n", (unsigned long long)tsc_per_ms);
  FILE *input = fopen("/scenarios", "r");
  if (input) run_scenarios(input);
  say("done\n");
  outb(0, EXIT_PORT);
  reboot(RB_POWER_OFF);
  return 0;
}
