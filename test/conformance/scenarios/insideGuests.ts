/** Threads of a guest: the same rules inside, while the host takes the pCPU away or not. */
import { onVcpu1, type Scenario, thread } from '../scenario.js';

const sleeper = thread('s', 'other', 1, '0ms', 'sleep until 75ms', 'run 15ms');
const boss = thread('boss', 'fifo:40', 1, '21ms', 'policy fifo:30 of s');
const hog = thread('hog', 'fifo:10', 1, '36ms', 'run 90ms');

export const insideGuests: readonly Scenario[] = [
  {
    name: 'kvm-guest-fifo',
    shows: 'Guest threads preempt each other by their guest priorities; the host sees one thread.',
    rules: ['guest-order'],
    until: '300ms',
    threads: [],
    guest: onVcpu1(
      'fifo:10',
      thread('a', 'fifo:10', 1, '15ms', 'run 60ms'),
      thread('b', 'fifo:20', 1, '36ms', 'run 24ms'),
      thread('c', 'fifo:10', 1, '45ms', 'run 15ms'),
    ),
  },
  {
    name: 'kvm-guest-wakes-stolen',
    shows: 'A guest timer that expires while the host has the pCPU wakes its thread afterwards.',
    rules: ['guest-order', 'vcpu-steal'],
    until: '400ms',
    threads: [thread('h', 'fifo:20', 1, '30ms', 'run 60ms')],
    guest: onVcpu1(
      'fifo:10',
      thread('a', 'fifo:10', 1, '15ms', 'run 90ms'),
      thread('b', 'fifo:20', 1, '54ms', 'run 30ms'),
    ),
  },
  {
    name: 'kvm-guest-rr',
    shows: 'Slices of a guest need its tick, which comes between two SCHED_RR threads.',
    rules: ['guest-order', 'rr-slice', 'tick-rr'],
    until: '800ms',
    threads: [],
    guest: onVcpu1(
      'fifo:10',
      thread('a', 'rr:10', 1, '15ms', 'run 150ms'),
      thread('b', 'rr:10', 1, '30ms', 'run 150ms'),
    ),
  },
  {
    name: 'kvm-guest-pi',
    shows: 'A mutex of the guest lends priority inside the guest, and none on the host.',
    rules: ['guest-order', 'pi-boost', 'vcpu-host-order'],
    until: '400ms',
    threads: [thread('h', 'fifo:20', 1, '54ms', 'run 45ms')],
    guest: onVcpu1(
      'fifo:10',
      thread('low', 'fifo:5', 1, '0ms', 'lock m', 'run 75ms', 'unlock m', 'run 15ms'),
      thread('high', 'fifo:90', 1, '24ms', 'lock m', 'run 15ms', 'unlock m'),
      thread('mid', 'fifo:50', 1, '36ms', 'run 30ms'),
    ),
  },
  {
    name: 'kvm-guest-soft-timer-late',
    shows: "A guest's softirq thread below a guest hog delays the sleep of a fair thread.",
    rules: ['guest-order', 'soft-timer', 'ktimers', 'softirq-inline'],
    until: '300ms',
    threads: [],
    guest: onVcpu1('fifo:10', sleeper, boss, hog),
  },
  {
    name: 'kvm-guest-soft-timer-stronger',
    shows: "With the guest's softirq thread above the hog the sleep ends in time.",
    rules: ['guest-order', 'soft-timer', 'ktimers'],
    until: '300ms',
    threads: [],
    guest: {
      ...onVcpu1('fifo:10', sleeper, boss, hog),
      kernelThreads: [
        { name: 'ktimers', cpu: 1, policy: 'fifo:20' },
        { name: 'ksoftirqd', cpu: 1, policy: 'fifo:20' },
      ],
    },
  },
  {
    name: 'kvm-guest-soft-timer-stolen',
    shows: 'Priorities of a guest help nothing while the host runs something stronger.',
    rules: ['guest-order', 'soft-timer', 'vcpu-steal'],
    until: '400ms',
    threads: [thread('h', 'fifo:20', 1, '54ms', 'run 60ms')],
    guest: {
      ...onVcpu1('fifo:10', sleeper, boss, hog),
      kernelThreads: [
        { name: 'ktimers', cpu: 1, policy: 'fifo:20' },
        { name: 'ksoftirqd', cpu: 1, policy: 'fifo:20' },
      ],
    },
  },
  {
    name: 'kvm-guest-preemption-off',
    shows: 'A guest thread with preemption off lets nobody in until its section ends.',
    rules: ['guest-order', 'guest-preempt-off'],
    until: '300ms',
    threads: [],
    guest: onVcpu1(
      'fifo:10',
      thread('a', 'fifo:10', 1, '15ms', 'run 9ms', 'preemption off 21ms', 'run 15ms'),
      thread('b', 'fifo:90', 1, '36ms', 'run 15ms'),
    ),
  },
  {
    name: 'kvm-guest-preemption-off-stolen',
    shows:
      'A section without preemption protects nothing on the host: what it steals, b waits too.',
    rules: ['guest-order', 'guest-preempt-off', 'vcpu-steal'],
    until: '400ms',
    threads: [thread('h', 'fifo:20', 1, '33ms', 'run 60ms')],
    guest: onVcpu1(
      'fifo:10',
      thread('a', 'fifo:10', 1, '15ms', 'run 9ms', 'preemption off 21ms', 'run 15ms'),
      thread('b', 'fifo:90', 1, '60ms', 'run 15ms'),
    ),
  },
  {
    name: 'kvm-guest-wakes-other-vcpu',
    shows: 'A guest thread wakes one on another vCPU, whose thread is woken on the host.',
    rules: ['guest-order', 'wake-remote'],
    until: '300ms',
    threads: [thread('h', 'fifo:20', 2, '15ms', 'run 60ms')],
    guest: {
      vcpus: { 1: 'fifo:10', 2: 'fifo:10' },
      threads: [
        thread('a', 'fifo:10', 1, '15ms', 'run 24ms', 'wake b', 'run 15ms'),
        thread('b', 'fifo:10', 2, '0ms', 'wait', 'run 30ms'),
      ],
    },
  },
];
