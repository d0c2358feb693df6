/*
 * Guests: the recorded kernel as a host starts QEMU with the same kernel and the same interpreter
 * inside. Both talk through a mailbox, a piece of the guest's memory that neither kernel uses, so
 * that nothing exits on its account. Times cross by the TSC, whose offset KVM tells.
 */
#define _GNU_SOURCE
#include "interpreter.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define MEMORY "256M"
#define MAILBOX_AT (240LL << 20)
#define MAILBOX_SIZE (16LL << 20)
#define MEMORY_FILE "/guest-memory"
#define CONSOLE_FILE "/guest-console"
#define MONITOR "/monitor"
#define BOOT_NS (90 * NS_PER_S)
#define SCENARIO_NS (30 * NS_PER_S)
#define VCPUS 3

/* Numbers of the scenario that each side has come to. */
struct mailbox {
  volatile int ready, go, done, taken;
  volatile uint64_t t0_tsc, length;
  char text[];
};

static struct mailbox *mailbox;
static pid_t qemu;
static int scenario;

static void map_mailbox(const char *path, off_t at) {
  int fd = open(path, O_RDWR | O_SYNC);
  void *p = mmap(NULL, MAILBOX_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);
  if (fd < 0 || p == MAP_FAILED) {
    say("error no mailbox in %s: %s\n", path, strerror(errno));
    return;
  }
  mailbox = p;
  close(fd);
}

/* The guest's side. */

static int is_guest;

int in_guest(void) { return is_guest; }

void open_guest_mailbox(void) {
  is_guest = 1;
  map_mailbox("/dev/mem", MAILBOX_AT);
}

int mailbox_out(const char *text, size_t n) {
  if (!mailbox) return 0;
  if (mailbox->length + n > MAILBOX_SIZE - sizeof *mailbox) return 1;
  memcpy(mailbox->text + mailbox->length, text, n);
  mailbox->length += n;
  return 1;
}

int64_t wait_for_start(void) {
  mailbox->ready = scenario + 1;
  while (mailbox->go != scenario + 1) sleep_until(now() + 2000000);
  return now() + ((int64_t)mailbox->t0_tsc - (int64_t)tsc()) * 1000000 / (int64_t)tsc_per_ms;
}

void finish_scenario(void) {
  scenario++;
  mailbox->done = scenario;
  while (mailbox->taken != scenario) sleep_until(now() + 2000000);
  mailbox->length = 0;
}

/* The host's side. */

int has_guest(void) { return qemu != 0; }

void load_module(const char *name, const char *parameters) {
  char path[64];
  snprintf(path, sizeof path, "/modules/%s.ko", name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (syscall(SYS_finit_module, fd, parameters, 0) != 0)
    say("error module %s %s: %s\n", name, parameters, strerror(errno));
  close(fd);
}

/* A thread of QEMU by its name; 0: there is none. */
static int qemu_thread(const char *name) {
  char path[300], comm[32];
  snprintf(path, sizeof path, "/proc/%d/task", qemu);
  DIR *d = opendir(path);
  int found = 0;
  for (struct dirent *e; d && (e = readdir(d));) {
    snprintf(path, sizeof path, "/proc/%d/task/%s/comm", qemu, e->d_name);
    if (e->d_name[0] != '.' && read_file(path, comm, sizeof comm) == 0 && strcmp(comm, name) == 0)
      found = atoi(e->d_name);
  }
  if (d) closedir(d);
  return found;
}

/* `vcpu1` or `emulator`, as scenarios call them. */
int guest_thread(const char *name) {
  char comm[32];
  if (strncmp(name, "vcpu", 4) != 0) return qemu;
  snprintf(comm, sizeof comm, "CPU %s/KVM", name + 4);
  return qemu_thread(comm);
}

static void run_qemu(const char *cmdline) {
  char append[600];
  snprintf(append, sizeof append,
           "console=ttyS0 quiet tsc=reliable rdinit=/init noautogroup mem=240M isochron.guest %s",
           cmdline);
  int fd = open(CONSOLE_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  dup2(fd, 1);
  dup2(fd, 2);
  execl("/usr/bin/qemu-system-x86_64", "qemu-system-x86_64", "-L", "/usr/share/qemu", "-accel", "kvm",
        "-M", "microvm,memory-backend=m", "-object",
        "memory-backend-file,id=m,share=on,size=" MEMORY ",mem-path=" MEMORY_FILE, "-m", MEMORY,
        "-cpu", "host", "-smp", "3", "-nodefaults", "-display", "none", "-no-reboot", "-name",
        "guest,debug-threads=on", "-serial", "file:" CONSOLE_FILE ".serial", "-monitor",
        "unix:" MONITOR ",server=on,wait=off", "-kernel", "/vmlinuz", "-initrd", "/guest-initrd",
        "-append", append, NULL);
  _exit(1);
}

static int wait_for(const volatile int *number, int wanted, int64_t limit) {
  for (int64_t end = now() + limit; now() < end; sleep_until(now() + 2000000))
    if (*number == wanted) return 1;
  return 0;
}

static void show(const char *path) {
  static char text[3000];
  int fd = open(path, O_RDONLY);
  if (fd < 0) return;
  off_t size = lseek(fd, 0, SEEK_END);
  lseek(fd, size > 2500 ? size - 2500 : 0, SEEK_SET);
  ssize_t n = read(fd, text, sizeof text);
  if (n > 0) out(text, n);
  close(fd);
}

/* Each vCPU thread is pinned as soon as it appears: one that moves later stalls its guest. */
void start_guest(const char *cmdline, char *cpus) {
  int fd = open(MEMORY_FILE, O_RDWR | O_CREAT, 0644);
  if (ftruncate(fd, MAILBOX_AT + MAILBOX_SIZE) != 0) say("error no memory for the guest\n");
  close(fd);
  map_mailbox(MEMORY_FILE, MAILBOX_AT);
  qemu = fork();
  if (qemu == 0) run_qemu(cmdline);
  char *save = NULL, *cpu = strtok_r(cpus, ",", &save);
  for (int i = 0; i < VCPUS && cpu; i++, cpu = strtok_r(NULL, ",", &save)) {
    char name[16];
    snprintf(name, sizeof name, "vcpu%d", i);
    int tid = 0;
    for (int64_t end = now() + 10 * NS_PER_S; !tid && now() < end;) tid = guest_thread(name);
    if (tid) set_cpus(tid, 1ULL << atoi(cpu));
    else say("error no thread of %s\n", name);
  }
  if (!wait_for(&mailbox->ready, 1, BOOT_NS)) {
    say("error the guest did not boot\n");
    show(CONSOLE_FILE);
    show(CONSOLE_FILE ".serial");
  }
}

int wait_guest_ready(void) {
  if (wait_for(&mailbox->ready, scenario + 1, SCENARIO_NS)) return 1;
  say("error the guest is not ready\n");
  show(CONSOLE_FILE ".serial");
  return 0;
}

static int64_t tsc_offset(void) {
  DIR *d = opendir("/sys/kernel/debug/kvm");
  char path[400], text[64];
  for (struct dirent *e; d && (e = readdir(d));) {
    snprintf(path, sizeof path, "/sys/kernel/debug/kvm/%s/vcpu1/tsc-offset", e->d_name);
    if (strchr(e->d_name, '-') && read_file(path, text, sizeof text) == 0) {
      closedir(d);
      return strtoll(text, NULL, 10);
    }
  }
  say("error no offset of the guest's TSC\n");
  if (d) closedir(d);
  return 0;
}

void start_guest_at(int64_t t0) {
  int64_t cycles = (t0 - now()) / 1000 * (int64_t)tsc_per_ms / 1000;
  mailbox->t0_tsc = tsc() + cycles + tsc_offset();
  mailbox->go = scenario + 1;
}

void take_guest_output(void) {
  scenario++;
  if (wait_for(&mailbox->done, scenario, SCENARIO_NS)) {
    say("guest\n");
    out(mailbox->text, mailbox->length);
  } else {
    say("error the guest does not end\n");
    show(CONSOLE_FILE ".serial");
  }
  mailbox->taken = scenario;
}

/* A command to QEMU's monitor; its main loop carries it out. */
void monitor(const char *command) {
  static int fd = -1;
  if (fd < 0) {
    struct sockaddr_un a = {AF_UNIX, MONITOR};
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) say("error no monitor of QEMU\n");
  }
  if (write(fd, command, strlen(command)) < 0) say("error monitor: %s\n", strerror(errno));
}
