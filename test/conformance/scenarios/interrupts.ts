/** Interrupt threads, and the sleeps of fair threads that end in softirq context. */
import { type Scenario, thread } from '../scenario.js';

const sleeper = thread('s', 'other', 1, '0ms', 'sleep until 75ms', 'run 15ms');
const boss = thread('boss', 'fifo:40', 1, '21ms', 'policy fifo:30 of s');
const hog = thread('hog', 'fifo:10', 1, '36ms', 'run 90ms');

export const interrupts: readonly Scenario[] = [
  {
    name: 'irq-over-weaker',
    shows: 'An interrupt thread preempts a FIFO thread below 50; without PREEMPT_RT there is none.',
    rules: ['irq-thread', 'irq-thread-order', 'irq-hard'],
    until: '180ms',
    irq: { cpu: 1, start: '24ms' },
    watch: ['irq'],
    threads: [thread('a', 'fifo:10', 1, '0ms', 'run 60ms')],
  },
  {
    name: 'irq-waits-for-equal',
    shows: 'An interrupt thread waits for a FIFO 50 thread that runs.',
    rules: ['irq-thread-order'],
    until: '180ms',
    irq: { cpu: 1, start: '24ms' },
    watch: ['irq'],
    threads: [thread('a', 'fifo:50', 1, '0ms', 'run 60ms')],
  },
  {
    name: 'irq-waits-for-stronger',
    shows: 'An interrupt thread waits for a stronger FIFO thread, and comes before weaker ones.',
    rules: ['irq-thread-order'],
    until: '180ms',
    irq: { cpu: 1, start: '24ms' },
    watch: ['irq'],
    threads: [
      thread('a', 'fifo:60', 1, '0ms', 'run 60ms'),
      thread('b', 'fifo:40', 1, '12ms', 'run 15ms'),
    ],
  },
  {
    name: 'irq-lowered',
    shows: 'An interrupt thread below a FIFO thread waits for it.',
    rules: ['irq-thread-order'],
    until: '180ms',
    irq: { cpu: 1, start: '24ms', policy: 'fifo:5' },
    watch: ['irq'],
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 60ms'),
      thread('b', 'fifo:3', 1, '12ms', 'run 15ms'),
    ],
  },
  {
    name: 'irq-affinity',
    shows: 'An interrupt thread runs where its interrupt goes.',
    rules: ['irq-thread', 'wake-remote'],
    until: '180ms',
    irq: { cpu: 2, start: '24ms' },
    watch: ['irq'],
    threads: [
      thread('a', 'fifo:10', 1, '0ms', 'run 60ms'),
      thread('b', 'fifo:10', 2, '0ms', 'run 60ms'),
    ],
  },
  {
    name: 'irq-tickless',
    shows: 'The same on an isolated CPU.',
    rules: ['irq-thread', 'isolated-obeys'],
    until: '180ms',
    irq: { cpu: 3, start: '24ms' },
    watch: ['irq'],
    threads: [thread('a', 'fifo:10', 3, '0ms', 'run 60ms')],
  },
  {
    name: 'soft-timer-late',
    shows: 'A sleep that a fair thread began waits for the softirq thread, which a hog keeps away.',
    rules: ['soft-timer', 'ktimers', 'softirq-inline'],
    until: '250ms',
    threads: [sleeper, boss, hog],
  },
  {
    name: 'soft-timer-thread-stronger',
    shows: 'With the softirq thread above the hog the sleep ends in time.',
    rules: ['soft-timer', 'ktimers'],
    until: '250ms',
    kernelThreads: [
      { name: 'ktimers', cpu: 1, policy: 'fifo:20' },
      { name: 'ksoftirqd', cpu: 1, policy: 'fifo:20' },
    ],
    threads: [sleeper, boss, hog],
  },
  {
    name: 'soft-timer-ksoftirqd-stronger',
    shows: 'Raising ksoftirqd does not help where ktimers has the timers.',
    rules: ['ktimers'],
    until: '250ms',
    kernelThreads: [{ name: 'ksoftirqd', cpu: 1, policy: 'fifo:20' }],
    threads: [sleeper, boss, hog],
  },
  {
    name: 'soft-timer-thread-equal',
    shows: 'A softirq thread of the same priority as the hog waits for it.',
    rules: ['soft-timer', 'rt-equal'],
    until: '250ms',
    kernelThreads: [
      { name: 'ktimers', cpu: 1, policy: 'fifo:10' },
      { name: 'ksoftirqd', cpu: 1, policy: 'fifo:10' },
    ],
    threads: [sleeper, boss, hog],
  },
  {
    name: 'hard-timer-in-time',
    shows: 'A sleep that a realtime thread began ends in hard interrupt context, whoever runs.',
    rules: ['hard-timer'],
    until: '250ms',
    threads: [thread('s', 'fifo:30', 1, '0ms', 'sleep until 75ms', 'run 15ms'), hog],
  },
];
