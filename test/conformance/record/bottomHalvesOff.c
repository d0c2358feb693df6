/*
 * A stretch of kernel code with bottom halves off: a thread sends a packet to itself, and a socket filter
 * computes on it. The loopback device delivers it where the sender enables bottom halves again, which on
 * PREEMPT_RT is in the thread itself, with the lock of its CPU's bottom halves.
 */
#define _GNU_SOURCE
#include "interpreter.h"
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 9
/* The filter sees the packet from its UDP header on. */
#define PAYLOAD 8
#define WHAT "bottom halves off"

static int64_t round_ns;
static int sender;

static void spin(int64_t rounds) {
  uint32_t payload = htonl(rounds);
  if (send(sender, &payload, sizeof payload, 0) < 0) say("error " WHAT ": %s\n", strerror(errno));
}

void allow_bottom_halves_off(void) {
  struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int receiver = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sender = socket(AF_INET, SOCK_DGRAM, 0);
  const struct bpf_insn rounds[] = {
      insn(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0),
      insn(BPF_LD | BPF_ABS | BPF_W, 0, 0, 0, PAYLOAD),
      insn(BPF_ALU64 | BPF_MOV | BPF_X, 7, 0, 0, 0),
  };
  int filter = load_loop(BPF_PROG_TYPE_SOCKET_FILTER, rounds, 3);
  if (ioctl(receiver, SIOCSIFFLAGS, &lo) < 0 ||
      bind(receiver, (struct sockaddr *)&self, sizeof self) < 0 ||
      setsockopt(receiver, SOL_SOCKET, SO_ATTACH_BPF, &filter, sizeof filter) < 0 ||
      connect(sender, (struct sockaddr *)&self, sizeof self) < 0)
    say("error " WHAT ": %s\n", strerror(errno));
  round_ns = round_length(spin, WHAT);
}

void spin_without_bottom_halves(int64_t ns) { spin(rounds_of(ns, round_ns, WHAT)); }
