import { describe, expect, test } from 'vitest';
import type { PlanDocument } from '../../src/plan/schema.js';
import {
  all,
  type Change,
  expectRule,
  findingsOf,
  guest,
  host,
  hostThreads,
  load,
  prepared,
  type RuleCase,
} from './ruleCase.js';

type Device = NonNullable<NonNullable<PlanDocument['guests']>[number]['devices']>[number];

const common = {
  name: 'nic',
  every: '1ms',
  start: '500us',
  guest: { cpus: 1, cost: '1us' },
} as const;

/** A device of the guest and a thread that waits for it. */
const device =
  (made: Device): Change =>
  (draft) => {
    guest(draft).devices = [made];
    draft.workloads?.push({ id: 'rx', kind: 'interrupt', on: 'rt', cpus: 1, device: 'nic' });
  };

/** The host's work with the same kind of device: an interrupt, and a thread that waits for it. */
const hostNic: Change = (draft) => {
  host(draft).irqs = [{ name: 'eth0', cpus: 4, every: '1ms', start: '500us', cost: '2us' }];
  draft.workloads?.push({ id: 'rx', kind: 'interrupt', on: 'host', cpus: 6, device: 'eth0' });
};

const remapped = { ...common, kind: 'passthrough', posted: false, host: { cpus: 0 } } as const;
const vhost = { ...common, kind: 'vhost-net', host: { cpus: 8 }, worker: { cpus: 1 } } as const;
const disk = { ...common, kind: 'emulated', host: { cpus: 0 }, run: '5us' } as const;

const CASES: readonly RuleCase[] = [
  {
    rule: 'devices/intx-route',
    context: hostThreads({
      name: 'poller',
      policy: 'fifo:60',
      cpus: 0,
      every: '2ms',
      start: '450us',
      run: '500us',
    }),
    break: device({ ...vhost, worker: { cpus: 0, policy: 'fifo:70' }, route: 'intx' }),
    pass: device({ ...vhost, worker: { cpus: 0, policy: 'fifo:70' } }),
    shows: { workload: 'rx', statistic: 'max', byNs: 50_000 },
  },
  {
    rule: 'devices/main-loop-disk',
    context: all((draft) => {
      guest(draft).emulator = { cpus: 0, every: '3ms', run: '300us..500us..800us' };
      guest(draft).iothreads = [{ id: 1, cpus: 1 }];
    }),
    break: device(disk),
    pass: device({ ...disk, iothread: 1 }),
    shows: { workload: 'rx', statistic: 'max', byNs: 50_000 },
  },
  {
    rule: 'devices/posted-interrupts',
    break: device(remapped),
    pass: device({ ...common, kind: 'passthrough' }),
    shows: { workload: 'rx', statistic: 'mean', byNs: 500 },
  },
  {
    rule: 'devices/vhost-net',
    context: hostThreads(...load(2, 1)),
    break: device(vhost),
    pass: device({ ...common, kind: 'passthrough' }),
    shows: { workload: 'rx', statistic: 'max', byNs: 20_000 },
  },
  {
    rule: 'interrupts/thread-below-vcpu',
    context: hostNic,
    break: all((draft) => {
      guest(draft).vcpus[1].policy = 'fifo:60';
      guest(draft).threads = [{ name: 'spin', cpus: 1 }];
    }),
    pass: (draft) => {
      guest(draft).threads = [{ name: 'spin', cpus: 1 }];
    },
    shows: { workload: 'rx', statistic: 'max', byNs: 10_000_000 },
  },
];

describe('rules of devices', () => {
  test.each(CASES)('$rule', (ruleCase) => expectRule(ruleCase));

  test('find what an import noted of the hardware', () => {
    const plan = prepared((draft) => {
      guest(draft).hardware = [
        { kind: 'network', name: 'net0', backend: 'qemu' },
        { kind: 'network', name: 'net1', backend: 'vhost-user' },
        { kind: 'disk', name: 'vda' },
        { kind: 'disk', name: 'vdb', iothread: true },
      ];
    });
    const [net, ...others] = findingsOf(plan, 'devices/vhost-net');
    expect(net.path).toBe('guests[0].hardware[0]');
    expect(net.finding.message).toContain("QEMU's main loop");
    expect(others).toEqual([]);
    expect(findingsOf(plan, 'devices/main-loop-disk').map(({ path }) => path)).toEqual([
      'guests[0].hardware[2]',
    ]);
  });

  test('a vhost worker on an isolated pCPU is found and moved', () => {
    const plan = prepared(device({ ...vhost, worker: { cpus: 4 } }));
    const [found] = findingsOf(plan, 'isolation/qemu-threads');
    expect(found.finding.message).toContain('vhost worker of nic');
    expect(found.patches).toEqual([
      { op: 'replace', path: ['guests', 0, 'devices', 0, 'worker', 'cpus'], value: '0-1,8-9' },
    ]);
  });

  test('a poller has an isolated pCPU of its own', () => {
    const poller = (cpus: number) =>
      prepared((draft) => {
        draft.switches = [
          {
            name: 'ovs',
            pollers: [{ name: 'pmd', cpus, policy: 'fifo:1' }],
            interfaces: [{ name: 'wan', guest: 'rt', vcpu: 1 }],
          },
        ];
      });
    expect(findingsOf(poller(7), 'isolation/vcpu-isolated')).toEqual([]);
    expect(findingsOf(poller(7), 'priority/spinner')).toEqual([]);
    const [shared] = findingsOf(poller(3), 'priority/spinner');
    expect(shared.finding.message).toContain('poller pmd of ovs');
    expect(shared.finding.message).toContain('starves vCPU 0 of rt');
    const [open] = findingsOf(poller(1), 'isolation/vcpu-isolated');
    expect(open.patches).toHaveLength(1);
  });
});
