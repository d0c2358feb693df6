/** SCHED_RR: slices of 100 ms, counted by the tick. */
import { type Scenario, thread } from '../scenario.js';

export const roundRobin: readonly Scenario[] = [
  {
    name: 'rr-turns',
    shows: 'Two RR threads of one priority take turns of 100 ms.',
    rules: ['rr-slice'],
    until: '400ms',
    threads: [
      thread('a', 'rr:10', 1, '0ms', 'run 150ms'),
      thread('b', 'rr:10', 1, '20ms', 'run 150ms'),
    ],
  },
  {
    name: 'rr-three',
    shows: 'Three RR threads take turns in the order in which they came.',
    rules: ['rr-slice', 'rt-tail'],
    until: '600ms',
    threads: [
      thread('a', 'rr:10', 1, '0ms', 'run 150ms'),
      thread('b', 'rr:10', 1, '20ms', 'run 150ms'),
      thread('c', 'rr:10', 1, '40ms', 'run 50ms'),
    ],
  },
  {
    name: 'rr-against-fifo',
    shows: 'An RR thread gives way to a FIFO equal after its slice; that one has no slice.',
    rules: ['rr-slice', 'fifo-no-slice'],
    until: '550ms',
    threads: [
      thread('a', 'rr:10', 1, '0ms', 'run 200ms'),
      thread('b', 'fifo:10', 1, '20ms', 'run 200ms'),
    ],
  },
  {
    name: 'fifo-against-rr',
    shows: 'A FIFO thread never gives way to an RR equal.',
    rules: ['fifo-no-slice'],
    until: '450ms',
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 250ms'),
      thread('b', 'rr:10', 1, '20ms', 'run 60ms'),
    ],
  },
  {
    name: 'rr-alone',
    shows: 'The end of a slice does not let a weaker thread run.',
    rules: ['rr-alone'],
    until: '400ms',
    threads: [
      thread('a', 'rr:10', 1, '0ms', 'run 220ms'),
      thread('b', 'rr:9', 1, '20ms', 'run 30ms'),
    ],
  },
  {
    name: 'rr-keeps-slice',
    shows: 'A preempted RR thread goes on with the rest of its slice.',
    rules: ['rr-kept', 'rt-head'],
    until: '450ms',
    threads: [
      thread('a', 'rr:10', 1, '0ms', 'run 150ms'),
      thread('b', 'rr:10', 1, '20ms', 'run 60ms'),
      thread('high', 'fifo:20', 1, '60ms', 'run 60ms'),
    ],
  },
  {
    name: 'rr-becomes-fifo',
    shows: 'A running RR thread that becomes FIFO has no slice any more.',
    rules: ['fifo-no-slice', 'rt-same-keeps'],
    until: '450ms',
    threads: [
      thread('a', 'rr:10', 1, '0ms', 'run 50ms', 'policy fifo:10', 'run 150ms'),
      thread('b', 'rr:10', 1, '20ms', 'run 60ms'),
    ],
  },
  {
    name: 'rr-tickless',
    shows: 'Two RR threads have their turns on a nohz_full CPU too: they keep its tick.',
    rules: ['tick-rr', 'rr-slice'],
    until: '400ms',
    threads: [
      thread('a', 'rr:10', 3, '0ms', 'run 150ms'),
      thread('b', 'rr:10', 3, '20ms', 'run 150ms'),
    ],
  },
  {
    name: 'rr-tickless-fifo-equal',
    shows: 'One RR thread and a FIFO equal: a nohz_full CPU stops its tick, and no slice ends.',
    rules: ['tick-stops', 'rr-slice'],
    until: '550ms',
    threads: [
      thread('a', 'rr:10', 3, '0ms', 'run 200ms'),
      thread('b', 'fifo:10', 3, '20ms', 'run 60ms'),
    ],
  },
];
