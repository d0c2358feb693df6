/**
 * Plans as people make them who want a bound: pinned threads, realtime policies, loads below one.
 * One in four is any plan at all.
 */
import fc from 'fast-check';
import { arbitraryPlan } from '../../src/testing/arbitraryPlan.js';
import type { SmallPlan } from '../../src/testing/smallPlan.js';

type Doc = Record<string, unknown>;

const optional = <T>(arbitrary: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq });

function documentOf(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Doc> {
  return fc
    .record(fields)
    .map((doc) => Object.fromEntries(Object.entries(doc).filter(([, v]) => v !== undefined)));
}

/** Constant, or from a half to three times the typical value. */
function law(...choicesNs: readonly number[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...choicesNs), fc.integer({ min: 0, max: 2 }))
    .map(([ns, wide]) =>
      wide === 0 ? `${ns}ns` : `${Math.ceil(ns / 2)}ns..${ns}ns..${ns * (wide + 1)}ns`,
    );
}

const pin = (count: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: count - 1 }).map(String);
const us = (...choices: readonly number[]): fc.Arbitrary<string> =>
  fc.constantFrom(...choices).map((n) => `${n}us`);
const realtime = fc
  .tuple(fc.constantFrom('fifo', 'fifo', 'fifo', 'rr'), fc.integer({ min: 1, max: 12 }))
  .map(([policy, priority]) => `${policy}:${priority * 5}`);
const policy = fc.oneof(
  { weight: 3, arbitrary: realtime },
  { weight: 1, arbitrary: fc.constant('other') },
);
const start = optional(us(0, 10, 100));

function sections(most: number): fc.Arbitrary<Doc[] | undefined> {
  const plain = documentOf({
    kind: fc.constantFrom('irqOff', 'preemptOff', 'bh', 'kernel'),
    run: law(500, 2000, 8000),
  });
  const locked = documentOf({
    kind: fc.constantFrom('raw', 'spin'),
    lock: fc.constantFrom('a', 'b'),
    run: law(500, 2000, 8000),
  }).map((doc) => ({ ...doc, lock: `${doc.kind}-${doc.lock}` }));
  return optional(fc.array(fc.oneof(plain, locked), { minLength: 1, maxLength: most }));
}

function named(list: readonly Doc[], prefix: string): Doc[] {
  return list.map((doc, i) => ({ name: `${prefix}${i}`, ...doc }));
}

function threads(count: number): fc.Arbitrary<Doc[] | undefined> {
  const load = documentOf({
    policy,
    cpus: pin(count),
    every: law(200_000, 400_000, 1_000_000),
    start,
    run: law(1000, 5000, 20_000),
    sections: sections(3),
  });
  const busy = documentOf({ policy: fc.constant('other'), cpus: pin(count) });
  const any = fc.oneof({ weight: 6, arbitrary: load }, { weight: 1, arbitrary: busy });
  return optional(
    fc.array(any, { maxLength: 3 }).map((list) => named(list, 't')),
    4,
  );
}

function irqs(count: number): fc.Arbitrary<Doc[] | undefined> {
  const irq = documentOf({
    cpus: pin(count),
    every: law(150_000, 400_000),
    start,
    cost: law(200, 1000, 4000),
    thread: optional(
      fc.oneof(
        fc.constant('off'),
        documentOf({ policy: optional(realtime), run: optional(law(1000, 5000)) }),
      ),
    ),
    softirq: optional(law(500, 4000), 3),
  });
  return optional(fc.array(irq, { maxLength: 2 }).map((list) => named(list, 'dev')));
}

function kernel(count: number, idle: readonly string[]): Record<string, fc.Arbitrary<unknown>> {
  const full = count === 1 ? fc.constant('') : fc.constantFrom('', '', `nohz_full=1-${count - 1}`);
  return {
    kernel: documentOf({
      preset: fc.constantFrom(
        '6.12',
        '6.12',
        '6.13',
        '6.6',
        '5.14-rt',
        '6.1-rt',
        '4.4-rt',
        '4.1-rt',
        '5.4',
      ),
      preemption: fc.constantFrom('rt', 'rt', 'rt', 'full', 'voluntary'),
      hz: fc.constantFrom(250, 1000, 5000),
      flags: optional(documentOf({ fairServer: fc.constant(false) }), 5),
    }),
    cmdline: fc
      .tuple(
        full,
        fc.constantFrom('', '', 'idle=poll'),
        fc.constantFrom('', '', '', 'threadirqs'),
        fc.constantFrom('', 'mitigations=off'),
        fc.constantFrom('', '', '', '', 'nohz=off'),
      )
      .map((words) => words.filter((word) => word !== '').join(' ')),
    sysctl: fc.constantFrom(0, 1).map((migration) => ({
      'kernel.sched_rt_runtime_us': -1,
      'kernel.timer_migration': migration,
    })),
    idle: optional(
      documentOf({
        deepest: optional(fc.constantFrom(...idle)),
        governor: optional(fc.constantFrom('deepestAllowed', 'menu')),
      }),
    ),
    kernelThreads: optional(
      fc
        .tuple(fc.constantFrom('ksoftirqd', 'ktimers'), fc.constantFrom(1, 2, 30))
        .map(([name, p]) => [{ name, policy: `fifo:${p}` }]),
      3,
    ),
    threads: threads(count),
    irqs: irqs(count),
  };
}

const kvm = optional(
  documentOf({
    halt_poll_ns: optional(fc.constantFrom(0, 10_000, 50_000)),
    lapic_timer_advance: optional(fc.constantFrom('Y', 'N'), 3),
    lapic_timer_advance_ns: optional(fc.constantFrom(-1, 0, 500, 5_000), 3),
    preemption_timer: optional(fc.constantFrom('Y', 'N')),
    enable_apicv: optional(fc.constantFrom('Y', 'N'), 3),
    pi_inject_timer: optional(fc.constantFrom(-1, 0, 1)),
    vmentry_l1d_flush: optional(fc.constantFrom('never', 'cond')),
  }),
  4,
);

/** A guest whose vCPUs stand on pCPUs of their own, from `first` on. */
function guest(name: string, first: number, pcpus: number): fc.Arbitrary<Doc> {
  const most = Math.min(2, pcpus - first);
  return fc.integer({ min: 1, max: most }).chain((count) =>
    documentOf({
      name: fc.constant(name),
      vcpus: fc
        .array(fc.integer({ min: 1, max: 10 }), { minLength: count, maxLength: count })
        .map((list) => list.map((p, id) => ({ id, cpus: first + id, policy: `fifo:${p}` }))),
      cpu: optional(
        documentOf({
          passthrough: optional(fc.subarray(['hlt', 'mwait', 'pause', 'cstate'])),
          pollControl: optional(fc.boolean()),
        }),
        3,
      ),
      ...kernel(count, ['poll', 'HLT']),
    }),
  );
}

function workload(on: string, count: number): fc.Arbitrary<Doc> {
  const base = { on: fc.constant(on), cpus: pin(count), policy: realtime };
  const timed = { ...base, interval: us(200, 500, 1000), start };
  return fc.oneof(
    documentOf({
      ...base,
      kind: fc.constant('periodic'),
      period: us(200, 500, 1000),
      run: law(1000, 10_000, 30_000),
      start,
      sections: sections(2),
    }),
    documentOf({
      ...timed,
      kind: fc.constant('cyclictest'),
      dmaLatencyZero: optional(fc.boolean()),
    }),
    documentOf({ ...timed, kind: fc.constant('timerlat') }),
    documentOf({ ...base, kind: fc.constant('oslat') }),
  );
}

const costs = fc.constantFrom('0ns', '100ns', '50ns..100ns..300ns', '300ns..500ns..1us', '1us');

function planOn(pcpus: number): fc.Arbitrary<SmallPlan> {
  const host = documentOf({
    topology: fc.constant({ sockets: 1, coresPerSocket: pcpus }),
    ...kernel(pcpus, ['poll', 'C1', 'C6', 'HLT']),
    kvm,
    smi: optional(documentOf({ every: law(1_000_000), run: law(1000, 20_000) }), 3),
  });
  const guests = fc.oneof(
    { weight: 2, arbitrary: fc.constant([] as Doc[]) },
    { weight: 3, arbitrary: guest('g0', pcpus - 1, pcpus).map((one) => [one]) },
    { weight: 1, arbitrary: guest('g0', 0, pcpus).map((one) => [one]) },
  );
  return fc.tuple(host, guests).chain(([h, list]) => {
    const places = [
      { on: 'host', count: pcpus },
      ...list.map(({ name, vcpus }) => ({ on: String(name), count: (vcpus as unknown[]).length })),
    ];
    const one = fc
      .constantFrom(...places, ...places.slice(1), ...places.slice(1))
      .chain(({ on, count }) => workload(on, count));
    return fc.tuple(fc.array(one, { minLength: 1, maxLength: 3 }), costs).map(([works, cost]) => ({
      doc: { host: h, guests: list, workloads: works.map((w, i) => ({ id: `w${i}`, ...w })) },
      cost,
      untilNs: 6_000_000,
    }));
  });
}

export function realtimePlan(): fc.Arbitrary<SmallPlan> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }).chain(planOn) },
    { weight: 1, arbitrary: arbitraryPlan() },
  );
}
