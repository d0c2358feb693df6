/** SCHED_FIFO: who runs first among equals, and what moves a thread to the head or the tail. */
import { type Scenario, thread } from '../scenario.js';

export const fifo: readonly Scenario[] = [
  {
    name: 'fifo-preempted-is-head',
    shows: 'A preempted thread stays at the head of its priority, before one that came later.',
    rules: ['rt-head', 'rt-tail', 'rt-preempt'],
    until: '180ms',
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 30ms'),
      thread('b', 'fifo:20', 1, '12ms', 'run 30ms'),
      thread('c', 'fifo:10', 1, '24ms', 'run 18ms'),
    ],
  },
  {
    name: 'fifo-equal-waits',
    shows: 'A woken thread of equal priority does not preempt, and those that wait run in order.',
    rules: ['rt-equal', 'rt-tail'],
    until: '180ms',
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 42ms'),
      thread('b', 'fifo:10', 1, '12ms', 'run 18ms'),
      thread('c', 'fifo:10', 1, '24ms', 'run 18ms'),
    ],
  },
  {
    name: 'fifo-yield-to-tail',
    shows: 'sched_yield goes behind its equals, not behind those that are weaker.',
    rules: ['rt-yield'],
    until: '240ms',
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 30ms', 'yield', 'run 18ms'),
      thread('b', 'fifo:10', 1, '9ms', 'run 18ms'),
      thread('c', 'fifo:9', 1, '18ms', 'run 18ms'),
    ],
  },
  {
    name: 'fifo-yield-alone',
    shows: 'sched_yield of a thread without equals changes nothing.',
    rules: ['rt-yield'],
    until: '150ms',
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 18ms', 'yield', 'run 18ms', 'yield', 'run 12ms'),
      thread('b', 'fifo:9', 1, '6ms', 'run 12ms'),
    ],
  },
  {
    name: 'fifo-raised-to-tail',
    shows: 'A waiting thread that is raised goes behind those that have its new priority already.',
    rules: ['rt-raise-tail'],
    until: '240ms',
    threads: [
      thread('boss', 'fifo:30', 1, '0ms', 'run 36ms', 'policy fifo:20 of b', 'run 12ms'),
      thread('a', 'fifo:20', 1, '9ms', 'run 18ms'),
      thread('b', 'fifo:10', 1, '18ms', 'run 18ms'),
    ],
  },
  {
    name: 'fifo-lowered-to-head',
    shows: 'A waiting thread that is lowered goes before those that have its new priority already.',
    rules: ['rt-lower-head'],
    until: '240ms',
    threads: [
      thread('boss', 'fifo:30', 1, '0ms', 'run 36ms', 'policy fifo:10 of b', 'run 12ms'),
      thread('a', 'fifo:10', 1, '9ms', 'run 18ms'),
      thread('b', 'fifo:20', 1, '18ms', 'run 18ms'),
    ],
  },
  {
    name: 'fifo-lowers-itself',
    shows: 'A running thread that lowers itself to an equal priority goes on: it is head there.',
    rules: ['rt-lower-head'],
    until: '240ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 30ms', 'policy fifo:10', 'run 18ms'),
      thread('b', 'fifo:10', 1, '12ms', 'run 18ms'),
    ],
  },
  {
    name: 'fifo-lowers-itself-below',
    shows: 'A running thread that lowers itself below a waiting one is preempted at once.',
    rules: ['rt-lower-head', 'rt-preempt'],
    until: '240ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 30ms', 'policy fifo:9', 'run 18ms'),
      thread('b', 'fifo:10', 1, '12ms', 'run 18ms'),
    ],
  },
  {
    name: 'fifo-same-priority-keeps-place',
    shows: 'Setting the priority that a waiting thread has already leaves it where it is.',
    rules: ['rt-same-keeps'],
    until: '240ms',
    threads: [
      thread('boss', 'fifo:30', 1, '0ms', 'run 42ms', 'policy fifo:10 of a', 'run 12ms'),
      thread('a', 'fifo:10', 1, '9ms', 'run 18ms'),
      thread('b', 'fifo:10', 1, '21ms', 'run 18ms'),
    ],
  },
  {
    name: 'fifo-raised-over-running',
    shows: 'A waiting thread that is raised above the running one preempts it; that one is head.',
    rules: ['rt-raise-tail', 'rt-head'],
    until: '240ms',
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 30ms', 'policy fifo:20 of b', 'run 18ms'),
      thread('b', 'fifo:5', 1, '9ms', 'run 18ms'),
      thread('c', 'fifo:10', 1, '18ms', 'run 18ms'),
    ],
  },
];
