/** Mutexes with priority inheritance. */
import { type Scenario, thread } from '../scenario.js';

const SPINS =
  'The kernel lets the first waiter spin while the owner runs; the simulator lets it sleep at once.';

export const inheritance: readonly Scenario[] = [
  {
    name: 'pi-boost',
    shows: 'The owner runs at the priority of its waiter: a middle thread cannot come between.',
    rules: ['pi-boost'],
    until: '250ms',
    threads: [
      thread('low', 'fifo:10', 1, '0ms', 'lock m', 'run 60ms', 'unlock m', 'run 15ms'),
      thread('high', 'fifo:30', 1, '15ms', 'lock m', 'run 15ms', 'unlock m'),
      thread('mid', 'fifo:20', 1, '30ms', 'run 30ms'),
    ],
  },
  {
    name: 'pi-no-lock',
    shows: 'Without a waiter the middle thread preempts the owner.',
    rules: ['rt-preempt', 'pi-boost'],
    until: '250ms',
    threads: [
      thread('low', 'fifo:10', 1, '0ms', 'lock m', 'run 60ms', 'unlock m', 'run 15ms'),
      thread('mid', 'fifo:20', 1, '30ms', 'run 30ms'),
    ],
  },
  {
    name: 'pi-deboost-head',
    shows: 'After unlocking the owner is head of its own priority, before an equal that waits.',
    rules: ['pi-deboost-head'],
    until: '250ms',
    threads: [
      thread('low', 'fifo:10', 1, '0ms', 'lock m', 'run 45ms', 'unlock m', 'run 24ms'),
      thread('high', 'fifo:30', 1, '15ms', 'lock m', 'run 15ms', 'unlock m'),
      thread('equal', 'fifo:10', 1, '30ms', 'run 15ms'),
    ],
  },
  {
    name: 'pi-chain',
    shows: 'A boost reaches the last owner of a chain.',
    rules: ['pi-chain'],
    until: '350ms',
    threads: [
      thread('c', 'fifo:10', 1, '0ms', 'lock m', 'run 75ms', 'unlock m', 'run 9ms'),
      thread('b', 'fifo:20', 1, '12ms', 'lock n', 'lock m', 'run 12ms', 'unlock m', 'unlock n'),
      thread('a', 'fifo:40', 1, '27ms', 'lock n', 'run 12ms', 'unlock n'),
      thread('mid', 'fifo:30', 1, '42ms', 'run 30ms'),
    ],
  },
  {
    name: 'pi-waiter-order',
    shows: 'The strongest waiter gets the mutex first, equals in the order in which they came.',
    rules: ['pi-waiter-order'],
    until: '300ms',
    threads: [
      thread('owner', 'fifo:40', 1, '0ms', 'lock m', 'sleep until 75ms', 'unlock m'),
      thread('w1', 'fifo:10', 1, '15ms', 'lock m', 'run 12ms', 'unlock m'),
      thread('w2', 'fifo:20', 1, '30ms', 'lock m', 'run 12ms', 'unlock m'),
      thread('w3', 'fifo:20', 1, '45ms', 'lock m', 'run 12ms', 'unlock m'),
    ],
  },
  {
    name: 'pi-two-locks',
    shows: 'An owner of two mutexes that gives up one keeps what the waiter of the other lends.',
    rules: ['pi-two-locks'],
    until: '400ms',
    threads: [
      thread(
        'low',
        'fifo:10',
        1,
        '0ms',
        'lock m',
        'lock n',
        'run 75ms',
        'unlock m',
        'run 30ms',
        'unlock n',
        'run 15ms',
      ),
      thread('h20', 'fifo:20', 1, '12ms', 'lock n', 'run 12ms', 'unlock n'),
      thread('h30', 'fifo:30', 1, '27ms', 'lock m', 'run 12ms', 'unlock m'),
      thread('mid', 'fifo:15', 1, '42ms', 'run 15ms'),
    ],
  },
  {
    name: 'pi-remote',
    shows: 'A waiter on another CPU boosts the owner, which preempts what preempted it.',
    rules: ['pi-remote'],
    until: '300ms',
    threads: [
      thread('low', 'fifo:10', 1, '0ms', 'lock m', 'run 45ms', 'unlock m', 'run 15ms'),
      thread('mid', 'fifo:20', 1, '15ms', 'run 75ms'),
      thread('high', 'fifo:30', 2, '36ms', 'lock m', 'run 15ms', 'unlock m'),
    ],
  },
  {
    name: 'pi-owner-running-elsewhere',
    shows: 'What the first waiter does while the owner runs on another CPU.',
    rules: ['pi-spin'],
    until: '250ms',
    threads: [
      thread('owner', 'fifo:10', 1, '0ms', 'lock m', 'run 75ms', 'unlock m'),
      thread('high', 'fifo:30', 2, '15ms', 'lock m', 'run 15ms', 'unlock m'),
      thread('weak', 'fifo:5', 2, '30ms', 'run 15ms'),
    ],
    differs: { '6.1-rt': SPINS, '6.12-rt': SPINS, '6.1': SPINS, '6.12': SPINS },
  },
  {
    name: 'pi-waiter-raised',
    shows: 'A waiter that is raised while it waits lends its new priority.',
    rules: ['pi-set-priority'],
    until: '350ms',
    threads: [
      thread('low', 'fifo:10', 1, '0ms', 'lock m', 'run 75ms', 'unlock m', 'run 15ms'),
      thread('w', 'fifo:20', 1, '12ms', 'lock m', 'run 15ms', 'unlock m'),
      thread('boss', 'fifo:50', 1, '27ms', 'policy fifo:40 of w'),
      thread('mid', 'fifo:30', 1, '42ms', 'run 30ms'),
    ],
  },
  {
    name: 'pi-waiter-lowered',
    shows: 'A waiter that is lowered while it waits takes back what it lent.',
    rules: ['pi-set-priority'],
    until: '350ms',
    threads: [
      thread('low', 'fifo:10', 1, '0ms', 'lock m', 'run 75ms', 'unlock m', 'run 15ms'),
      thread('w', 'fifo:40', 1, '12ms', 'lock m', 'run 15ms', 'unlock m'),
      thread('mid', 'fifo:30', 1, '27ms', 'run 30ms'),
      thread('boss', 'fifo:50', 1, '42ms', 'policy fifo:20 of w'),
    ],
  },
  {
    name: 'pi-fair-owner',
    shows: 'A fair owner is boosted into the realtime class, and falls back when it unlocks.',
    rules: ['pi-boost', 'pi-deboost-head'],
    until: '300ms',
    threads: [
      thread('f', 'other', 1, '0ms', 'lock m', 'run 45ms', 'unlock m', 'run 15ms'),
      thread('hog', 'fifo:10', 1, '15ms', 'run 60ms'),
      thread('high', 'fifo:30', 1, '30ms', 'lock m', 'run 15ms', 'unlock m'),
    ],
  },
  {
    name: 'pi-own-priority-changed',
    shows: 'A boosted owner whose own policy changes stays boosted, and falls back to the new one.',
    rules: ['pi-boost', 'rt-same-keeps'],
    until: '350ms',
    threads: [
      thread('low', 'fifo:10', 1, '0ms', 'lock m', 'run 60ms', 'unlock m', 'run 15ms'),
      thread('high', 'fifo:30', 1, '12ms', 'lock m', 'run 15ms', 'unlock m'),
      thread('boss', 'fifo:50', 1, '27ms', 'policy fifo:5 of low'),
      thread('mid', 'fifo:8', 1, '42ms', 'run 15ms'),
    ],
  },
  {
    name: 'pi-deadline-waiter',
    shows: 'A deadline waiter boosts a FIFO owner over FIFO 99.',
    rules: ['pi-boost', 'dl-beats-rt'],
    until: '300ms',
    threads: [
      thread('low', 'fifo:10', 1, '0ms', 'lock m', 'run 45ms', 'unlock m', 'run 15ms'),
      thread('d', 'deadline:90ms:900ms', 1, '15ms', 'lock m', 'run 15ms', 'unlock m'),
      thread('top', 'fifo:99', 1, '30ms', 'run 30ms'),
    ],
  },
];
