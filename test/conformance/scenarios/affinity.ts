/** Threads whose CPUs change while they live. Two CPUs are busy at most: emulators have no more. */
import { type Scenario, thread } from '../scenario.js';

export const affinity: readonly Scenario[] = [
  {
    name: 'cpus-own',
    shows: 'A thread that gives itself another CPU goes on there.',
    rules: ['affinity-running'],
    until: '180ms',
    threads: [thread('a', 'fifo:10', 1, '0ms', 'run 24ms', 'cpus 2', 'run 24ms')],
  },
  {
    name: 'cpus-own-behind-stronger',
    shows: 'Moved to a CPU where something stronger runs, it waits there.',
    rules: ['affinity-running', 'rt-preempt'],
    until: '200ms',
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 24ms', 'cpus 2', 'run 24ms'),
      thread('b', 'fifo:20', 2, '0ms', 'run 60ms'),
    ],
  },
  {
    name: 'cpus-own-preempts',
    shows: 'Moved to a CPU where something weaker runs, it preempts that.',
    rules: ['affinity-running', 'rt-preempt'],
    until: '200ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 24ms', 'cpus 2', 'run 24ms'),
      thread('b', 'fifo:10', 2, '0ms', 'run 60ms'),
    ],
  },
  {
    name: 'cpus-of-running',
    shows:
      'A thread that runs is moved by the stopper of its CPU, however strong it is; who asked sleeps until then.',
    rules: ['affinity-running'],
    until: '300ms',
    threads: [
      thread('a', 'fifo:95', 1, '0ms', 'run 75ms'),
      thread('c', 'fifo:5', 1, '12ms', 'run 24ms'),
      thread('boss', 'fifo:50', 2, '24ms', 'run 12ms', 'cpus 2 of a', 'run 12ms'),
    ],
  },
  {
    name: 'cpus-of-waiting',
    shows: 'A thread that waits for its CPU is moved at once, behind what is stronger there.',
    rules: ['affinity-waiting'],
    until: '240ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 90ms'),
      thread('b', 'fifo:10', 1, '12ms', 'run 24ms'),
      thread('boss', 'fifo:50', 2, '24ms', 'run 12ms', 'cpus 2 of b', 'run 12ms'),
    ],
  },
  {
    name: 'cpus-of-waiting-preempts',
    shows: 'Moved to where it is the strongest, it preempts who moved it.',
    rules: ['affinity-waiting', 'rt-preempt'],
    until: '240ms',
    threads: [
      thread('a', 'fifo:90', 1, '0ms', 'run 90ms'),
      thread('b', 'fifo:80', 1, '12ms', 'run 24ms'),
      thread('boss', 'fifo:50', 2, '24ms', 'run 12ms', 'cpus 2 of b', 'run 12ms'),
    ],
  },
  {
    name: 'cpus-of-waiting-to-tail',
    shows: 'Moved among its equals, a thread goes behind them.',
    rules: ['affinity-waiting', 'rt-tail'],
    until: '300ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 120ms'),
      thread('b', 'fifo:10', 1, '12ms', 'run 15ms'),
      thread('c', 'fifo:10', 2, '0ms', 'run 48ms'),
      thread('d', 'fifo:10', 2, '12ms', 'run 15ms'),
      thread('boss', 'fifo:50', 2, '24ms', 'run 9ms', 'cpus 2 of b'),
    ],
  },
  {
    name: 'cpus-of-sleeping',
    shows: 'A thread whose CPUs change while it sleeps wakes on the new one.',
    rules: ['affinity-sleeping'],
    until: '240ms',
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 15ms', 'sleep until 75ms', 'run 24ms'),
      thread('c', 'fifo:90', 1, '60ms', 'run 60ms'),
      thread('boss', 'fifo:50', 2, '24ms', 'run 12ms', 'cpus 2 of a'),
    ],
  },
  {
    name: 'cpus-widened-pulled',
    shows:
      'A waiting thread that may use a second CPU stays in its queue until that CPU has nothing.',
    rules: ['affinity-waiting', 'pull'],
    until: '300ms',
    // Under emulation the interrupt that asks 6.1-rt to push takes as long as idling that is seen.
    kernels: ['6.12-rt', '6.1', '6.12'],
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 150ms'),
      thread('b', 'fifo:10', 1, '12ms', 'run 15ms'),
      thread('c', 'fifo:30', 2, '0ms', 'run 24ms', 'cpus 1-2 of b', 'run 36ms'),
    ],
  },
];
