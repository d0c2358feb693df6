import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVEL_SOFTIRQ } from '../../src/kernel/cpu.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { ColumnCopier } from '../../src/simulation/columns.js';
import { Simulation } from '../../src/simulation/simulation.js';
import { BUILT, COLUMN_CLASSES, type SimulationSnapshot } from '../../src/simulation/snapshot.js';
import type { System } from '../../src/simulation/system.js';
import { modelFiles, shippedPlan } from '../models/models.js';
import { planFromYaml } from '../plan/builder.js';
import { BUSY } from './busyPlan.js';

const PLANS: ReadonlyArray<readonly [string, NormalizedPlan]> = [
  ['busy', BUSY],
  ...modelFiles('plans')
    .map((file) => file.replace('.yaml', ''))
    .map((name) => [name, shippedPlan(name)] as const),
];

function start(plan: NormalizedPlan, untilNs: number, oracle = false): Simulation {
  return new Simulation(plan, { seed: '7', untilNs, oracle });
}

/** Result as the text that a user gets, and events dispatched: all that a run shows. */
function finish(simulation: Simulation, slice = 100_000): string {
  while (!simulation.advance(slice));
  const events = simulation.parts.map(({ m }) => m.events);
  return JSON.stringify({ events, result: simulation.result() });
}

/** All columns are equal; recorders show in the results. */
function expectSame(a: SimulationSnapshot, b: SimulationSnapshot): void {
  expect(isDeepStrictEqual(a, b)).toBe(true);
}

describe('a snapshot of a run', () => {
  for (const [name, plan] of PLANS) {
    it(`is where a fork and a restored run go on from, for ${name}`, { timeout: 240_000 }, () => {
      const untilNs = name === 'busy' ? 5_000_000 : 20_000_000;
      const direct = start(plan, untilNs);
      const expected = finish(direct);
      const events = direct.parts.reduce((sum, { m }) => sum + m.events, 0);
      const cases = { numRuns: name === 'busy' ? 20 : 2 };
      fc.assert(
        fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
          const simulation = start(plan, untilNs);
          simulation.advance(1 + Math.floor(share * (events - 1)));
          const snapshot = simulation.snapshot();
          const before = simulation.snapshot();
          const fork = simulation.fork();
          expectSame(fork.snapshot(), before);
          expect(finish(fork, 7_777)).toBe(expected);
          expect(isDeepStrictEqual(fork.snapshot(), before)).toBe(false);
          // The fork has run to the end; this one has not moved.
          expectSame(simulation.snapshot(), before);
          expect(finish(simulation)).toBe(expected);
          simulation.restore(snapshot);
          expectSame(simulation.snapshot(), before);
          expect(finish(simulation)).toBe(expected);
          fork.restore(snapshot);
          expect(finish(fork)).toBe(expected);
          expectSame(snapshot, before);
        }),
        cases,
      );
    });
  }

  it('serves the plain engine as well', () => {
    const expected = finish(start(BUSY, 2_000_000, true));
    const simulation = start(BUSY, 2_000_000, true);
    simulation.advance(2_345);
    const fork = simulation.fork();
    expect(finish(fork)).toBe(expected);
    expect(finish(simulation)).toBe(expected);
  });

  it('can be taken before the first event and after the last', () => {
    const simulation = start(BUSY, 1_000_000);
    const first = simulation.snapshot();
    const expected = finish(simulation);
    expect(finish(simulation.fork())).toBe(expected);
    simulation.restore(first);
    expect(simulation.nowNs).toBe(0);
    expect(finish(simulation)).toBe(expected);
  });
});

/** What a machine can be in the middle of. */
const MIDDLES: Readonly<Record<string, (m: System) => boolean>> = {
  'an SMI': (m) =>
    m.laneFrame.some((frame) => frame >= m.smmFrames && frame < m.smmFrames + m.lanes),
  'a halted vCPU': (m) => m.vcpu.halted.includes(1),
  'a blocked vCPU thread': (m) => m.vcpu.blocked.includes(1),
  'a held lock': (m) => m.locks.owner.some((owner) => owner >= 0),
  'a lock with a waiter': (m) => m.locks.waiters.some(({ length }) => length > 0),
  'a softirq': (m) => m.softirq.pending.some((bits) => bits !== 0),
  'a softirq in interrupt context': (m) => m.cpu.levels.some((l) => (l >> LEVEL_SOFTIRQ) % 2 === 1),
  'a guest in its code': (m) => m.cpu.inGuest.includes(1),
  'a throttled deadline thread': (m) => m.task.throttled.includes(1),
  'a latency on the way between CPUs': (m) => m.measure.away > 0,
};

/** Only there in kernels without threaded softirqs. */
const PLAIN_KERNEL = 'a softirq in interrupt context';

describe('in the middle of', () => {
  for (const [name, holds] of Object.entries(MIDDLES)) {
    it(`${name}, a fork runs on as the run does`, () => {
      const plan =
        name === PLAIN_KERNEL
          ? planFromYaml(
              `
host:
  topology: {sockets: 1, coresPerSocket: 1}
  kernel: {preset: '6.12-rt', preemption: voluntary}
  irqs: [{name: eth, cpus: 0, every: 30us..90us, cost: 1us..3us, softirq: 2us..9us, thread: off}]
workloads: [{id: c, kind: cyclictest, on: host, cpus: 0, interval: 250us}]
`,
              { cost: '50ns..100ns..700ns' },
            )
          : BUSY;
      const untilNs = 10_000_000;
      const expected = finish(start(plan, untilNs));
      const simulation = start(plan, untilNs);
      let found = 0;
      while (found < 3 && !simulation.advance(1)) {
        if (!simulation.parts.some(({ m }) => holds(m))) continue;
        found++;
        expect(finish(simulation.fork())).toBe(expected);
        // On to another time of the kind.
        simulation.advance(300);
      }
      expect(found).toBeGreaterThan(0);
      expect(finish(simulation)).toBe(expected);
    });
  }
});

describe('what a snapshot leaves out', () => {
  it('is the same for every run of a plan, and no run changes it', () => {
    for (const [, plan] of PLANS) {
      const ran = start(plan, 2_000_000);
      finish(ran);
      start(plan, 2_000_000).parts.forEach(({ m: fresh }, part) => {
        const { m } = ran.parts[part];
        // Functions are compared by identity: none of them can carry state of its own.
        for (const name of [...BUILT, 'costs.sources', 'costs.known'] as const) {
          const [field, inner] = name.split('.');
          const of = (owner: System): unknown => {
            const value: unknown = Reflect.get(owner, field);
            return inner === undefined ? value : Reflect.get(value as object, inner);
          };
          expect([name, isDeepStrictEqual(of(m), of(fresh))]).toEqual([name, true]);
        }
      });
    }
  });
});

describe('restoring', () => {
  it('refuses the snapshot of another run and stays as it was', () => {
    const simulation = start(BUSY, 1_000_000);
    simulation.advance(100);
    const before = simulation.snapshot();
    const others = [
      new Simulation(BUSY, { seed: '8', untilNs: 1_000_000 }),
      new Simulation(BUSY, { seed: '7', untilNs: 2_000_000 }),
      new Simulation(BUSY, { seed: '7', untilNs: 1_000_000, worst: 3 }),
      new Simulation(BUSY, { seed: '7', untilNs: 1_000_000, oracle: true }),
      new Simulation(shippedPlan('flagship'), { seed: '7', untilNs: 1_000_000 }),
    ];
    for (const other of others) {
      expect(() => simulation.restore(other.snapshot())).toThrow(RangeError);
      expectSame(simulation.snapshot(), before);
    }
  });
});

describe('ColumnCopier', () => {
  class Columns {
    numbers = Float64Array.of(1, 2);
    lists = [[1, 2], []];
    flag = true;
    extra: unknown = 0;
  }
  const copier = new ColumnCopier(new Map([[Columns, []]]));

  it('restores what it copied, also lists that grew, and keeps the arrays', () => {
    const columns = new Columns();
    const saved = copier.save(columns, [], 'c');
    const { numbers, lists } = columns;
    columns.numbers.fill(9);
    columns.lists[0].push(3);
    columns.lists[1].push(4);
    columns.flag = false;
    copier.restore(columns, [], saved, 'c');
    expect(columns).toEqual(new Columns());
    expect(columns.numbers).toBe(numbers);
    expect(columns.lists).toBe(lists);
    columns.lists[0].push(5);
    copier.restore(columns, [], saved, 'c');
    expect(columns).toEqual(new Columns());
  });

  it('throws on a field that it does not know, by its name', () => {
    const unknown: unknown[] = [
      undefined,
      null,
      new Map(),
      { a: 1 },
      () => 1,
      1n,
      new Date(0),
      [new Set()],
      new Float32Array(1),
      new DataView(new ArrayBuffer(8)),
      new (class Other extends Columns {})(),
    ];
    for (const extra of unknown) {
      const columns = Object.assign(new Columns(), { extra });
      expect(() => copier.save(columns, [], 'c')).toThrow(/c\.extra/);
    }
    const circle = new Columns();
    circle.extra = circle;
    expect(() => copier.save(circle, [], 'c')).toThrow(TypeError);
  });

  it('throws on a left-out field that does not exist', () => {
    expect(() => copier.save(new Columns(), ['gone'], 'c')).toThrow(/gone/);
  });

  it('refuses another length', () => {
    const saved = copier.save(new Columns(), [], 'c');
    const longer = Object.assign(new Columns(), { numbers: Float64Array.of(1, 2, 3) });
    expect(() => copier.restore(longer, [], saved, 'c')).toThrow(RangeError);
  });

  it('is given no class with fields that it cannot see', () => {
    for (const one of COLUMN_CLASSES.keys()) expect(String(one)).not.toMatch(/#\w/);
  });
});
