/** Mechanisms of Linux itself: scheduling, interrupts, softirqs, timers, locks. */
import { cyclictest, guest, host, job, type Mechanism, time } from '../mechanism.js';

const thread = (s: number, fields: Record<string, unknown>): Record<string, unknown> => ({
  name: 't',
  cpus: '1',
  policy: 'fifo:60',
  every: time(150, s),
  start: time(20, s),
  run: time(30, s),
  ...fields,
});

const threaded = (name: string, cause: string, fields: Record<string, unknown>): Mechanism => ({
  name,
  cause,
  plan: (s) => ({
    host: host(s, { threads: [thread(s, fields)] }),
    workloads: [cyclictest(s, 'host', 1)],
  }),
});

const section = (kind: string): Record<string, unknown> => ({
  policy: 'fifo:1',
  sections: [{ kind, run: '40us' }],
});

export const HOST_MECHANISMS: readonly Mechanism[] = [
  {
    name: 'context switch',
    cause: 'context switch',
    plan: (s) => ({ host: host(s), workloads: [cyclictest(s, 'host', 1)] }),
  },
  {
    name: 'hrtimer interrupt',
    cause: 'hrtimer interrupt',
    plan: (s) => ({ host: host(s), workloads: [cyclictest(s, 'host', 1)] }),
  },
  {
    name: 'tick',
    cause: 'tick',
    untilNs: 20_000_000,
    plan: (s) => ({ host: host(s), workloads: [job(s, 'host', 1, { start: time(190, s) })] }),
  },
  {
    name: 'context tracking',
    cause: 'context tracking',
    plan: (s) => ({
      host: host(s, { cmdline: 'idle=poll nohz_full=1' }),
      guests: [guest(s)],
      workloads: [cyclictest(s, 'g', 0)],
    }),
  },
  threaded('stronger thread', 'thread t', {}),
  {
    name: 'change of CPUs',
    cause: 'moving a thread to another CPU',
    plan: (s) => ({
      host: host(s, {
        threads: [
          {
            name: 'mover',
            cpus: '1',
            policy: 'fifo:60',
            every: time(150, s),
            start: time(20, s),
            program: [`run ${time(10, s)}`, 'cpus 0', `run ${time(10, s)}`, 'cpus 1'],
          },
        ],
      }),
      workloads: [job(s, 'host', 1, { policy: 'fifo:1' })],
    }),
  },
  {
    name: 'realtime push and pull',
    cause: 'realtime balancing',
    plan: (s) => ({
      host: host(s, {
        threads: [
          thread(s, { policy: 'fifo:5', cpus: '0,1', every: time(100, s), run: time(60, s) }),
        ],
      }),
      workloads: [job(s, 'host', 1), job(s, 'host', 0, { id: 'other', start: time(90, s) })],
    }),
  },
  {
    name: 'deadline push and pull',
    cause: 'deadline balancing',
    plan: (s) => {
      const dl = (name: string, cpus: string, deadlineUs: number, startUs: number, runUs: number) =>
        thread(s, {
          name,
          cpus,
          policy: `deadline:${50 * s}us:${deadlineUs * s}us:${400 * s}us`,
          every: time(400, s),
          start: time(startUs, s),
          run: time(runUs, s),
        });
      return {
        host: host(s, {
          threads: [
            dl('a', '0', 350, 20, 45),
            dl('b', '1', 300, 20, 28),
            dl('c', '0,1', 390, 25, 10),
          ],
        }),
        workloads: [cyclictest(s, 'host', 1, { start: time(30, s) })],
      };
    },
  },
  {
    name: 'lazy preemption',
    cause: 'kernel section of thread t',
    // Realtime threads are not held up: what waits is fair.
    plan: (s) => ({
      host: host(s, {
        kernel: { preset: '6.13', preemption: 'lazy' },
        threads: [
          thread(s, {
            policy: 'other:19',
            sections: [{ kind: 'kernel', run: time(60, s) }],
          }),
        ],
      }),
      workloads: [cyclictest(s, 'host', 1, { policy: 'other:-20' })],
    }),
    off: (doc) => {
      const preempted = (kernel: Record<string, unknown>) => ({
        ...doc,
        host: {
          ...(doc.host as object),
          kernel: { ...(doc.host as { kernel: object }).kernel, ...kernel },
        },
      });
      return [
        { ...preempted({ preemption: 'full' }) },
        {
          ...preempted({ preemption: undefined }),
          host: {
            ...(preempted({ preemption: undefined }).host as object),
            cmdline: 'idle=poll preempt=full',
          },
        },
      ];
    },
    notScaled: 'the slice of the fair class is a constant of the kernel',
  },
  {
    ...threaded('irq-off section', 'irq-off section', {}),
    plan: (s) => sectionPlan(s, 'irqOff'),
  },
  {
    ...threaded('preempt-off section', 'preempt-off section', {}),
    plan: (s) => sectionPlan(s, 'preemptOff'),
  },
  {
    name: 'sleeping lock with priority inheritance',
    cause: 'lock zone',
    plan: (s) => lockPlan(s, 'spin', 'rt'),
  },
  {
    name: 'spinning lock',
    cause: 'spinning for lock zone',
    plan: (s) => ({
      ...lockPlan(s, 'raw', 'rt'),
      workloads: [
        job(s, 'host', 1, { sections: [{ kind: 'raw', lock: 'zone', run: time(5, s) }] }),
      ],
    }),
  },
  {
    name: 'reader-writer lock',
    cause: 'lock zone',
    plan: (s) => {
      const plan = lockPlan(s, 'read', 'rt');
      const sections = [{ kind: 'write', lock: 'zone', run: time(5, s) }];
      return { ...plan, workloads: [job(s, 'host', 1, { sections })] };
    },
  },
  {
    name: 'device interrupt',
    cause: 'irq nic',
    plan: (s) => ({
      host: host(s, { irqs: [nic(s, { thread: 'off' })] }),
      workloads: [cyclictest(s, 'host', 1)],
    }),
  },
  {
    name: 'managed interrupt',
    cause: 'irq nic',
    plan: (s) => ({
      host: host(s, { irqs: [nic(s, { thread: 'off', managed: true })] }),
      workloads: [cyclictest(s, 'host', 1)],
    }),
    off: (doc) => {
      const { irqs: _, ...rest } = doc.host as { irqs: unknown };
      const cmdline = 'idle=poll isolcpus=managed_irq,domain,1';
      const [one] = (doc.host as { irqs: object[] }).irqs;
      // Its mask has pCPU 0, so that it stays off pCPU 1.
      const away = { ...doc, host: { ...rest, cmdline, irqs: [{ ...one, cpus: '0,1' }] } };
      return [
        away,
        { ...doc, host: { ...rest, cmdline, irqs: [{ ...one, managed: false, cpus: '0' }] } },
      ];
    },
  },
  {
    name: 'clock source fallback',
    cause: 'clock read',
    plan: (s) => ({
      host: host(s, { clocksource: 'hpet' }),
      workloads: [cyclictest(s, 'host', 1)],
    }),
    off: (doc) => {
      const { clocksource: _, ...rest } = doc.host as { clocksource: unknown };
      return [
        { ...doc, host: { ...rest, clocksource: 'tsc' } },
        { ...doc, host: rest },
      ];
    },
    notScaled: 'reading the device takes what it takes',
  },
  {
    name: 'interrupt thread',
    cause: 'irq thread nic',
    plan: (s) => ({
      host: host(s, { irqs: [nic(s, { thread: { policy: 'fifo:60' } })] }),
      workloads: [cyclictest(s, 'host', 1)],
    }),
  },
  {
    name: 'softirq in place',
    cause: 'softirq of nic',
    plan: (s) => ({
      host: host(s, {
        kernel: { preset: '6.12', preemption: 'full' },
        irqs: [nic(s, { softirq: time(20, s) })],
      }),
      workloads: [cyclictest(s, 'host', 1)],
    }),
  },
  {
    name: 'softirq thread',
    cause: 'ksoftirqd',
    plan: (s) => ({
      host: host(s, {
        kernelThreads: [{ name: 'ksoftirqd', policy: 'fifo:60' }],
        irqs: [nic(s, { thread: 'off', softirq: time(20, s) })],
        threads: [thread(s, { policy: 'other', cpus: '1', every: time(90, s) })],
      }),
      workloads: [cyclictest(s, 'host', 1)],
    }),
  },
  {
    name: 'RCU callbacks',
    cause: 'RCU callbacks',
    untilNs: 20_000_000,
    plan: (s) => ({
      host: host(s, {
        kernel: { preset: '6.12', preemption: 'full' },
        rcu: { gracePeriod: time(100, s), callback: time(2, s) },
        threads: [
          thread(s, { policy: 'fifo:1', sections: [{ kind: 'rcu', run: time(1, s), count: 9 }] }),
        ],
      }),
      workloads: [cyclictest(s, 'host', 1)],
    }),
  },
  {
    name: 'RCU offloading',
    cause: 'rcuop',
    untilNs: 20_000_000,
    plan: (s) => ({
      host: host(s, {
        cmdline: 'idle=poll rcu_nocbs=1 isolcpus=1',
        kernelThreads: [{ name: 'rcuc', policy: 'fifo:60' }],
        rcu: { gracePeriod: time(100, s), callback: time(10, s) },
        threads: [
          thread(s, {
            policy: 'fifo:1',
            start: time(5, s),
            sections: [{ kind: 'rcu', run: time(1, s), count: 4 }],
          }),
        ],
      }),
      workloads: [cyclictest(s, 'host', 0)],
    }),
  },
  {
    name: 'bottom-half lock',
    cause: 'bottom-half-off section of thread t',
    plan: (s) => ({
      host: host(s, {
        irqs: [nic(s, { thread: { policy: 'fifo:60' }, softirq: time(5, s) })],
        threads: [
          thread(s, {
            policy: 'fifo:1',
            every: time(130, s),
            sections: [{ kind: 'bh', run: time(40, s) }],
          }),
        ],
      }),
      workloads: [cyclictest(s, 'host', 1)],
    }),
  },
  {
    name: 'realtime throttling',
    cause: 'idle polling',
    untilNs: 6_000_000,
    plan: (s) => ({
      host: host(s, {
        kernel: { preset: '6.6', preemption: 'rt' },
        sysctl: {
          'kernel.sched_rt_runtime_us': 400 * s,
          'kernel.sched_rt_period_us': 1000 * s,
        },
      }),
      workloads: [job(s, 'host', 1, { run: time(150, s) })],
    }),
    notScaled: 'the runtime is checked by the tick, whose phase is that of the kernel',
  },
  {
    name: 'fair server',
    cause: 'thread fair',
    untilNs: 1_100_000_000,
    plan: (s) => ({
      host: host(s, {
        kernel: { flags: { fairServer: true } },
        threads: [
          {
            name: 'fair',
            cpus: '1',
            policy: 'other',
            every: time(2e6, s),
            start: time(10, s),
            run: time(500, s),
          },
        ],
      }),
      workloads: [{ id: 'loop', kind: 'oslat', on: 'host', cpus: '1', policy: 'fifo:99' }],
    }),
    notScaled: '50 ms in each second are constants of the kernel',
  },
  {
    name: 'deadline budget',
    cause: 'thread dl',
    plan: (s) => ({
      host: host(s, {
        threads: [
          thread(s, {
            name: 'dl',
            policy: `deadline:${20 * s}us:${100 * s}us`,
            every: time(30, s),
            run: time(15, s),
          }),
        ],
      }),
      workloads: [cyclictest(s, 'host', 1)],
    }),
  },
];

function nic(s: number, fields: Record<string, unknown>): Record<string, unknown> {
  return {
    name: 'nic',
    cpus: '1',
    every: time(35, s),
    start: time(14, s),
    cost: time(3, s),
    ...fields,
  };
}

function sectionPlan(s: number, kind: string): Record<string, unknown> {
  const sections = [{ ...(section(kind).sections as object[])[0], run: time(40, s) }];
  return {
    host: host(s, { threads: [thread(s, { policy: 'fifo:1', sections, every: time(130, s) })] }),
    workloads: [cyclictest(s, 'host', 1)],
  };
}

function lockPlan(s: number, kind: string, preemption: string): Record<string, unknown> {
  const sections = [{ kind, lock: 'zone', run: time(40, s) }];
  return {
    host: host(s, {
      kernel: { preemption },
      threads: [thread(s, { policy: 'fifo:1', cpus: '0', sections, every: time(130, s) })],
    }),
    workloads: [job(s, 'host', 1, { sections: [{ kind, lock: 'zone', run: time(5, s) }] })],
  };
}
