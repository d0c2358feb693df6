/** Sections with bottom halves off: on PREEMPT_RT a lock of their CPU, with priority inheritance. */
import { type Scenario, thread } from '../scenario.js';

const low = thread('low', 'fifo:5', 1, '15ms', 'bottom halves off 36ms', 'run 15ms');
const mid = thread('mid', 'fifo:20', 1, '33ms', 'run 15ms');

export const bottomHalves: readonly Scenario[] = [
  {
    name: 'bh-preempted',
    shows: 'On PREEMPT_RT a section with bottom halves off is preempted; without, it is not.',
    rules: ['bh-inversion', 'rt-preempt'],
    until: '240ms',
    threads: [low, mid],
  },
  {
    name: 'bh-inversion',
    shows:
      'Who needs bottom halves waits for who has them off, however weak, and lends him its priority.',
    rules: ['bh-inversion', 'pi-boost'],
    until: '300ms',
    threads: [low, mid, thread('high', 'fifo:30', 1, '24ms', 'bottom halves off 12ms', 'run 15ms')],
  },
];
