/** Where timers expire, and whether a CPU has its tick: CPU 3 is nohz_full. */
import { type Scenario, thread } from '../scenario.js';

const window = (cpu: number, fromMs: number, toMs: number) => ({ cpu, fromMs, toMs });

/** Two CPUs are busy at most: emulators have no more. */
const sleepers = [
  thread('busy', 'fifo:5', 0, '0ms', 'run 120ms'),
  thread('a', 'fifo:10', 3, '0ms', 'run 15ms', 'sleep until 75ms', 'run 15ms'),
  thread('b', 'fifo:10', 1, '30ms', 'run 15ms', 'sleep until 102ms', 'run 15ms'),
];

export const timers: readonly Scenario[] = [
  {
    name: 'tick-fifo',
    shows: 'A FIFO thread does without a tick on a nohz_full CPU, its equals waiting or not.',
    rules: ['tick-stops'],
    until: '330ms',
    threads: [
      thread('a', 'fifo:10', 3, '0ms', 'run 240ms'),
      thread('b', 'fifo:10', 3, '120ms', 'run 45ms'),
    ],
    ticks: [window(3, 30, 105), window(3, 135, 225)],
  },
  {
    name: 'tick-rr-pair',
    shows: 'A SCHED_RR thread has no tick on a nohz_full CPU until a second one waits.',
    rules: ['tick-stops', 'tick-rr'],
    until: '400ms',
    threads: [
      thread('a', 'rr:10', 3, '0ms', 'run 180ms'),
      thread('b', 'rr:10', 3, '90ms', 'run 90ms'),
    ],
    ticks: [window(3, 30, 78), window(3, 105, 165)],
  },
  {
    name: 'tick-fair-pair',
    shows:
      'Two fair threads bring the tick of a nohz_full CPU back; when one is left it stops again.',
    rules: ['tick-fair'],
    until: '600ms',
    threads: [
      thread('a', 'other', 3, '0ms', 'run 420ms'),
      thread('b', 'other', 3, '120ms', 'run 60ms'),
    ],
    ticks: [window(3, 45, 111), window(3, 135, 195), window(3, 330, 420)],
    turns: false,
  },
  {
    name: 'tick-ordinary',
    shows: 'A busy CPU that is not nohz_full has its tick, an idle one has none.',
    rules: ['tick-stops'],
    until: '300ms',
    threads: [thread('a', 'fifo:10', 1, '0ms', 'run 120ms')],
    ticks: [window(1, 30, 105), window(1, 180, 285)],
  },
  {
    name: 'timer-leaves-nohz-full',
    shows:
      'A sleep on a nohz_full CPU ends on a housekeeping CPU that is busy; others where they began.',
    rules: ['timer-migration'],
    until: '240ms',
    threads: sleepers,
    ticks: [],
  },
  {
    name: 'timer-stays',
    shows: 'With kernel.timer_migration 0 a sleep ends where it began, on a nohz_full CPU too.',
    rules: ['timer-migration'],
    until: '240ms',
    timerMigration: 0,
    threads: sleepers,
    ticks: [],
  },
];
