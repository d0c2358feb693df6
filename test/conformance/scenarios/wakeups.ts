/** Waking other threads, on the same CPU and on another; threads that may move. */
import { type Scenario, thread } from '../scenario.js';

export const wakeups: readonly Scenario[] = [
  {
    name: 'wake-stronger',
    shows: 'A thread that wakes a stronger one is preempted by it at once.',
    rules: ['rt-preempt', 'rt-head'],
    until: '180ms',
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 30ms', 'wake b', 'run 24ms'),
      thread('b', 'fifo:20', 1, '9ms', 'wait', 'run 24ms'),
    ],
  },
  {
    name: 'wake-equal',
    shows: 'A thread that wakes an equal goes on.',
    rules: ['rt-equal'],
    until: '180ms',
    threads: [
      thread('a', 'fifo:10', 1, '12ms', 'run 24ms', 'wake b', 'run 24ms'),
      thread('b', 'fifo:10', 1, '0ms', 'wait', 'run 24ms'),
    ],
  },
  {
    name: 'wake-weaker',
    shows: 'A thread that wakes a weaker one goes on.',
    rules: ['rt-preempt'],
    until: '180ms',
    threads: [
      thread('a', 'fifo:10', 1, '12ms', 'run 24ms', 'wake b', 'run 24ms'),
      thread('b', 'fifo:5', 1, '0ms', 'wait', 'run 24ms'),
    ],
  },
  {
    name: 'wake-two-in-order',
    shows: 'Of two equals that are woken the first runs first.',
    rules: ['rt-tail'],
    until: '200ms',
    threads: [
      thread('a', 'fifo:20', 1, '24ms', 'run 15ms', 'wake c', 'wake b', 'run 15ms'),
      thread('b', 'fifo:10', 1, '0ms', 'wait', 'run 15ms'),
      thread('c', 'fifo:10', 1, '12ms', 'wait', 'run 15ms'),
    ],
  },
  {
    name: 'wake-remote-stronger',
    shows: 'A wake-up from another CPU preempts what runs here.',
    rules: ['wake-remote'],
    until: '200ms',
    threads: [
      thread('hog', 'fifo:10', 1, '0ms', 'run 75ms'),
      thread('b', 'fifo:20', 1, '12ms', 'wait', 'run 24ms'),
      thread('waker', 'fifo:5', 2, '15ms', 'run 24ms', 'wake b', 'run 15ms'),
    ],
  },
  {
    name: 'wake-remote-weaker',
    shows: 'A weaker thread that another CPU wakes waits for the one that runs.',
    rules: ['wake-remote'],
    until: '200ms',
    threads: [
      thread('b', 'fifo:5', 1, '0ms', 'wait', 'run 24ms'),
      thread('hog', 'fifo:10', 1, '12ms', 'run 75ms'),
      thread('waker', 'fifo:90', 2, '30ms', 'run 12ms', 'wake b', 'run 15ms'),
    ],
  },
  {
    name: 'wake-remote-tickless',
    shows: 'The same on an isolated, tickless CPU.',
    rules: ['wake-remote', 'isolated-obeys'],
    until: '200ms',
    threads: [
      thread('hog', 'fifo:10', 3, '0ms', 'run 75ms'),
      thread('b', 'fifo:20', 3, '12ms', 'wait', 'run 24ms'),
      thread('waker', 'fifo:5', 2, '15ms', 'run 24ms', 'wake b', 'run 15ms'),
    ],
  },
  {
    name: 'raise-from-elsewhere',
    shows: 'A waiting thread that another CPU raises over the running one preempts it.',
    rules: ['rt-raise-tail', 'wake-remote'],
    until: '200ms',
    threads: [
      thread('hog', 'fifo:10', 1, '0ms', 'run 75ms'),
      thread('b', 'fifo:5', 1, '15ms', 'run 24ms'),
      thread('boss', 'fifo:90', 2, '36ms', 'policy fifo:20 of b'),
    ],
  },
  {
    name: 'lower-from-elsewhere',
    shows: 'A running thread that another CPU lowers below a waiting one is preempted.',
    rules: ['rt-lower-head', 'wake-remote'],
    until: '200ms',
    threads: [
      thread('hog', 'fifo:10', 1, '0ms', 'run 75ms'),
      thread('b', 'fifo:5', 1, '15ms', 'run 24ms'),
      thread('boss', 'fifo:90', 2, '36ms', 'policy fifo:1 of hog'),
    ],
  },
  {
    name: 'push-at-wakeup',
    shows: 'A thread whose CPU has a stronger one starts where it can run at once.',
    rules: ['push'],
    until: '180ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 75ms'),
      thread('b', 'fifo:10', '1-2', '15ms', 'run 30ms'),
    ],
  },
  {
    name: 'pull-when-free',
    shows: 'A CPU whose stronger thread ends takes one that waits elsewhere.',
    rules: ['pull'],
    until: '220ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 120ms'),
      thread('c', 'fifo:20', 2, '0ms', 'run 60ms'),
      thread('b', 'fifo:10', '1-2', '15ms', 'run 30ms'),
    ],
  },
  {
    name: 'push-when-preempted',
    shows: 'A thread that a pinned one preempts goes on elsewhere.',
    rules: ['push'],
    until: '240ms',
    threads: [
      thread('c', 'fifo:30', 2, '0ms', 'run 45ms'),
      thread('b', 'fifo:10', '1-2', '15ms', 'run 90ms'),
      thread('a', 'fifo:20', 1, '75ms', 'run 60ms'),
    ],
  },
  {
    name: 'pinned-stays',
    shows: 'A pinned thread waits for its CPU, although another one idles.',
    rules: ['pinned-stays'],
    until: '180ms',
    threads: [
      thread('a', 'fifo:20', 1, '0ms', 'run 45ms'),
      thread('b', 'fifo:10', 1, '15ms', 'run 30ms'),
      thread('c', 'fifo:10', 2, '15ms', 'run 12ms'),
    ],
  },
  {
    name: 'pull-strongest',
    shows: 'A free CPU takes the strongest of those that wait.',
    rules: ['pull'],
    until: '260ms',
    threads: [
      thread('a', 'fifo:30', 1, '0ms', 'run 150ms'),
      thread('c', 'fifo:30', 2, '0ms', 'run 75ms'),
      thread('b', 'fifo:10', '1-2', '15ms', 'run 24ms'),
      thread('d', 'fifo:20', '1-2', '36ms', 'run 24ms'),
    ],
  },
];
