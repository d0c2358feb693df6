import { describe, test } from 'vitest';
import {
  all,
  type Change,
  expectRule,
  guest,
  host,
  hostThreads,
  load,
  polling,
  type RuleCase,
  timerlat,
} from './ruleCase.js';

const kernelThread =
  (name: 'ksoftirqd' | 'ktimers' | 'rcuc', policy: string): Change =>
  (draft) => {
    host(draft).kernelThreads = [...(host(draft).kernelThreads ?? []), { name, cpus: 4, policy }];
  };

const vcpuPolicy =
  (policy: string): Change =>
  (draft) => {
    guest(draft).vcpus[1].policy = policy;
  };

/** An era whose kernels deliver guest timers from ksoftirqd. */
const era2015: Change = (draft) => {
  host(draft).kernel = { preset: '4.1-rt', hz: 1000 };
  guest(draft).kernel = { preset: '4.1-rt', hz: 1000 };
};

const onVcpuPcpu = (policy: string, run?: string) =>
  hostThreads({
    name: 'other',
    policy,
    cpus: 4,
    ...(run ? { every: '1ms', start: '900us', run } : {}),
  });

const robin = (policy: string) =>
  hostThreads(
    { name: 'a', policy, cpus: 6, every: '5ms', run: '2ms' },
    { name: 'b', policy, cpus: 6, every: '5ms', run: '2ms' },
  );

const CASES: readonly RuleCase[] = [
  {
    rule: 'priority/deadline-blackout',
    // Work in the guest that uses the budget up.
    context: (draft) => {
      guest(draft).threads = [
        { name: 'work', cpus: 1, policy: 'fifo:10', every: '3ms', run: '700us' },
      ];
    },
    break: vcpuPolicy('deadline:300us:1ms'),
    pass: vcpuPolicy('fifo:1'),
    shows: { statistic: 'max', byNs: 100_000 },
  },
  {
    rule: 'priority/equal-fifo',
    context: onVcpuPcpu('fifo:1', '200us'),
    break: () => undefined,
    pass: vcpuPolicy('fifo:2'),
    shows: { statistic: 'max', byNs: 50_000 },
  },
  { rule: 'priority/ksoftirqd', break: kernelThread('ksoftirqd', 'fifo:1') },
  {
    rule: 'priority/ksoftirqd-injects',
    context: all(era2015, polling),
    break: kernelThread('ksoftirqd', 'fifo:1'),
    shows: { statistic: 'max', byNs: 100_000_000 },
  },
  {
    rule: 'priority/ktimers',
    context: (draft) => {
      host(draft).kernel = { preset: '6.13-rt', hz: 1000 };
    },
    break: () => undefined,
    pass: all(kernelThread('ktimers', 'fifo:2'), (draft) => {
      host(draft).kernelThreads?.push({ name: 'ktimers', cpus: 5, policy: 'fifo:2' });
    }),
  },
  { rule: 'priority/rcuc', break: kernelThread('rcuc', 'other') },
  {
    rule: 'priority/spinner',
    break: onVcpuPcpu('fifo:2'),
    shows: { statistic: 'max', byNs: 100_000_000 },
  },
  {
    rule: 'priority/stronger-thread',
    break: onVcpuPcpu('fifo:10', '200us'),
    shows: { statistic: 'max', byNs: 50_000 },
  },
  {
    rule: 'priority/tick-restarters',
    context: timerlat(6),
    break: robin('rr:1'),
    pass: robin('fifo:1'),
    shows: { workload: 'ht', statistic: 'max', byNs: 300 },
  },
  {
    rule: 'priority/vcpu-policy',
    context: hostThreads({ ...load(1, 4)[0], sections: [] }),
    break: vcpuPolicy('other'),
    shows: { statistic: 'max', byNs: 20_000 },
  },
];

describe('rules of priorities', () => {
  test.each(CASES)('$rule', (ruleCase) => expectRule(ruleCase));
});
