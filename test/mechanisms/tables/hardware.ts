/** Mechanisms of the machine below Linux. */
import { cyclictest, type Doc, host, job, type Mechanism, time } from '../mechanism.js';

const hostPlan = (s: number, fields: Doc): Doc => ({
  host: host(s, fields),
  workloads: [cyclictest(s, 'host', 1)],
});

/** Without the key `key` of the host. */
export function withoutHostKey(doc: Doc, key: string): Doc {
  const { [key]: _, ...rest } = doc.host as Doc;
  return { ...doc, host: rest };
}

/** The two forms of "off" for a mechanism with a key of its own under `host`. */
export const offByHostKey =
  (key: string, off: unknown = 'off') =>
  (doc: Doc): readonly [Doc, Doc] => [
    { ...doc, host: { ...(doc.host as Doc), [key]: off } },
    withoutHostKey(doc, key),
  ];

/** A source of noise that arrives every 70 us on p1. */
const noise = (name: string, source: string, cause: string): Mechanism => ({
  name,
  cause,
  plan: (s) => ({
    host: host(s, {
      noise: {
        [source]: {
          every: time(70, s),
          start: time(12, s),
          run: time(17, s),
          ...(source === 'stopMachine' ? {} : { cpus: '1' }),
        },
      },
    }),
    workloads: [job(s, 'host', 1, { run: time(120, s) })],
  }),
  off: (doc) => {
    const { noise: _, ...rest } = doc.host as Doc;
    return [
      { ...doc, host: { ...rest, noise: { default: 'off', [source]: 'off' } } },
      { ...doc, host: rest },
    ];
  },
});

export const NOISE_MECHANISMS: readonly Mechanism[] = [
  noise('NMI', 'hardLockupNmi', 'NMI'),
  noise('clocksource watchdog', 'clocksourceWatchdog', 'clocksource watchdog'),
  noise('soft-lockup watchdog', 'softLockupTimer', 'soft-lockup timer'),
  noise('machine-check poll', 'machineCheckPoll', 'machine-check poll'),
  noise('TLB shootdown', 'tlbShootdown', 'TLB shootdown'),
  { ...noise('text poking', 'textPoke', 'text poke'), notScaled: 'rounds follow at 5 us' },
  noise('membarrier', 'membarrier', 'membarrier'),
  noise('expedited RCU', 'rcuExpedited', 'expedited RCU'),
  noise('KSM', 'ksm', 'KSM merge'),
  noise('huge page collapse', 'hugePageCollapse', 'huge page collapse'),
  noise('NUMA balancing', 'numaBalancing', 'NUMA hinting'),
  noise('page migration', 'compaction', 'page migration'),
  noise('MSR access', 'msrAccess', 'MSR access by a tool'),
  noise('stop_machine', 'stopMachine', 'stop_machine'),
  {
    ...noise('bound kworker', 'vmstat', 'thread kworker/1:vmstat'),
    plan: (s) => ({
      host: host(s, {
        noise: { vmstat: { every: time(70, s), start: time(12, s), run: time(17, s), cpus: '1' } },
      }),
      workloads: [job(s, 'host', 1, { policy: 'other' })],
    }),
    notScaled: 'fair slices are constants of the kernel',
  },
];

/** Two cores of two threads each, and work on another CPU beside the one that is measured. */
const neighbours = (s: number, fields: Doc, cpu = 1): Doc => ({
  host: host(s, {
    topology: { sockets: 1, coresPerSocket: 2, threadsPerCore: 2, siblings: 'adjacent' },
    cmdline: '',
    threads: [
      {
        name: 't',
        cpus: String(cpu),
        policy: 'fifo:1',
        every: time(130, s),
        start: time(20, s),
        run: time(50, s),
      },
    ],
    ...fields,
  }),
  workloads: [cyclictest(s, 'host', 0)],
});

export const HARDWARE_MECHANISMS: readonly Mechanism[] = [
  {
    name: 'SMI',
    cause: 'SMI',
    plan: (s) => hostPlan(s, { smi: { every: time(170, s), run: time(20, s) } }),
    off: offByHostKey('smi'),
    notScaled: 'its first arrival is drawn and rounded down',
  },
  {
    name: 'cold caches',
    cause: 'cold cache',
    plan: (s) => ({
      host: host(s, { caches: { fill: '20GiB/s' } }),
      workloads: [cyclictest(s, 'host', 1, { workingSet: '16KiB' })],
    }),
    off: offByHostKey('caches'),
    notScaled: 'the cost of a line is that of the platform',
  },
  {
    name: 'slow pCPU',
    cause: 'clock read',
    plan: (s) => hostPlan(s, { slowdown: [{ cpus: '1', factor: 1.5 }] }),
    off: (doc) => [
      { ...doc, host: { ...(doc.host as Doc), slowdown: [{ cpus: '1', factor: 1 }] } },
      withoutHostKey(doc, 'slowdown'),
    ],
  },
  {
    name: 'SMT sibling',
    cause: 'clock read',
    plan: (s) => neighbours(s, { smt: { busySibling: 1.5 } }),
    off: (doc) => [
      { ...doc, host: { ...(doc.host as Doc), smt: { busySibling: 1 } } },
      withoutHostKey(doc, 'smt'),
    ],
    notScaled: 'exit latencies are those of the platform',
  },
  {
    name: 'turbo bins',
    cause: 'clock read',
    plan: (s) => neighbours(s, { frequency: [{ cores: 2, factor: 1.5 }] }, 2),
    off: (doc) => [
      { ...doc, host: { ...(doc.host as Doc), frequency: [{ cores: 2, factor: 1 }] } },
      withoutHostKey(doc, 'frequency'),
    ],
    notScaled: 'exit latencies are those of the platform',
  },
  {
    name: 'irqbalance',
    cause: 'irq nic',
    plan: (s) =>
      hostPlan(s, {
        irqbalance: { every: time(300, s) },
        irqs: [
          { name: 'nic', every: time(11, s), start: time(14, s), cost: time(3, s), thread: 'off' },
        ],
      }),
    off: offByHostKey('irqbalance'),
    notScaled: 'its first round is drawn and rounded down',
  },
  {
    name: 'C-state exit',
    cause: 'C-state exit',
    plan: (s) => hostPlan(s, { cmdline: '', idle: { deepest: 'C1' } }),
    notScaled: 'exit latencies are those of the platform',
  },
];
