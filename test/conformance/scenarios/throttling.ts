/** What limits realtime threads: RT throttling before 6.12, the fair server since. */
import { type Scenario, thread } from '../scenario.js';

const hog = thread('hog', 'fifo:50', 1, '30ms', 'run forever');

export const throttling: readonly Scenario[] = [
  {
    name: 'throttle-fair-runs',
    shows: 'Throttled, a FIFO hog leaves its CPU to a fair thread once a second.',
    rules: ['throttle-tick'],
    until: '1900ms',
    rtRuntimeUs: 950_000,
    threads: [hog, thread('f', 'other', 1, '0ms', 'run 430ms')],
  },
  {
    name: 'throttle-sleeper-starves',
    shows:
      'The sleep of a fair thread ends in ktimers, which is throttled with the hog: it starves on.',
    rules: ['throttle-tick', 'ktimers', 'soft-timer'],
    until: '1900ms',
    rtRuntimeUs: 950_000,
    threads: [
      thread('hog', 'fifo:50', 1, '0ms', 'run forever'),
      thread('f', 'other', 1, '30ms', 'run 400ms'),
    ],
  },
  {
    name: 'throttle-idles',
    shows: 'Throttled, a CPU idles although its FIFO thread could run.',
    rules: ['throttle-all'],
    until: '1900ms',
    rtRuntimeUs: 950_000,
    threads: [hog],
  },
  {
    name: 'throttle-all-priorities',
    shows: 'Throttling stops FIFO 99 with all others.',
    rules: ['throttle-all'],
    until: '1900ms',
    rtRuntimeUs: 950_000,
    threads: [
      thread('top', 'fifo:99', 1, '30ms', 'run forever'),
      thread('f', 'other', 1, '0ms', 'run 430ms'),
    ],
  },
  {
    name: 'throttle-off',
    shows: 'With sched_rt_runtime_us -1 and no fair server a fair thread starves.',
    rules: ['throttle-off', 'fair-starves', 'server-off'],
    until: '1900ms',
    threads: [hog, thread('f', 'other', 1, '0ms', 'run 50ms')],
  },
  {
    name: 'server-starving',
    shows: 'A starving fair thread is served after a second, however strong the hog is.',
    rules: ['server-defer', 'throttle-off'],
    until: '1500ms',
    fairServer: true,
    threads: [
      thread('top', 'fifo:99', 1, '30ms', 'run forever'),
      thread('f', 'other', 1, '0ms', 'run 50ms'),
    ],
    withinMs: 60,
  },
  {
    name: 'server-budget',
    shows: 'The fair server ends with its budget of 50 ms; the hog goes on.',
    rules: ['server-budget'],
    until: '1500ms',
    fairServer: true,
    threads: [hog, thread('f', 'other', 1, '0ms', 'run 180ms')],
    withinMs: 60,
  },
  {
    name: 'server-second-period',
    shows: 'What is still starving gets its next budget a period later.',
    rules: ['server-budget', 'server-defer'],
    until: '2600ms',
    fairServer: true,
    threads: [hog, thread('f', 'other', 1, '0ms', 'run 430ms')],
  },
  {
    name: 'server-rewake',
    shows: 'A fair thread that wakes again before the deadline runs at once.',
    rules: ['server-rewake'],
    until: '1700ms',
    fairServer: true,
    threads: [
      hog,
      thread('f', 'other', 1, '0ms', 'run 40ms', 'wait', 'run 1ms'),
      thread('waker', 'fifo:5', 2, '1300ms', 'wake f'),
    ],
  },
  {
    name: 'server-tickless',
    shows: 'The fair server serves a tickless CPU too.',
    rules: ['server-defer', 'tick-stops'],
    until: '1500ms',
    fairServer: true,
    threads: [
      thread('hog', 'fifo:50', 3, '30ms', 'run forever'),
      thread('f', 'other', 3, '0ms', 'run 50ms'),
    ],
  },
  {
    name: 'server-and-throttle',
    shows: 'With the limit on, 6.12 has the fair server in place of throttling: no idle gap.',
    rules: ['server-defer', 'throttle-all'],
    until: '1900ms',
    rtRuntimeUs: 950_000,
    fairServer: true,
    threads: [hog],
  },
  {
    name: 'throttle-tickless',
    shows: 'Without a tick throttling is found by the remote tick of each second, and lasts long.',
    rules: ['throttle-nohz'],
    until: '4000ms',
    rtRuntimeUs: 950_000,
    threads: [
      thread('hog', 'fifo:50', 3, '30ms', 'run 2050ms'),
      thread('f', 'other', 3, '0ms', 'run 50ms'),
    ],
  },
];
