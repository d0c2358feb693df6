/** The timer of a guest: exits, injection and entry in order, with vCPUs that compute, halt, poll. */
import { GUEST_CMDLINE, type Scenario, thread } from '../scenario.js';

export const guestTimers: readonly Scenario[] = [
  {
    name: 'kvm-timer-busy',
    shows: 'The timer of a guest that computes: it fires, the interrupt is injected at re-entry.',
    rules: ['timer-busy', 'guest-order'],
    until: '200ms',
    threads: [],
    guest: {
      vcpus: { 1: 'fifo:10' },
      exits: true,
      threads: [
        thread('a', 'fifo:10', 1, '15ms', 'run 45ms'),
        thread('b', 'fifo:20', 1, '36ms', 'run 15ms'),
      ],
    },
  },
  {
    name: 'kvm-timer-halted',
    shows: 'The timer of a halted guest wakes its vCPU, and is injected before the guest goes on.',
    rules: ['timer-halted'],
    until: '200ms',
    threads: [],
    guest: {
      vcpus: { 1: 'fifo:10' },
      exits: true,
      threads: [thread('a', 'fifo:10', 1, '15ms', 'run 15ms', 'sleep until 60ms', 'run 15ms')],
    },
  },
  {
    name: 'kvm-timer-stopped',
    shows: 'Without machine-check polls a guest has nothing to wait for, and stops its timer.',
    rules: ['timer-stopped'],
    until: '200ms',
    threads: [],
    guest: {
      vcpus: { 1: 'fifo:10' },
      cmdline: `${GUEST_CMDLINE} mce=ignore_ce`,
      exits: true,
      threads: [thread('a', 'fifo:10', 1, '15ms', 'run 15ms', 'sleep until 60ms', 'run 15ms')],
    },
  },
];
