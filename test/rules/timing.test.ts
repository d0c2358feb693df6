import { describe, test } from 'vitest';
import {
  all,
  type Change,
  expectRule,
  guest,
  guestLine,
  host,
  hostLine,
  hostThreads,
  load,
  polling,
  type RuleCase,
  timerlat,
} from './ruleCase.js';

const noFeature =
  (name: string): Change =>
  (draft) => {
    const features = guest(draft).cpu?.features;
    if (features) features[name] = false;
  };

const tickless = 'nohz_full=2-7,10-15 rcu_nocbs=2-7,10-15';

const CASES: readonly RuleCase[] = [
  { rule: 'clock/guest-invtsc', break: noFeature('invtsc') },
  { rule: 'clock/source', break: hostLine('tsc=reliable', 'tsc=reliable clocksource=hpet') },
  {
    rule: 'clock/watchdog',
    // More often than the real one, so that a short run meets it.
    context: all(polling, (draft) => {
      host(draft).noise = { clocksourceWatchdog: { every: '1ms', start: '1ms', run: '5us' } };
    }),
    break: hostLine('tsc=reliable', ''),
    shows: { statistic: 'max', byNs: 1000 },
  },
  {
    rule: 'power/acpi-fallback',
    break: hostLine('processor.max_cstate=1 intel_idle.max_cstate=1', 'intel_idle.max_cstate=0'),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'power/deep-cstates',
    break: hostLine('processor.max_cstate=1 intel_idle.max_cstate=1', ''),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  { rule: 'power/frequency', break: hostLine('intel_pstate=disable', '') },
  {
    rule: 'power/wrong-driver',
    break: hostLine('intel_idle.max_cstate=1', ''),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'timing/idle-poll-tick',
    context: timerlat(6),
    break: hostLine('tsc=reliable', 'tsc=reliable idle=poll'),
    shows: { workload: 'ht', statistic: 'max', byNs: 300 },
  },
  {
    rule: 'timing/nohz-full',
    context: polling,
    break: hostLine(tickless, 'nohz_full=2-3,6-7,10-15 rcu_nocbs=2-7,10-15'),
    shows: { statistic: 'max', byNs: 1000 },
  },
  {
    rule: 'timing/nohz-off',
    context: polling,
    break: hostLine('tsc=reliable', 'tsc=reliable nohz=off'),
    shows: { statistic: 'max', byNs: 1000 },
  },
  {
    rule: 'timing/rcu-nocbs',
    break: hostLine(tickless, 'nohz_full=2-3,6-7,10-15 rcu_nocbs=2-3,6-7,10-15'),
  },
  {
    rule: 'timing/skew-tick',
    break: hostLine(tickless, 'nohz_full=2-3,6-7,10-15 rcu_nocbs=2-7,10-15'),
  },
  {
    rule: 'timing/timer-migration',
    context: hostThreads(
      ...[0, 1, 8, 9].flatMap((cpu) => ({ ...load(1, cpu)[0], name: `l${cpu}` })),
    ),
    break: (draft) => {
      host(draft).sysctl = { 'kernel.sched_rt_runtime_us': -1, 'kernel.timer_migration': 1 };
    },
    shows: { statistic: 'max', byNs: 5_000 },
  },
  {
    rule: 'timing/watchdogs',
    context: all(
      polling,
      hostLine(tickless, 'nohz_full=2-3,6-7,10-15 rcu_nocbs=2-7,10-15'),
      (draft) => {
        host(draft).noise = { softLockupTimer: { every: '1ms', start: '1ms', run: '20us' } };
      },
    ),
    break: () => undefined,
    pass: hostLine('tsc=reliable', 'tsc=reliable nosoftlockup nmi_watchdog=0'),
    shows: { statistic: 'max', byNs: 5000 },
  },
  { rule: 'guest/console', break: guestLine('tsc=reliable', 'console=ttyS0,115200') },
];

describe('rules of time, power and consoles', () => {
  test.each(CASES)('$rule', (ruleCase) => expectRule(ruleCase));
});
