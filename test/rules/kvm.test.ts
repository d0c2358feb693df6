import { describe, test } from 'vitest';
import {
  all,
  type Change,
  expectRule,
  guest,
  guestLine,
  host,
  hostLine,
  polling,
  type RuleCase,
} from './ruleCase.js';

type Kvm = NonNullable<ReturnType<typeof host>['kvm']>;

const kvm =
  (values: Kvm): Change =>
  (draft) => {
    host(draft).kvm = { ...host(draft).kvm, ...values };
  };

const cpuPm: Change = (draft) => {
  guest(draft).cpu = { ...guest(draft).cpu, passthrough: ['hlt', 'mwait', 'pause', 'cstate'] };
};

const CASES: readonly RuleCase[] = [
  {
    rule: 'kvm/apicv',
    context: all(polling, kvm({ lapic_timer_advance: 'N' })),
    break: kvm({ enable_apicv: 'N' }),
    shows: { statistic: 'mean', byNs: 100 },
  },
  {
    rule: 'kvm/cpu-pm-timer',
    context: all(cpuPm, polling),
    break: hostLine('nohz_full=2-7,10-15', ''),
    shows: { statistic: 'mean', byNs: 100 },
  },
  {
    rule: 'kvm/guest-cstates',
    context: all(cpuPm, (draft) => {
      const [ct] = draft.workloads ?? [];
      // What cyclictest asks of the guest would hide it.
      if (ct?.kind === 'cyclictest') ct.dmaLatencyZero = false;
    }),
    break: () => undefined,
    pass: guestLine('tsc=reliable', 'intel_idle.max_cstate=1 processor.max_cstate=1'),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  { rule: 'kvm/halt-polling', break: kvm({ halt_poll_ns: 200_000 }) },
  {
    rule: 'kvm/hint-dedicated',
    break: (draft) => {
      guest(draft).cpu = { ...guest(draft).cpu, hintDedicated: false };
    },
  },
  { rule: 'kvm/kvmclock-sync', break: kvm({ kvmclock_periodic_sync: 'Y' }) },
  { rule: 'kvm/nx-huge-pages', break: kvm({ nx_huge_pages: 'Y' }) },
  { rule: 'kvm/ple-gap', break: kvm({ ple_gap: 128 }) },
  {
    rule: 'kvm/preemption-timer',
    context: polling,
    break: kvm({ preemption_timer: 'N' }),
    shows: { statistic: 'mean', byNs: 100 },
  },
  {
    rule: 'kvm/timer-advance',
    context: polling,
    break: kvm({ lapic_timer_advance: 'N' }),
    shows: { statistic: 'mean', byNs: 100 },
  },
  {
    rule: 'kvm/tsc-deadline',
    break: (draft) => {
      guest(draft).cpu = { ...guest(draft).cpu, features: { 'tsc-deadline': false, invtsc: true } };
    },
  },
];

describe('rules of KVM', () => {
  test.each(CASES)('$rule', (ruleCase) => expectRule(ruleCase));
});
