import { describe, test } from 'vitest';
import {
  all,
  type Change,
  expectRule,
  guest,
  guestThreads,
  host,
  hostLine,
  hostThreads,
  load,
  polling,
  type RuleCase,
} from './ruleCase.js';

const twoNodes: Change = (draft) => {
  host(draft).topology = {
    sockets: 1,
    coresPerSocket: 8,
    threadsPerCore: 2,
    nodesPerSocket: 2,
  };
};

/** A second guest whose only vCPU never sleeps. */
const otherGuest =
  (cpus: number): Change =>
  (draft) => {
    draft.guests?.push({
      name: 'other',
      vcpus: [{ id: 0, cpus, policy: 'fifo:1' }],
      emulator: { cpus: 0 },
      kernel: { preset: '6.12-rt' },
      threads: [{ name: 'spin', cpus: 0 }],
    });
  };

const pinVcpu =
  (id: number, cpus: string | number): Change =>
  (draft) => {
    guest(draft).vcpus[id].cpus = cpus;
  };

const unpinnedLoad = hostThreads(...load(24));

const CASES: readonly RuleCase[] = [
  {
    rule: 'isolation/boot-cpu',
    context: polling,
    break: all(
      hostLine('managed_irq,2-7', 'managed_irq,0,2-7'),
      hostLine('nohz_full=2-7', 'nohz_full=0,2-7'),
      pinVcpu(1, 0),
    ),
    pass: pinVcpu(1, 6),
    shows: { statistic: 'max', byNs: 1000 },
  },
  {
    rule: 'isolation/busy-sibling',
    break: pinVcpu(0, 12),
  },
  {
    rule: 'isolation/domain-flag',
    context: unpinnedLoad,
    break: hostLine('isolcpus=domain,managed_irq', 'isolcpus=managed_irq'),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'isolation/foreign-thread',
    break: hostThreads(...load(1, 4)),
    pass: hostThreads(...load(1, 0)),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'isolation/guest-numa-node',
    context: twoNodes,
    break: () => undefined,
    pass: all(pinVcpu(0, 6), pinVcpu(1, 4), pinVcpu(2, 5)),
  },
  {
    rule: 'isolation/housekeeping-node',
    context: twoNodes,
    break: () => undefined,
    pass: all(pinVcpu(0, 3), pinVcpu(1, 2), pinVcpu(2, 10)),
  },
  {
    rule: 'isolation/housekeeping-vcpu',
    context: all(
      hostThreads({ name: 'hog0', cpus: 0 }, { name: 'hog1', cpus: 1 }),
      guestThreads({
        name: 'holder',
        cpus: 0,
        every: '220us..250us..280us',
        run: '100us',
        sections: [{ kind: 'raw', lock: 'shared', run: '80us..100us..120us' }],
      }),
      (draft) => {
        draft.workloads?.push({
          id: 'loop',
          kind: 'periodic',
          on: 'rt',
          cpus: 1,
          policy: 'fifo:80',
          period: '1ms',
          run: '10us',
          sections: [{ kind: 'raw', lock: 'shared', run: '2us' }],
        });
      },
    ),
    break: pinVcpu(0, '0-1'),
    shows: { workload: 'loop', statistic: 'max', byNs: 100_000, untilMs: 2000 },
  },
  {
    rule: 'isolation/no-housekeeping',
    context: unpinnedLoad,
    break: all(hostLine('managed_irq,2-7,10-15', 'managed_irq,0-15'), pinVcpu(1, 0)),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'isolation/qemu-threads',
    context: (draft) => {
      guest(draft).emulator = {
        cpus: 0,
        rate: '800/s',
        run: '50us..100us..200us',
        sections: [{ kind: 'preemptOff', run: '20us..40us..60us' }],
      };
    },
    break: (draft) => {
      guest(draft).emulator = { ...guest(draft).emulator, cpus: 4 };
    },
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'isolation/realtime-thread-pinned',
    // Isolated pCPUs share the default root domain, within which realtime threads are pushed.
    context: hostThreads({ name: 'busy', policy: 'fifo:20', cpus: 6 }),
    break: hostThreads({
      name: 'roamer',
      policy: 'fifo:10',
      cpus: '4,6',
      every: '1ms',
      start: '900us',
      run: '300us',
    }),
    pass: hostThreads({
      name: 'roamer',
      policy: 'fifo:10',
      cpus: 7,
      every: '1ms',
      start: '900us',
      run: '300us',
    }),
    shows: { statistic: 'max', byNs: 50_000 },
  },
  {
    rule: 'isolation/shared-pcpu',
    break: otherGuest(4),
    pass: otherGuest(7),
    shows: { statistic: 'max', byNs: 1_000_000 },
  },
  {
    rule: 'isolation/smt-sibling',
    break: all(
      hostLine('managed_irq,2-7,10-15', 'managed_irq,2-7,10-14'),
      hostLine('nohz_full=2-7,10-15', 'nohz_full=2-7,10-14'),
    ),
  },
  {
    rule: 'isolation/unknown-flag',
    context: unpinnedLoad,
    break: hostLine('isolcpus=domain,', 'isolcpus=domian,'),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'isolation/vcpu-isolated',
    context: unpinnedLoad,
    break: all(
      hostLine('managed_irq,2-7,10-15', 'managed_irq,2-3,6-7,10-15'),
      hostLine('nohz_full=2-7', 'nohz_full=2-3,6-7'),
    ),
    shows: { statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'isolation/vcpu-pinned',
    context: hostThreads(...load(4, '0-1')),
    break: pinVcpu(1, '0-1'),
    shows: { statistic: 'max', byNs: 20_000 },
  },
];

describe('rules of isolation', () => {
  test.each(CASES)('$rule', (ruleCase) => expectRule(ruleCase));
});
