import { describe, test } from 'vitest';
import {
  all,
  type Change,
  expectRule,
  guest,
  host,
  hostLine,
  hostThreads,
  polling,
  type RuleCase,
} from './ruleCase.js';

const nic =
  (cpus?: number): Change =>
  (draft) => {
    host(draft).irqs = [
      {
        name: 'eth0',
        irq: 40,
        rate: '2000/s',
        cost: '2us..5us..10us',
        ...(cpus === undefined ? {} : { cpus }),
      },
    ];
  };

/** Two devices, of which each alone leaves time for others. */
const flood =
  (cost: string): Change =>
  (draft) => {
    host(draft).irqs = [40, 41].map((irq) => ({
      name: `eth${irq}`,
      irq,
      rate: '100000/s',
      cpus: 0,
      cost,
    }));
  };

const starved: Change = hostThreads({
  name: 'kworker',
  cpus: 4,
  every: '10ms',
  run: '2ms',
});

const CASES: readonly RuleCase[] = [
  {
    rule: 'interrupts/irqaffinity',
    context: nic(),
    break: hostLine('irqaffinity=0-1,8-9', 'irqaffinity=4-5'),
    shows: { statistic: 'max', byNs: 3_000 },
  },
  {
    rule: 'interrupts/irqaffinity-missing',
    break: hostLine('irqaffinity=0-1,8-9', ''),
  },
  {
    rule: 'interrupts/managed-irq',
    break: hostLine('managed_irq,', ''),
  },
  {
    rule: 'interrupts/on-isolated',
    break: nic(4),
    pass: nic(0),
    shows: { statistic: 'max', byNs: 3_000 },
  },
  {
    rule: 'interrupts/overloaded',
    context: all(
      hostThreads({ name: 'service', cpus: 0, policy: 'fifo:1', every: '10ms', run: '10us' }),
      (draft) => {
        draft.workloads = [
          ...(draft.workloads ?? []),
          {
            id: 'job',
            kind: 'periodic',
            on: 'host',
            cpus: 0,
            policy: 'fifo:1',
            period: '10ms',
            run: '10us',
          },
        ];
      },
    ),
    break: flood('5us..6us..7us'),
    pass: flood('1us..2us..3us'),
    shows: { workload: 'job', statistic: 'max', byNs: 300_000, untilMs: 50 },
  },
  {
    rule: 'interrupts/quiet-on-isolated',
    break: (draft) => {
      host(draft).quietIrqs = [{ cpus: 4, irqs: '61,70-75' }];
    },
    pass: (draft) => {
      host(draft).quietIrqs = [{ cpus: 0, irqs: '61,70-75' }];
    },
  },
  {
    rule: 'throttling/cfs-quota',
    break: (draft) => {
      guest(draft).cfsQuota = true;
    },
  },
  {
    rule: 'throttling/fair-server',
    context: all(polling, starved),
    break: (draft) => {
      host(draft).fairServerOff = '2-3,5-7,10-15';
    },
    shows: { statistic: 'max', byNs: 1_000_000, untilMs: 3000 },
  },
  {
    rule: 'throttling/rt-runtime',
    context: all(polling, (draft) => {
      host(draft).kernel = { preset: '5.14-rt', hz: 1000 };
    }),
    break: (draft) => {
      host(draft).sysctl = { 'kernel.timer_migration': 0 };
    },
    shows: { statistic: 'max', byNs: 10_000_000, untilMs: 5000 },
  },
];

describe('rules of interrupts and throttling', () => {
  test.each(CASES)('$rule', (ruleCase) => expectRule(ruleCase));
});
