/** Directions of the way from the guest's timer to its thread. */
import { expect } from 'vitest';
import type { Change, Direction, Draft } from './direction.js';

/** The guest of one-guest.yaml polls when idle: its vCPU is always busy. */
const guestPolls: Change = (plan) => {
  plan.guests[0].cmdline = `${plan.guests[0].cmdline} idle=poll`;
};

const kvm =
  (settings: NonNullable<Draft['host']['kvm']>): Change =>
  (plan) => {
    plan.host.kvm = { ...plan.host.kvm, ...settings };
  };

const hrtimerBackend = kvm({ preemption_timer: 'N' });

/** HLT does not exit, and timers may be set on another pCPU, which ticks often and always runs. */
const postable: Change = (plan) => {
  plan.guests[0].cpu = { ...plan.guests[0].cpu, passthrough: ['hlt'] };
  plan.host.sysctl = { ...plan.host.sysctl, 'kernel.timer_migration': 1 };
  plan.host.kernel = { ...plan.host.kernel, preset: '6.12-rt', hz: 1000 };
  plan.host.threads = [0, 1, 2, 3].map((cpu) => ({ name: `hog${cpu}`, cpus: String(cpu) }));
  kvm({ preemption_timer: 'N', pi_inject_timer: 0 })(plan);
};

export const TIMER_DIRECTIONS: readonly Direction[] = [
  {
    name: 'full wait queues instead of simple ones: one hop more',
    base: 'klog-wait-queue',
    given: (plan) => {
      plan.host.kernel = {
        preset: '4.1-rt',
        flags: { simpleWaitQueue: true, lapicTimerHard: true },
      };
    },
    change: (plan) => {
      plan.host.kernel = { preset: '4.1-rt' };
    },
    expected: (before, after) => {
      // A wake-up, a softirq and a context switch: from several hundred ns to several us.
      expect(after.meanNs - before.meanNs).toBeGreaterThan(500);
      expect(after.meanNs - before.meanNs).toBeLessThan(6_000);
      expect(after.cause('context switch')).toBeGreaterThan(before.cause('context switch') * 1.2);
    },
    fails: 'reverse',
  },
  {
    name: 'ksoftirqd below a busy vCPU, full wait queues: the timer never comes',
    base: 'klog-wait-queue',
    given: guestPolls,
    change: (plan) => {
      plan.host.kernelThreads = [{ name: 'ksoftirqd', cpus: '2-9,22-29', policy: 'other' }];
    },
    expected: (before, after) => {
      expect(before.first.latency.count).toBeGreaterThan(100);
      expect(after.first.latency.count).toBe(0);
      expect(after.maxNs).toBeGreaterThan(0.9e9);
    },
    fails: 'reverse',
  },
  {
    name: 'preemption timer to hrtimer, busy guest: the cost of an exit more',
    base: 'one-guest',
    given: guestPolls,
    change: hrtimerBackend,
    expected: (before, after) => {
      expect(after.meanNs - before.meanNs).toBeGreaterThan(200);
      expect(after.meanNs - before.meanNs).toBeLessThan(3_000);
    },
    fails: 'reverse',
  },
  {
    name: 'preemption timer to hrtimer, guest that halts: about nothing',
    base: 'one-guest',
    change: hrtimerBackend,
    expected: (before, after) => {
      expect(Math.abs(after.meanNs / before.meanNs - 1)).toBeLessThan(0.12);
    },
    fails: kvm({ lapic_timer_advance: 'N' }),
  },
  {
    name: 'halt polling: fewer wake-ups of the vCPU, more work of the host',
    base: 'one-guest',
    // Shorter waits than the longest window.
    given: (plan) => {
      plan.workloads[0] = { ...plan.workloads[0], interval: '150us' } as Draft['workloads'][0];
    },
    change: kvm({ halt_poll_ns: 200_000 }),
    expected: (before, after) => {
      expect(after.cause('vCPU load')).toBeLessThan(before.cause('vCPU load') / 2);
      expect(after.busy(4)).toBeGreaterThan(before.busy(4) + 0.1);
    },
    fails: 'reverse',
  },
  {
    name: 'posted timer: one exit less',
    base: 'one-guest',
    given: postable,
    change: kvm({ pi_inject_timer: 1 }),
    expected: (before, after) => {
      // The exit at expiry precedes the deadline by the advance; its entry does not.
      expect(after.cause('VM entry')).toBeLessThan(before.cause('VM entry') * 0.6);
      expect(after.meanNs).toBeLessThan(before.meanNs);
    },
    fails: 'reverse',
  },
  {
    name: 'timer advance: the mean falls by about the way from exit to entry, the maximum stays',
    base: 'guest-cyclictest',
    given: kvm({ lapic_timer_advance_ns: 0 }),
    change: kvm({ lapic_timer_advance_ns: 2000 }),
    expected: (before, after) => {
      const saved = before.meanNs - after.meanNs;
      const way = before.cause('VM exit') + before.cause('VM entry') + before.cause('injection');
      expect(saved).toBeGreaterThan(way * 0.5);
      expect(saved).toBeLessThan(2_000);
      // What makes the worst sample comes after the timer or takes longer than the advance.
      expect(after.maxNs).toBeGreaterThan(before.maxNs * 0.7);
      expect(after.maxNs).toBeLessThanOrEqual(before.maxNs);
    },
    fails: 'reverse',
  },
];
