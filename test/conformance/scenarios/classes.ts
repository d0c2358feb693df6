/** Deadline, realtime and fair threads against each other. */
import { type Scenario, thread } from '../scenario.js';

export const classes: readonly Scenario[] = [
  {
    name: 'dl-beats-fifo99',
    shows: 'A deadline thread preempts the strongest realtime thread.',
    rules: ['dl-beats-rt', 'class-order'],
    until: '200ms',
    threads: [
      thread('a', 'fifo:99', 1, '0ms', 'run 60ms'),
      thread('d', 'deadline:60ms:600ms', 1, '20ms', 'run 20ms'),
    ],
  },
  {
    name: 'dl-earlier-preempts',
    shows: 'A deadline thread with an earlier deadline preempts one with a later one.',
    rules: ['dl-edf'],
    until: '200ms',
    threads: [
      thread('late', 'deadline:80ms:800ms', 1, '0ms', 'run 45ms'),
      thread('early', 'deadline:60ms:300ms', 1, '15ms', 'run 24ms'),
    ],
  },
  {
    name: 'dl-later-waits',
    shows: 'A deadline thread with a later deadline waits.',
    rules: ['dl-edf'],
    until: '200ms',
    threads: [
      thread('early', 'deadline:80ms:300ms', 1, '0ms', 'run 45ms'),
      thread('late', 'deadline:60ms:800ms', 1, '15ms', 'run 24ms'),
    ],
  },
  {
    name: 'dl-throttled',
    shows: 'A deadline thread without budget waits for its next period; FIFO runs meanwhile.',
    rules: ['dl-throttle'],
    until: '700ms',
    threads: [
      thread('d', 'deadline:60ms:250ms', 1, '0ms', 'run 75ms'),
      thread('a', 'fifo:10', 1, '15ms', 'run forever'),
    ],
  },
  {
    name: 'dl-throttled-idle',
    shows: 'Without budget it waits even if its CPU has nothing else to do.',
    rules: ['dl-throttle'],
    until: '700ms',
    threads: [thread('d', 'deadline:60ms:250ms', 1, '0ms', 'run 75ms')],
  },
  {
    name: 'dl-yield',
    shows: 'sched_yield gives up the budget until the next period.',
    rules: ['dl-yield'],
    until: '450ms',
    threads: [
      thread('d', 'deadline:80ms:250ms', 1, '0ms', 'run 20ms', 'yield', 'run 20ms'),
      thread('a', 'fifo:10', 1, '10ms', 'run 60ms'),
    ],
  },
  {
    name: 'dl-tickless',
    shows: 'A budget ends on a nohz_full CPU too: deadline threads keep its tick.',
    rules: ['dl-throttle'],
    until: '700ms',
    threads: [
      thread('d', 'deadline:60ms:250ms', 3, '0ms', 'run 75ms'),
      thread('a', 'fifo:10', 3, '15ms', 'run forever'),
    ],
  },
  {
    name: 'dl-becomes-fifo',
    shows: 'A deadline thread that becomes FIFO competes by priority at once.',
    rules: ['class-order'],
    until: '250ms',
    threads: [
      thread('d', 'deadline:90ms:900ms', 1, '0ms', 'run 30ms', 'policy fifo:5', 'run 15ms'),
      thread('a', 'fifo:10', 1, '12ms', 'run 30ms'),
    ],
  },
  {
    name: 'fair-waits-for-fifo',
    shows: 'A fair thread runs when no realtime thread does.',
    rules: ['class-order', 'fair-starves'],
    until: '200ms',
    threads: [
      thread('f', 'other', 1, '0ms', 'run 45ms'),
      thread('a', 'fifo:1', 1, '15ms', 'run 45ms'),
    ],
  },
  {
    name: 'fair-becomes-fifo',
    shows: 'A waiting fair thread that becomes FIFO runs before weaker realtime threads.',
    rules: ['class-order', 'rt-preempt'],
    until: '250ms',
    threads: [
      thread('boss', 'fifo:30', 1, '0ms', 'run 45ms', 'policy fifo:20 of f', 'run 15ms'),
      thread('a', 'fifo:10', 1, '12ms', 'run 24ms'),
      thread('f', 'other', 1, '24ms', 'run 24ms'),
    ],
  },
  {
    name: 'fifo-becomes-fair',
    shows: 'A running FIFO thread that becomes fair is preempted by any realtime thread.',
    rules: ['class-order'],
    until: '250ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 30ms', 'policy other', 'run 30ms'),
      thread('b', 'fifo:1', 1, '12ms', 'run 30ms'),
    ],
  },
  {
    name: 'fair-demoted-running',
    shows:
      'A thread is made fair by another CPU while it runs; the weakest FIFO thread preempts it.',
    rules: ['class-order', 'wake-remote'],
    until: '250ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 60ms'),
      thread('b', 'fifo:1', 1, '12ms', 'run 30ms'),
      thread('boss', 'fifo:30', 2, '30ms', 'policy other of a'),
    ],
  },
  {
    name: 'isolated-fifo',
    shows: 'An isolated, tickless CPU keeps head and tail like any other.',
    rules: ['isolated-obeys', 'rt-head', 'tick-stops'],
    until: '180ms',
    threads: [
      thread('a', 'fifo:10', 3, '0ms', 'run 30ms'),
      thread('b', 'fifo:20', 3, '12ms', 'run 30ms'),
      thread('c', 'fifo:10', 3, '24ms', 'run 18ms'),
    ],
  },
  {
    name: 'isolated-fair',
    shows: 'A fair thread on an isolated CPU waits there, although others idle.',
    rules: ['isolated-obeys', 'fair-starves'],
    until: '200ms',
    threads: [
      thread('f', 'other', 3, '0ms', 'run 45ms'),
      thread('a', 'fifo:1', 3, '15ms', 'run 45ms'),
    ],
  },
];
