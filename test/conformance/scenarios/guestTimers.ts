/** The timer of a guest: exits, injection and entry in order, with vCPUs that compute, halt, poll. */
import { GUEST_CMDLINE, onVcpu1, type Scenario, thread } from '../scenario.js';

export const guestTimers: readonly Scenario[] = [
  {
    name: 'kvm-timer-busy',
    shows: 'The timer of a guest that computes: it fires, the interrupt is injected at re-entry.',
    rules: ['timer-busy', 'guest-order'],
    until: '200ms',
    threads: [],
    guest: {
      ...onVcpu1(
        'fifo:10',
        thread('a', 'fifo:10', 1, '15ms', 'run 45ms'),
        thread('b', 'fifo:20', 1, '36ms', 'run 15ms'),
      ),
      exits: true,
    },
  },
  {
    name: 'kvm-timer-advance',
    shows:
      'With an advance the timer fires before its deadline, and KVM waits for that before it enters.',
    rules: ['lapic-advance', 'timer-busy'],
    until: '200ms',
    // Since 6.10 the advance is adaptive or off: no parameter sets one that could be seen.
    kernels: ['6.1-rt', '6.1'],
    threads: [],
    guest: {
      ...onVcpu1(
        'fifo:10',
        thread('a', 'fifo:10', 1, '0ms', 'run 60ms'),
        thread('b', 'fifo:20', 1, '30ms', 'run 15ms'),
      ),
      kvm: { lapic_timer_advance_ns: 1_000_000 },
      exits: true,
    },
  },
  {
    name: 'kvm-timer-halted',
    shows: 'The timer of a halted guest wakes its vCPU, and is injected before the guest goes on.',
    rules: ['timer-halted'],
    until: '200ms',
    threads: [],
    guest: {
      ...onVcpu1(
        'fifo:10',
        thread('a', 'fifo:10', 1, '15ms', 'run 15ms', 'sleep until 60ms', 'run 15ms'),
      ),
      exits: true,
    },
  },
  {
    name: 'kvm-timer-stopped',
    shows: 'Without machine-check polls a guest has nothing to wait for, and stops its timer.',
    rules: ['timer-stopped'],
    until: '200ms',
    threads: [],
    guest: {
      ...onVcpu1(
        'fifo:10',
        thread('a', 'fifo:10', 1, '15ms', 'run 15ms', 'sleep until 60ms', 'run 15ms'),
      ),
      cmdline: `${GUEST_CMDLINE} mce=ignore_ce`,
      exits: true,
    },
  },
  {
    name: 'kvm-timer-preempted',
    shows:
      'A timer that fires while the host runs something else is injected when the vCPU is back.',
    rules: ['timer-busy', 'vcpu-steal'],
    until: '250ms',
    threads: [thread('h', 'fifo:20', 1, '30ms', 'run 45ms')],
    guest: {
      ...onVcpu1(
        'fifo:10',
        thread('a', 'fifo:10', 1, '15ms', 'run 45ms'),
        thread('b', 'fifo:20', 1, '48ms', 'run 15ms'),
      ),
      exits: true,
    },
  },
  // The first halt of each is longer than the largest window: none is left from before.
  {
    name: 'kvm-halt-poll',
    shows: 'After a short halt the window grows, and the next short halt is polled away.',
    rules: ['halt-poll'],
    until: '300ms',
    threads: [],
    guest: {
      ...onVcpu1(
        'fifo:10',
        thread(
          ...(['a', 'fifo:10', 1, '60ms', 'run 15ms', 'sleep 18ms'] as const),
          ...(['run 15ms', 'sleep 18ms', 'run 15ms'] as const),
        ),
      ),
      haltPollNs: 45_000_000,
      haltPollStartNs: 36_000_000,
      exits: true,
    },
  },
  {
    name: 'kvm-halt-poll-shared',
    shows: 'A vCPU does not poll while another thread waits for its pCPU.',
    rules: ['halt-poll', 'vcpu-host-order'],
    until: '350ms',
    threads: [thread('h', 'fifo:5', 1, '102ms', 'run 60ms')],
    guest: {
      ...onVcpu1(
        'fifo:10',
        thread(
          ...(['a', 'fifo:10', 1, '60ms', 'run 15ms', 'sleep 18ms'] as const),
          ...(['run 24ms', 'sleep 18ms', 'run 15ms'] as const),
        ),
      ),
      haltPollNs: 45_000_000,
      haltPollStartNs: 36_000_000,
    },
  },
  {
    name: 'kvm-halt-poll-ended',
    shows: 'A thread that wakes on the pCPU ends the polling of a vCPU, even a weaker one.',
    rules: ['halt-poll', 'vcpu-host-order'],
    until: '350ms',
    threads: [thread('h', 'fifo:5', 1, '120ms', 'run 12ms')],
    guest: {
      ...onVcpu1(
        'fifo:10',
        thread(
          ...(['a', 'fifo:10', 1, '60ms', 'run 15ms', 'sleep 18ms'] as const),
          ...(['run 15ms', 'sleep 36ms', 'run 15ms'] as const),
        ),
      ),
      haltPollNs: 45_000_000,
      haltPollStartNs: 36_000_000,
    },
  },
];
