import { describe, test } from 'vitest';
import type { PlanDocument } from '../../src/plan/schema.js';
import {
  all,
  type Change,
  expectRule,
  guest,
  guestLine,
  guestThreads,
  host,
  hostLine,
  hostThreads,
  load,
  type RuleCase,
} from './ruleCase.js';

type Guest = NonNullable<PlanDocument['guests']>[number];

const memory =
  (values: NonNullable<Guest['memory']>): Change =>
  (draft) => {
    guest(draft).memory = { ...guest(draft).memory, ...values };
  };

const hardware =
  (...devices: NonNullable<Guest['hardware']>): Change =>
  (draft) => {
    guest(draft).hardware = devices;
  };

const hostMemory =
  (values: NonNullable<NonNullable<PlanDocument['host']>['memory']>): Change =>
  (draft) => {
    host(draft).memory = values;
  };

const smallPages: Change = (draft) => {
  const { hugepages: _hugepages, ...rest } = guest(draft).memory ?? {};
  guest(draft).memory = rest;
};

const CASES: readonly RuleCase[] = [
  { rule: 'memory/balloon', break: hardware({ kind: 'balloon' }), pass: hardware({ kind: 'rng' }) },
  { rule: 'memory/hugepages', break: smallPages },
  { rule: 'memory/ksm', break: memory({ nosharepages: false }) },
  { rule: 'memory/locked', break: memory({ locked: false }) },
  {
    rule: 'memory/numa-balancing',
    break: (draft) => {
      host(draft).sysctl = { ...host(draft).sysctl, 'kernel.numa_balancing': 1 };
    },
  },
  { rule: 'memory/numa-node', break: memory({ nodes: '0-1' }), pass: memory({ nodes: 0 }) },
  { rule: 'memory/swap', break: hostMemory({ swap: true }), pass: hostMemory({ swap: false }) },
  {
    rule: 'memory/transparent-hugepages',
    context: smallPages,
    break: hostMemory({ transparentHugepages: 'always' }),
    pass: hostMemory({ transparentHugepages: 'madvise' }),
  },
  {
    rule: 'devices/slow-devices',
    break: hardware({ kind: 'sound' }, { kind: 'usb' }),
    pass: hardware({ kind: 'watchdog' }),
  },
  {
    rule: 'guest/foreign-thread',
    break: guestThreads(...load(1, 1)),
    pass: guestThreads(...load(1, 0)),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'guest/housekeeping-vcpu',
    context: guestThreads(...load(1)),
    break: (draft) => {
      guest(draft).vcpus = [{ id: 0, cpus: 4, policy: 'fifo:1' }];
      delete guest(draft).cmdline;
      delete guest(draft).fairServerOff;
      delete guest(draft).kernelThreads;
      const [ct] = draft.workloads ?? [];
      if (ct) ct.cpus = 0;
    },
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'guest/partition',
    context: guestThreads(...load(6)),
    break: guestLine('isolcpus=domain,managed_irq,1-2 nohz_full=1-2 ', ''),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'system/guest-preempt-rt',
    context: guestThreads({
      name: 'syscalls',
      cpus: 1,
      every: '700us..1ms..1300us',
      run: '10us',
      sections: [{ kind: 'kernel', run: '100us..200us..300us' }],
    }),
    break: (draft) => {
      guest(draft).kernel = { preset: '6.12', hz: 1000 };
    },
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'system/host-preempt-rt',
    context: hostThreads({
      name: 'syscalls',
      cpus: 4,
      every: '700us..1ms..1300us',
      run: '10us',
      sections: [{ kind: 'kernel', run: '100us..200us..300us' }],
    }),
    break: (draft) => {
      host(draft).kernel = { preset: '6.12', hz: 1000 };
    },
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'cmdline/downstream-only',
    break: hostLine('tsc=reliable', 'tsc=reliable kthread_cpus=0'),
  },
  {
    rule: 'cmdline/empty-list',
    context: guestLine('tsc=reliable', 'idle=poll'),
    break: hostLine('nohz_full=2-7,10-15', 'nohz_full='),
    shows: { statistic: 'max', byNs: 1000 },
  },
  {
    rule: 'cmdline/housekeeping-lists',
    break: hostLine(
      'tsc=reliable',
      'tsc=reliable systemd.cpu_affinity=0,1,4,8,9 tuned.non_isolcpus=00000313',
    ),
    pass: hostLine(
      'tsc=reliable',
      'tsc=reliable systemd.cpu_affinity=0,1,8,9 tuned.non_isolcpus=00000303',
    ),
  },
  {
    rule: 'cmdline/intel-iommu-pt',
    break: hostLine('tsc=reliable', 'tsc=reliable intel_iommu=pt'),
    pass: hostLine('tsc=reliable', 'tsc=reliable intel_iommu=on iommu=pt'),
  },
  {
    rule: 'cmdline/misspelt',
    context: hostThreads(...load(24)),
    break: hostLine('isolcpus=', 'isolcpu='),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'cmdline/repeated-list',
    break: hostLine('tsc=reliable', 'tsc=reliable isolcpus=2-3'),
    pass: all(hostLine('tsc=reliable', 'tsc=reliable skew_tick=1')),
  },
];

describe('rules of guests, memory, devices and the command line', () => {
  test.each(CASES)('$rule', (ruleCase) => expectRule(ruleCase));
});
