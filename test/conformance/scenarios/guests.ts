/** vCPU threads among host threads: what the host does to a guest that computes. */
import { type Scenario, thread } from '../scenario.js';

export const guests: readonly Scenario[] = [
  {
    name: 'kvm-stronger-host-thread',
    shows: 'A stronger host thread takes the pCPU; the guest stands still and goes on later.',
    rules: ['vcpu-host-order', 'vcpu-steal'],
    until: '300ms',
    threads: [thread('h', 'fifo:20', 1, '60ms', 'run 60ms')],
    guest: {
      vcpus: { 1: 'fifo:10' },
      threads: [thread('g', 'fifo:10', 1, '15ms', 'run 90ms', 'run 15ms')],
    },
  },
];
