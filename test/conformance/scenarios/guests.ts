/** vCPU threads among host threads: what the host does to a guest that computes. */
import { onVcpu1, type Scenario, thread } from '../scenario.js';

/** Computes on vCPU 1, in two steps. */
const busy = thread('g', 'fifo:10', 1, '15ms', 'run 60ms', 'run 15ms');

export const guests: readonly Scenario[] = [
  {
    name: 'kvm-stronger-host-thread',
    shows: 'A stronger host thread takes the pCPU; the guest stands still and goes on later.',
    rules: ['vcpu-host-order', 'vcpu-steal'],
    until: '300ms',
    threads: [thread('h', 'fifo:20', 1, '60ms', 'run 60ms')],
    guest: onVcpu1('fifo:10', thread('g', 'fifo:10', 1, '15ms', 'run 90ms', 'run 15ms')),
  },
  {
    name: 'kvm-equal-host-thread',
    shows: 'A host thread of equal FIFO priority waits until the vCPU blocks.',
    rules: ['vcpu-host-order', 'rt-equal'],
    until: '300ms',
    threads: [thread('h', 'fifo:10', 1, '45ms', 'run 30ms')],
    guest: onVcpu1('fifo:10', busy),
  },
  {
    name: 'kvm-weaker-host-thread',
    shows: 'A weaker host thread is preempted by the vCPU, and waits until the guest halts.',
    rules: ['vcpu-host-order'],
    until: '300ms',
    threads: [thread('h', 'fifo:5', 1, '0ms', 'run 60ms')],
    guest: onVcpu1('fifo:10', thread('g', 'fifo:1', 1, '24ms', 'run 45ms')),
  },
  {
    name: 'kvm-guest-priority-is-nothing',
    shows: 'A guest thread at FIFO 99 gives its vCPU no priority on the host.',
    rules: ['vcpu-host-order', 'vcpu-steal'],
    until: '300ms',
    threads: [thread('h', 'fifo:2', 1, '36ms', 'run 45ms')],
    guest: onVcpu1('fifo:1', thread('g', 'fifo:99', 1, '15ms', 'run 60ms')),
  },
  {
    name: 'kvm-fair-vcpu-starves',
    shows: 'A fair vCPU waits for as long as a FIFO thread of the host runs.',
    rules: ['vcpu-host-order', 'fair-starves', 'vcpu-steal'],
    until: '400ms',
    threads: [thread('h', 'fifo:1', 1, '45ms', 'run 120ms')],
    guest: onVcpu1('other', busy),
  },
  {
    name: 'kvm-halted-vcpu-behind-stronger',
    shows: "The timer of a halted guest fires in time, but its vCPU waits for the host's thread.",
    rules: ['vcpu-host-order', 'vcpu-steal'],
    until: '300ms',
    threads: [thread('h', 'fifo:20', 1, '15ms', 'run 75ms')],
    guest: onVcpu1('fifo:10', thread('g', 'fifo:10', 1, '36ms', 'run 30ms')),
  },
  {
    name: 'kvm-rr-vcpu',
    shows: 'A SCHED_RR vCPU waits for the end of the slice of its equal.',
    rules: ['vcpu-host-order', 'rr-slice'],
    until: '400ms',
    threads: [thread('h', 'rr:10', 1, '0ms', 'run 150ms')],
    // The slice of a vCPU thread is not fresh: other scenarios have used some of it.
    guest: onVcpu1('rr:10', thread('g', 'fifo:10', 1, '30ms', 'run 18ms')),
  },
  {
    name: 'kvm-rr-vcpu-fifo-thread',
    shows: 'A SCHED_FIFO thread has no slice: the SCHED_RR vCPU behind it waits.',
    rules: ['vcpu-host-order', 'fifo-no-slice', 'rr-slice'],
    until: '800ms',
    threads: [thread('h', 'fifo:10', 1, '30ms', 'run 180ms')],
    guest: onVcpu1('rr:10', thread('g', 'fifo:10', 1, '0ms', 'run 180ms')),
  },
  {
    name: 'kvm-user-exit',
    shows:
      "An access to a device of QEMU is the vCPU thread's own work: the guest goes on at once.",
    rules: ['user-exit'],
    until: '300ms',
    threads: [],
    guest: onVcpu1(
      'fifo:10',
      thread('g', 'fifo:10', 1, '15ms', 'run 30ms', 'exit 100us', 'run 30ms'),
    ),
  },
  {
    name: 'kvm-user-exit-starved',
    shows:
      "It needs QEMU's big lock: while its main loop is starved with it the vCPU waits, however strong.",
    rules: ['user-exit', 'vcpu-host-order'],
    until: '400ms',
    threads: [thread('h', 'fifo:20', 2, '42ms', 'run 60ms')],
    guest: {
      ...onVcpu1(
        'fifo:90',
        thread('g', 'fifo:10', 1, '15ms', 'run 48ms', 'exit 100us', 'run 30ms'),
      ),
      emulator: { cpu: 2, policy: 'fifo:5', command: { start: '30ms', run: '30ms' } },
    },
  },
  {
    name: 'kvm-two-vcpus-fifo',
    shows: 'Two FIFO vCPUs on one pCPU: the second waits until the first halts.',
    rules: ['vcpu-host-order', 'vcpu-steal', 'rt-equal'],
    until: '400ms',
    threads: [],
    guest: {
      vcpus: { 1: 'fifo:10', 2: 'fifo:10' },
      placement: [0, 1, 1],
      threads: [
        thread('a', 'fifo:10', 1, '15ms', 'run 60ms'),
        thread('b', 'fifo:10', 2, '45ms', 'run 30ms'),
      ],
    },
  },
  {
    name: 'kvm-two-vcpus-unequal',
    shows: 'Of two vCPUs on one pCPU the stronger runs, whatever its guest threads are.',
    rules: ['vcpu-host-order', 'vcpu-steal'],
    until: '400ms',
    threads: [],
    guest: {
      vcpus: { 1: 'fifo:10', 2: 'fifo:20' },
      placement: [0, 1, 1],
      threads: [
        thread('a', 'fifo:80', 1, '15ms', 'run 60ms'),
        thread('b', 'other', 2, '45ms', 'run 30ms'),
      ],
    },
  },
  {
    name: 'kvm-two-vcpus-rr',
    shows: 'Two SCHED_RR vCPUs on one pCPU: the second gets it when a slice ends.',
    rules: ['vcpu-host-order', 'rr-slice', 'vcpu-steal'],
    until: '500ms',
    threads: [],
    guest: {
      vcpus: { 1: 'rr:10', 2: 'rr:10' },
      placement: [0, 1, 1],
      threads: [
        thread('a', 'fifo:10', 1, '15ms', 'run 200ms'),
        thread('b', 'fifo:10', 2, '45ms', 'run 18ms'),
      ],
    },
  },
];
