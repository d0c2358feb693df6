/** Directions of the host's kernel, and of load that the partition keeps away or does not. */
import { expect } from 'vitest';
import type { Change, Direction, Draft, Run } from './direction.js';

type Threads = NonNullable<Draft['host']['threads']>;

/** Four busy, locking threads and an interrupt every 30 us, on housekeeping pCPUs only. */
const stress: Change = (plan) => {
  const sections = [
    { kind: 'irqOff', run: '1us..5us..50us' },
    { kind: 'spin', lock: 'dcache', run: '2us..10us..200us' },
  ] as const;
  const threads = [0, 1, 2, 3].map((cpu) => ({
    name: `stress-${cpu}`,
    cpus: String(cpu),
    every: '1ms..2ms..3ms',
    run: '500us..1ms..2ms',
    sections: [...sections],
  }));
  plan.host.threads = [...(plan.host.threads ?? []), ...(threads as Threads)];
  plan.host.irqs = [
    ...(plan.host.irqs ?? []),
    {
      name: 'stress',
      cpus: '3',
      every: '20us..30us..80us',
      cost: '500ns..1us..4us',
      thread: 'off',
    },
  ];
};

/** Stress whose code is also seen on the pCPU of the vCPU, by one of the four ways. */
const through =
  (way: Change): Change =>
  (plan) => {
    stress(plan);
    way(plan);
  };

const ipis = through((plan) => {
  plan.host.noise = {
    tlbShootdown: { every: '100us..200us..400us', run: '5us..10us..20us', cpus: '4' },
  };
});

const caches = through((plan) => {
  plan.host.caches = { fill: '20GiB/s' };
});

/** The lock of the guest's mappings, which a housekeeping thread holds while it zaps them. */
const holdsMmuLock = through((plan) => {
  const zaps = { kind: 'spin', lock: 'mmu-rt', run: '100us..200us..400us' } as const;
  const thread = {
    name: 'ksmd',
    cpus: '3',
    policy: 'fifo:1',
    every: '700us..1ms..1500us',
    run: '5us',
  };
  plan.host.threads?.push({ ...thread, sections: [zaps] } as Threads[0]);
});

const holdsBigLock = through((plan) => {
  const handles = { kind: 'mutex', lock: 'bql', run: '100us..200us..400us' } as const;
  const work = { cpus: '9', every: '1ms', run: '5us', sections: [handles] };
  plan.guests[0].emulator = work as Draft['guests'][0]['emulator'];
});

/** The caches are simulated, and the measured thread has more in them than its core holds. */
const cached: Change = (plan) => {
  plan.host.caches = {};
  plan.workloads[0] = { ...plan.workloads[0], workingSet: '2MiB' } as Draft['workloads'][0];
};

const faults: Change = (plan) => {
  plan.guests[0].memory = { ...plan.guests[0].memory, faults: { every: '700us..1ms..2ms' } };
};

const exitsToQemu: Change = (plan) => {
  const sections = [{ kind: 'userExit', run: '2us..5us..10us' }] as const;
  const thread = { name: 'console', cpus: '1', every: '1ms..2ms..3ms', run: '5us' };
  type GuestThreads = NonNullable<Draft['guests'][0]['threads']>;
  plan.guests[0].threads = [{ ...thread, sections: [...sections] } as GuestThreads[0]];
};

/** Load elsewhere does nothing at all to a pinned vCPU on an isolated pCPU. */
const unchanged = (before: Run, after: Run): void => {
  expect(after.first.latency).toEqual(before.first.latency);
};

const reaches = (before: Run, after: Run): void => {
  expect(after.maxNs).toBeGreaterThan(before.maxNs);
  expect(after.meanNs).toBeGreaterThan(before.meanNs);
};

const reached = (by: string, change: Change, given?: Change): Direction => ({
  name: `stress on housekeeping pCPUs reaches an isolated pCPU through ${by}`,
  base: 'one-guest',
  given,
  change,
  expected: reaches,
  // The same stress without that way.
  fails: stress,
});

/** Disk and network interrupts, and file system work, reach the pCPU of the vCPU. */
const ioLoad: Change = (plan) => {
  plan.guests[0].vcpus[1] = { ...plan.guests[0].vcpus[1], policy: 'fifo:60' };
  const journal = {
    name: 'journal',
    cpus: '4',
    every: '5ms..20ms..100ms',
    run: '200us..1ms..4ms',
    sections: [{ kind: 'kernel', run: '50us..400us..4ms' }],
  };
  plan.host.threads?.push(journal as Threads[0]);
  plan.host.irqs?.push({
    name: 'eth0-TxRx-4',
    cpus: '4',
    rate: '300/s',
    cost: '1us..3us..10us',
    softirq: '10us..60us..1ms',
  });
};

/** The guest waits for a device whose interrupt the host hands on, on a pCPU with nothing else. */
const remappedDevice: Change = (plan) => {
  plan.host.threads = [];
  plan.host.irqs = [];
  plan.guests[0].devices = [
    {
      name: 'can0',
      kind: 'passthrough',
      posted: false,
      rate: '500/s',
      host: { cpus: '3' },
      guest: { cpus: '1', cost: '500ns..1us..3us', thread: 'off' },
    },
  ];
  const wait = {
    id: 'can',
    kind: 'interrupt',
    on: 'rt',
    cpus: '1',
    policy: 'fifo:95',
    device: 'can0',
  };
  plan.workloads = [wait as Draft['workloads'][0]];
};

export const HOST_DIRECTIONS: readonly Direction[] = [
  {
    name: 'PREEMPT_RT on the host under I/O load: the maximum falls by orders of magnitude',
    base: 'one-guest',
    untilNs: 5e9,
    given: (plan) => {
      ioLoad(plan);
      plan.host.kernel = { preset: '6.12' };
    },
    change: (plan) => {
      plan.host.kernel = { preset: '6.12-rt' };
    },
    expected: (before, after) => {
      expect(before.maxNs / after.maxNs).toBeGreaterThan(30);
    },
    fails: 'reverse',
  },
  {
    name: 'PREEMPT_RT on the host without load: the mean of an interrupt rises slightly, by its thread',
    base: 'one-guest',
    given: (plan) => {
      remappedDevice(plan);
      plan.host.kernel = { preset: '6.12' };
    },
    change: (plan) => {
      plan.host.kernel = { preset: '6.12-rt' };
    },
    expected: (before, after) => {
      expect(after.meanNs).toBeGreaterThan(before.meanNs);
      expect(after.meanNs).toBeLessThan(before.meanNs * 1.5);
    },
    fails: 'reverse',
  },
  {
    name: 'stress on housekeeping pCPUs alone does nothing to an isolated pCPU',
    base: 'one-guest',
    change: stress,
    expected: unchanged,
    fails: ipis,
  },
  reached('interrupts of other CPUs', ipis),
  {
    ...reached('the last-level cache', caches, cached),
    // The maximum is the first activation, which finds cold caches either way.
    expected: (before, after) => {
      const p99 = ({ first }: Run): number => first.latency.percentiles['99'];
      expect(p99(after)).toBeGreaterThan(p99(before));
      expect(after.meanNs).toBeGreaterThan(before.meanNs);
    },
  },
  reached('mmu_lock', holdsMmuLock, faults),
  reached('the big QEMU lock', holdsBigLock, exitsToQemu),
];
