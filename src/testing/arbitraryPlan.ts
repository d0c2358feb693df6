/**
 * Arbitrary small plans for properties of the run: every policy, section, workload, preset, timer
 * backend and idle mode that a plan can ask for, on 1 to 3 pCPUs, as documents that always load.
 */
import fc from 'fast-check';
import { KERNEL_FLAG_NAMES } from '../plan/kernelFlags.js';
import { NOISE_NAMES } from '../plan/noiseSources.js';
import { KERNEL_PRESET_NAMES } from '../plan/presets.js';
import type { Doc, SmallPlan } from './smallPlan.js';

const optional = <T>(arbitrary: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq });

const workingSet = optional(fc.constantFrom('1KiB', '16KiB', '200KiB'), 4);

/** Removes keys without a value. */
function present(doc: Doc): Doc {
  return Object.fromEntries(Object.entries(doc).filter(([, value]) => value !== undefined));
}

function documentOf(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Doc> {
  return fc.record(fields).map(present);
}

/** A time law of around `us` microseconds, stretched by the plan's scale. */
function law(scale: number, choices: readonly number[]): fc.Arbitrary<string> {
  const time = (us: number): string => `${Math.max(1, Math.round(us * 1000 * scale))}ns`;
  return fc
    .tuple(fc.constantFrom(...choices), fc.boolean())
    .map(([us, wide]) => (wide ? `${time(us / 2)}..${time(us)}..${time(us * 3)}` : time(us)));
}

const priority = fc.constantFrom(1, 1, 2, 2, 3, 50, 99);

function policyOf(scale: number): fc.Arbitrary<string> {
  const deadline = (runtime: number, deadlineUs: number, period: number): string =>
    `deadline:${runtime * scale}us:${deadlineUs * scale}us:${period * scale}us`;
  return fc.oneof(
    fc.constant('other'),
    priority.map((p) => `fifo:${p}`),
    priority.map((p) => `rr:${p}`),
    fc.constantFrom(deadline(20, 100, 100), deadline(50, 200, 400)),
  );
}

/** A non-empty list of CPUs out of `count`, most often a single one. */
function cpusOf(count: number): fc.Arbitrary<string> {
  const one = fc.integer({ min: 0, max: count - 1 }).map(String);
  const some = fc
    .subarray([...Array(count).keys()], { minLength: 1 })
    .map((cpus) => cpus.join(','));
  return fc.oneof({ weight: 3, arbitrary: one }, { weight: 1, arbitrary: some });
}

const startOf = (scale: number): fc.Arbitrary<string | undefined> =>
  optional(fc.constantFrom(0, 10, 100).map((us) => `${us * scale}us`));

function sections(scale: number, inGuest = false): fc.Arbitrary<Doc[] | undefined> {
  const run = law(Math.min(scale, 20), [0.5, 2, 10, 40]);
  const call = documentOf({ kind: fc.constantFrom('call', 'tlbFlush'), run: law(1, [0.2, 2]) });
  const leave = documentOf({
    kind: fc.constantFrom('exit', 'ioeventfd', 'userExit'),
    run: law(1, [0.2, 5]),
  });
  const print = documentOf({
    kind: fc.constant('print'),
    run: law(1, [0.2, 2]),
    count: fc.integer({ min: 1, max: 4 }),
  });
  const plain = documentOf({
    kind: fc.constantFrom('irqOff', 'preemptOff', 'bh', 'kernel'),
    run,
  });
  const locked = documentOf({
    kind: fc.constantFrom('raw', 'spin', 'mutex'),
    lock: fc.constantFrom('a', 'b'),
    run,
  });
  // A lock is of one kind: the name carries it.
  const named = locked.map((doc) => ({ ...doc, lock: `${doc.kind}-${doc.lock}` }));
  const kinds = inGuest ? [plain, named, call, leave, print] : [plain, named, call];
  return optional(fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 3 }));
}

/** A program whose locks are taken and given up in pairs, `a` before `b`. */
function program(scale: number): fc.Arbitrary<string[]> {
  const us = fc.constantFrom(1, 5, 30, 200).map((n) => `${n * scale}us`);
  const realtimeOrFair = policyOf(scale).filter((policy) => !policy.startsWith('deadline'));
  const plain = fc.oneof(
    us.map((time) => `run ${time}`),
    us.map((time) => `sleep ${time}`),
    us.map((time) => `sleep until ${time}`),
    realtimeOrFair.map((policy) => `policy ${policy}`),
    realtimeOrFair.map((policy) => `policy ${policy} of t0`),
    fc.constantFrom('yield', 'wait', 'wake t0'),
  );
  const steps = fc.array(plain, { minLength: 1, maxLength: 3 });
  const locked = fc
    .tuple(steps, steps, fc.boolean())
    .map(([outer, inner, both]) => [
      'lock a',
      ...outer,
      ...(both ? ['lock b', ...inner, 'unlock b'] : []),
      'unlock a',
    ]);
  return fc.array(fc.oneof(steps, locked), { minLength: 1, maxLength: 3 }).map((all) => all.flat());
}

function threads(count: number, scale: number, inGuest: boolean): fc.Arbitrary<Doc[] | undefined> {
  const common = { policy: policyOf(scale), cpus: cpusOf(count) };
  const busy = documentOf(common);
  const load = documentOf({
    ...common,
    every: law(scale, [60, 150, 400]),
    start: startOf(scale),
    run: law(scale, [0.2, 5, 30, 200]),
    sections: sections(scale, inGuest),
    workingSet,
  });
  const scripted = documentOf({
    ...common,
    every: optional(law(scale, [150, 400])),
    start: startOf(scale),
    program: program(scale),
  });
  const list = fc.array(
    fc.oneof(
      { weight: 1, arbitrary: busy },
      { weight: 5, arbitrary: load },
      { weight: 2, arbitrary: scripted },
    ),
    { maxLength: 4 },
  );
  // A running deadline thread that becomes realtime is not rescheduled: no law holds then.
  const tame = (doc: Doc, i: number, docs: readonly Doc[]): Doc => {
    const changed = doc.program !== undefined || (i === 0 && docs.some((one) => one.program));
    return changed && String(doc.policy).startsWith('deadline') ? { ...doc, policy: 'rr:3' } : doc;
  };
  return optional(
    list.map((docs) => docs.map(tame).map((doc, i) => ({ name: `t${i}`, ...doc }))),
    4,
  );
}

function irqs(count: number, scale: number): fc.Arbitrary<Doc[] | undefined> {
  const thread = fc.oneof(
    fc.constant('off'),
    documentOf({ policy: optional(policyOf(scale)), run: optional(law(1, [1, 10])) }),
  );
  const irq = documentOf({
    cpus: optional(cpusOf(count), 6),
    every: law(scale, [50, 100, 300]),
    start: startOf(scale),
    cost: law(1, [0.1, 1, 5]),
    thread: optional(thread),
    softirq: optional(law(1, [0.5, 5, 30])),
  });
  const list = fc.array(irq, { maxLength: 2 });
  return optional(list.map((docs) => docs.map((doc, i) => ({ name: `dev${i}`, ...doc }))));
}

/** Command lines whose lists leave at least one CPU that keeps house, if there are two. */
function cmdline(count: number): fc.Arbitrary<string | undefined> {
  const list =
    count === 1
      ? fc.constant(undefined)
      : optional(fc.subarray([...Array(count).keys()].slice(1), { minLength: 1 }).map(String));
  return fc
    .tuple(list, list, fc.boolean(), fc.boolean(), fc.boolean())
    .map(([full, isolated, poll, threadirqs, unmitigated]) =>
      [
        full ? `nohz_full=${full}` : '',
        isolated ? `isolcpus=${isolated}` : '',
        poll ? 'idle=poll' : '',
        threadirqs ? 'threadirqs' : '',
        unmitigated ? 'mitigations=off' : '',
      ]
        .filter((word) => word !== '')
        .join(' '),
    );
}

function kernelOf(
  count: number,
  scale: number,
  idleStates: readonly string[],
): Record<string, fc.Arbitrary<unknown>> {
  const flags = fc
    .array(fc.tuple(fc.constantFrom(...KERNEL_FLAG_NAMES), fc.boolean()), { maxLength: 2 })
    .map((entries) => Object.fromEntries(entries));
  const throttle = fc.constantFrom(
    { 'kernel.sched_rt_runtime_us': -1 },
    { 'kernel.sched_rt_runtime_us': 400 * scale, 'kernel.sched_rt_period_us': 1000 * scale },
  );
  return {
    kernel: documentOf({
      preset: fc.constantFrom(...KERNEL_PRESET_NAMES),
      preemption: optional(fc.constantFrom('none', 'voluntary', 'full', 'rt')),
      hz: fc.constantFrom(...(scale === 1 ? [1000, 5000] : [100, 1000])),
      flags: optional(flags, 3),
    }),
    cmdline: cmdline(count),
    sysctl: optional(
      fc
        .tuple(throttle, fc.constantFrom(0, 1))
        .map(([runtime, migration]) => ({ ...runtime, 'kernel.timer_migration': migration })),
    ),
    fairServerOff: optional(cpusOf(count)),
    idle: optional(
      documentOf({
        deepest: optional(fc.constantFrom(...idleStates)),
        governor: optional(fc.constantFrom('deepestAllowed', 'menu')),
      }),
    ),
    kernelThreads: optional(
      fc
        .tuple(fc.constantFrom('ksoftirqd', 'ktimers'), priority)
        .map(([name, p]) => [{ name, policy: `fifo:${p}` }]),
    ),
    threads: threads(count, scale, !idleStates.includes('C1')),
    irqs: irqs(count, scale),
  };
}

const kvm = optional(
  documentOf({
    halt_poll_ns: optional(fc.constantFrom(0, 10_000, 50_000)),
    lapic_timer_advance: optional(fc.constantFrom('Y', 'N')),
    lapic_timer_advance_ns: optional(fc.constantFrom(-1, 0, 500, 5_000)),
    preemption_timer: optional(fc.constantFrom('Y', 'N')),
    enable_apicv: optional(fc.constantFrom('Y', 'N')),
    ple_gap: optional(fc.constantFrom(0, 128)),
    pi_inject_timer: optional(fc.constantFrom(-1, 0, 1)),
    vmentry_l1d_flush: optional(fc.constantFrom('never', 'cond')),
  }),
  4,
);

/** Devices of a guest with `count` vCPUs: every kind and route, hard and threaded on both sides. */
function devices(count: number, pcpus: number, scale: number): fc.Arbitrary<Doc[] | undefined> {
  const thread = fc.oneof(fc.constant('off'), documentOf({ policy: optional(policyOf(scale)) }));
  const softirq = optional(law(1, [0.5, 5]));
  const common = {
    every: law(scale, [70, 160, 400]),
    start: startOf(scale),
    guest: documentOf({
      cpus: cpusOf(count),
      cost: law(1, [0.1, 2]),
      thread: optional(thread),
      softirq,
    }),
    host: optional(
      documentOf({
        cpus: cpusOf(pcpus),
        cost: law(1, [0.1, 2]),
        thread: optional(thread),
        softirq,
      }),
    ),
  };
  const route = optional(fc.constantFrom('msi', 'intx'));
  const device = fc.oneof(
    documentOf({
      ...common,
      kind: fc.constant('passthrough'),
      posted: optional(fc.boolean()),
      route,
    }),
    documentOf({
      ...common,
      kind: fc.constant('vhost-net'),
      route,
      worker: optional(documentOf({ cpus: cpusOf(pcpus), policy: optional(policyOf(scale)) })),
    }),
    documentOf({ ...common, kind: fc.constant('emulated'), run: law(scale, [1, 10, 60]) }),
  );
  return optional(
    fc
      .array(device, { minLength: 1, maxLength: 2 })
      .map((docs) => docs.map((doc, i) => ({ name: `eth${i}`, ...doc }))),
  );
}

/** QEMU's main loop with a load of its own, under the big lock or beside it. */
function emulator(pcpus: number, scale: number): fc.Arbitrary<Doc | undefined> {
  const run = law(scale, [2, 20, 80]);
  return optional(
    documentOf({
      cpus: cpusOf(pcpus),
      policy: optional(policyOf(scale)),
      every: law(scale, [150, 500]),
      run,
      sections: optional(fc.tuple(run).map(([one]) => [{ kind: 'mutex', lock: 'bql', run: one }])),
    }),
  );
}

function guestOf(name: string, pcpus: number, scale: number): fc.Arbitrary<Doc> {
  return fc.integer({ min: 1, max: 2 }).chain((count) => {
    const vcpu = documentOf({ cpus: cpusOf(pcpus), policy: policyOf(scale), workingSet });
    return documentOf({
      name: fc.constant(name),
      vcpus: fc
        .array(vcpu, { minLength: count, maxLength: count })
        .map((docs) => docs.map((doc, id) => ({ id, ...doc }))),
      cpu: optional(
        documentOf({
          passthrough: optional(fc.subarray(['hlt', 'mwait', 'pause', 'cstate'])),
          pollControl: optional(fc.boolean()),
          hintDedicated: optional(fc.boolean()),
          features: optional(
            documentOf({
              'kvm-pv-eoi': optional(fc.boolean()),
              'kvm-pv-tlb-flush': optional(fc.boolean()),
            }),
          ),
        }),
      ),
      devices: devices(count, pcpus, scale),
      emulator: emulator(pcpus, scale),
      memory: optional(documentOf({ faults: documentOf({ every: law(scale, [60, 200]) }) })),
      clock: optional(
        documentOf({
          sync: optional(documentOf({ every: law(scale, [90, 400]) })),
          masterclock: optional(documentOf({ every: law(scale, [150, 700]) })),
        }),
      ),
      ...kernelOf(count, scale, ['poll', 'HLT']),
    });
  });
}

function workloadOn(on: string, count: number, scale: number): fc.Arbitrary<Doc> {
  const base = { on: fc.constant(on), cpus: cpusOf(count), workingSet };
  const policy = policyOf(scale);
  const interval = fc.constantFrom(50, 130, 500).map((us) => `${us * scale}us`);
  const timed = { ...base, interval, start: startOf(scale), policy: optional(policy) };
  return fc.oneof(
    documentOf({
      ...base,
      kind: fc.constant('periodic'),
      policy,
      period: interval,
      run: law(scale, [1, 10, 60, 300]),
      start: startOf(scale),
      sections: sections(scale, on !== 'host'),
    }),
    documentOf({ ...base, kind: fc.constant('busy'), policy }),
    documentOf({
      ...timed,
      kind: fc.constant('cyclictest'),
      dmaLatencyZero: optional(fc.boolean()),
    }),
    documentOf({ ...timed, kind: fc.constant('timerlat') }),
    documentOf({ ...base, kind: fc.constant('oslat'), policy: optional(policy) }),
    documentOf({
      ...base,
      kind: fc.constant('hwlatdetect'),
      policy: optional(policy),
      window: fc.constant(`${500 * scale}us`),
      width: fc.constant(`${100 * scale}us`),
      threshold: fc.constantFrom('0ns', '1us'),
    }),
  );
}

/** Guests of a document, with their number of vCPUs. */
export function placesOf(doc: Doc, pcpus: number): Array<{ on: string; count: number }> {
  const guests = (doc.guests ?? []) as Array<{ name: string; vcpus: unknown[] }>;
  return [
    { on: 'host', count: pcpus },
    ...guests.map(({ name, vcpus }) => ({ on: name, count: vcpus.length })),
  ];
}

/** Devices and interrupts that a workload can wait for. */
function devicesOf(doc: Doc, on: string): string[] {
  const guests = (doc.guests ?? []) as Array<Doc & { name: string }>;
  const owner = on === 'host' ? (doc.host as Doc) : guests.find(({ name }) => name === on);
  const named = [...((owner?.devices ?? []) as Doc[]), ...((owner?.irqs ?? []) as Doc[])];
  return named.map(({ name }) => String(name));
}

function waiting(doc: Doc, on: string, count: number, scale: number): fc.Arbitrary<Doc> {
  const names = devicesOf(doc, on);
  if (names.length === 0) return workloadOn(on, count, scale);
  return documentOf({
    on: fc.constant(on),
    kind: fc.constant('interrupt'),
    cpus: fc.integer({ min: 0, max: count - 1 }).map(String),
    policy: optional(policyOf(scale)),
    device: fc.constantFrom(...names),
    run: optional(law(scale, [1, 20])),
  });
}

function workloads(doc: Doc, pcpus: number, scale: number): fc.Arbitrary<Doc> {
  const one = fc
    .constantFrom(...placesOf(doc, pcpus))
    .chain(({ on, count }) =>
      fc.oneof(
        { weight: 3, arbitrary: workloadOn(on, count, scale) },
        { weight: 1, arbitrary: waiting(doc, on, count, scale) },
      ),
    );
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((list) => ({
    ...doc,
    workloads: list.map((workload, i) => ({ id: `w${i}`, ...workload })),
  }));
}

/** A switch with interfaces to guests and to nowhere, each with packets, most with a consumer. */
function withSwitch(doc: Doc, pcpus: number, scale: number): fc.Arbitrary<Doc> {
  const guests = placesOf(doc, pcpus).slice(1);
  const pollers = fc.integer({ min: 1, max: 2 }).chain((count) =>
    fc.array(documentOf({ cpus: fc.integer({ min: 0, max: pcpus - 1 }), policy: pollerPolicy }), {
      minLength: count,
      maxLength: count,
    }),
  );
  const port = fc.constantFrom(undefined, ...guests, ...guests).chain((guest) =>
    documentOf({
      guest: fc.constant(guest?.on),
      vcpu: guest ? optional(fc.integer({ min: 0, max: guest.count - 1 })) : fc.constant(undefined),
      guestPoller: fc.constantFrom(undefined, 'p0'),
      ring: fc.constantFrom(undefined, 1, 4),
      wireRing: fc.constantFrom(undefined, 2, 8),
      socket: fc.constantFrom(undefined, 1),
      consumer: consumerOf(guest, scale),
      source: sourceOf(scale),
    }),
  );
  const rest = documentOf({
    burst: fc.constantFrom(undefined, 1, 4),
    flush: fc.constantFrom(undefined, '0s', `${3 * scale}us`, `${100 * scale}us`),
    housekeeping: fc.constantFrom(0, 100, 1024),
    pollEmpty: law(scale, [0.1, 0.3]),
  });
  return fc
    .tuple(pollers, fc.array(port, { minLength: 1, maxLength: 3 }), rest)
    .map(([loops, ports, fields]) => ({
      ...doc,
      switches: [
        {
          name: 's',
          pollers: loops.map((one, i) => ({ name: `p${i}`, ...one })),
          interfaces: ports.map(({ consumer: _, source: __, ...one }, i) => ({
            name: `if${i}`,
            ...one,
          })),
          packets: ports.map(({ source }, i) => ({
            name: `src${i}`,
            interface: `if${i}`,
            ...(source as Doc),
          })),
          ...fields,
        },
      ],
      workloads: [
        ...(doc.workloads as Doc[]),
        ...ports.flatMap(({ consumer, guest }, i) =>
          consumer
            ? [{ id: `packets${i}`, on: guest, interface: `if${i}`, ...(consumer as Doc) }]
            : [],
        ),
      ],
    }));
}

const pollerPolicy = fc.oneof(
  fc.constant('other'),
  priority.map((p) => `fifo:${p}`),
  fc.constant('rr:2'),
);

function sourceOf(scale: number): fc.Arbitrary<Doc> {
  return documentOf({
    every: law(scale, [60, 150, 400]),
    start: startOf(scale),
    minDistance: optional(fc.constant(`${20 * scale}us`), 3),
    burst: optional(fc.constantFrom(2, 5), 3),
    gap: optional(fc.constantFrom('0ns', `${scale}us`)),
  });
}

function consumerOf(
  guest: { count: number } | undefined,
  scale: number,
): fc.Arbitrary<Doc | undefined> {
  if (!guest) return fc.constant(undefined);
  const common = {
    cpus: fc.integer({ min: 0, max: guest.count - 1 }),
    policy: policyOf(scale),
    receive: optional(fc.constantFrom('interrupt', 'poll')),
  };
  const echo = documentOf({ ...common, kind: fc.constant('packet-echo') });
  const control = documentOf({
    ...common,
    kind: fc.constant('control-loop'),
    run: law(scale, [1, 10, 60]),
    sections: sections(scale),
  });
  return optional(fc.oneof(echo, control), 4);
}

const costs = fc.constantFrom('0ns', '10ns', '100ns', '50ns..100ns..700ns', '300ns..1us..2us');

/** Neighbours in the last-level cache, and ways that are kept from them. */
function cachesOf(pcpus: number): fc.Arbitrary<Doc> {
  const some = fc.array(
    documentOf({ cpus: fc.integer({ min: 0, max: pcpus - 1 }).map(String), ways: fc.constant(3) }),
    { maxLength: 1 },
  );
  return documentOf({
    fill: optional(fc.constantFrom('1GiB/s', '50GiB/s')),
    reserved: optional(some),
  });
}

/** Sources of noise, dense enough to meet everything else. */
function noiseOf(pcpus: number, scale: number): fc.Arbitrary<Doc | undefined> {
  const one = documentOf({
    every: law(scale, [40, 130, 700]),
    start: startOf(scale),
    run: law(1, [0.1, 2, 20]),
    cpus: optional(cpusOf(pcpus)),
    burst: optional(fc.constantFrom(1, 3)),
  });
  const entry = fc.tuple(fc.constantFrom(...NOISE_NAMES), one);
  return optional(
    fc.array(entry, { minLength: 1, maxLength: 3 }).map((list) => Object.fromEntries(list)),
    3,
  );
}

function planOn(
  pcpus: number,
  scale: number,
  switches: fc.Arbitrary<boolean>,
): fc.Arbitrary<SmallPlan> {
  const host = documentOf({
    topology: fc.constant({ sockets: 1, coresPerSocket: pcpus }),
    ...kernelOf(pcpus, scale, ['poll', 'C1', 'C6', 'HLT']),
    kvm,
    noise: noiseOf(pcpus, scale),
    irqbalance: optional(fc.constant({ every: `${90 * scale}us` }), 4),
    slowdown: optional(
      fc
        .tuple(cpusOf(pcpus), fc.constantFrom(1, 1.3, 2.007))
        .map(([cpus, factor]) => [{ cpus, factor }]),
      4,
    ),
    caches: optional(cachesOf(pcpus), 3),
    smi: optional(documentOf({ every: law(scale, [200, 600]), run: law(1, [1, 20, 100]) })),
  });
  const guests = fc
    .integer({ min: 0, max: 2 })
    .chain((count) =>
      fc.tuple(...Array.from({ length: count }, (_, i) => guestOf(`g${i}`, pcpus, scale))),
    );
  const parts = fc.tuple(host, guests).map(([h, g]): Doc => ({ host: h, guests: g }));
  return fc
    .tuple(
      fc.tuple(parts, switches).chain(([doc, network]) => {
        const measured = workloads(doc, pcpus, scale);
        return network ? measured.chain((one) => withSwitch(one, pcpus, scale)) : measured;
      }),
      costs,
    )
    .map(([doc, cost]) => ({ doc, cost, untilNs: 3_000_000 * scale }));
}

/**
 * Small plans. A tenth of them is stretched in time, so that slices, throttling periods and the
 * fair server come into play.
 */
export function arbitraryPlan(): fc.Arbitrary<SmallPlan> {
  return fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.constant(700) },
      ),
    )
    .chain(([pcpus, scale]) =>
      planOn(
        pcpus,
        scale,
        fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      ),
    );
}

/** Small plans with a switch. */
export function arbitraryNetwork(): fc.Arbitrary<SmallPlan> {
  return fc.integer({ min: 1, max: 3 }).chain((pcpus) => planOn(pcpus, 1, fc.constant(true)));
}
