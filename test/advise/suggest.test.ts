import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalOf } from '../../src/advise/critical.js';
import { groupings } from '../../src/advise/groupings.js';
import { place } from '../../src/advise/placement.js';
import { outlookOf, suggest } from '../../src/advise/suggest.js';
import { applyEdits } from '../../src/plan/edit.js';
import type { PreparedPlan } from '../../src/plan/load.js';
import { preparedPlan } from '../models/models.js';
import { prepare } from '../plan/builder.js';

interface Task {
  readonly priority: number;
  readonly periodUs: number;
  readonly runUs: number;
  readonly limitUs: number;
}

/** Tasks on a host with four cores that is not partitioned yet. */
function planOf(tasks: readonly Task[], cost = '0ns'): PreparedPlan {
  const workloads = tasks.map(
    ({ priority, periodUs, runUs }, i) =>
      `  - { id: t${i}, kind: periodic, on: host, cpus: ${1 + (i % 3)}, policy: 'fifo:${priority}', period: ${periodUs}us, run: ${runUs}us }`,
  );
  const limits = tasks.map(
    ({ limitUs }, i) => `  - { workload: t${i}, latency: { max: ${limitUs}us } }`,
  );
  return prepare(
    [
      'host:',
      '  topology: { sockets: 1, coresPerSocket: 4 }',
      "  kernel: { preset: '6.12-rt' }",
      '  sysctl: { kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0 }',
      '  threads: [{ name: load, cpus: 0-3, every: 5ms, run: 1ms }]',
      'workloads:',
      ...workloads,
      'requirements:',
      ...limits,
    ].join('\n'),
    { cost },
  );
}

/** Fewest pCPUs over every map of tasks to the pCPUs that are not the boot CPU's; 0: none meets. */
function enumerated(prepared: PreparedPlan): number {
  const critical = prepared.plan ? criticalOf(prepared.plan) : [];
  let fewest = 0;
  for (let code = 0; code < 3 ** critical.length; code++) {
    const pcpus = critical.map((_, i) => 1 + (Math.floor(code / 3 ** i) % 3));
    const used = new Set(pcpus).size;
    if (fewest > 0 && used >= fewest) continue;
    const placed = place(
      prepared,
      critical.map((what, i) => ({ what, pcpu: pcpus[i] })),
    );
    if (!placed?.prepared.plan) continue;
    const meets = outlookOf(placed.prepared.plan).every(
      ({ boundNs, limitNs }) => boundNs !== null && boundNs <= limitNs,
    );
    if (meets) fewest = used;
  }
  return fewest;
}

const task: fc.Arbitrary<Task> = fc.record({
  priority: fc.integer({ min: 10, max: 90 }),
  periodUs: fc.constantFrom(500, 1000, 2000),
  runUs: fc.constantFrom(20, 100, 200),
  limitUs: fc.constantFrom(150, 250, 500),
});

describe('suggest', () => {
  it('finds as few isolated pCPUs as trying every placement does', () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(fc.array(task, { minLength: 1, maxLength: 3 }), (tasks) => {
        const prepared = planOf(tasks);
        const { best, exhaustive } = suggest(prepared);
        const fewest = enumerated(prepared);
        seen.add(fewest);
        expect(exhaustive).toBe(true);
        expect(best?.meets ?? false).toBe(fewest > 0);
        if (fewest > 0) expect(best?.placed.isolated.length).toBe(fewest);
      }),
      { numRuns: 40 },
    );
    // Alone, shared, and not to be met at all.
    expect([...seen].sort()).toEqual(expect.arrayContaining([0, 1, 2]));
  });

  it('gives the change as patches that lead from the plan to the suggestion', () => {
    const prepared = planOf([
      { priority: 50, periodUs: 1000, runUs: 100, limitUs: 500 },
      { priority: 40, periodUs: 1000, runUs: 100, limitUs: 500 },
    ]);
    const { best } = suggest(prepared);
    expect(best?.meets).toBe(true);
    if (!prepared.document || !best) throw new Error('no suggestion');
    expect(applyEdits(prepared.document, best.placed.patches)).toEqual(best.placed.document);
    expect(best.placed.prepared.plan?.host.isolatedDomain).toEqual(best.placed.isolated);
  });

  it('stays within its budget and says so', () => {
    const tasks = [10, 20, 30].map((priority) => ({
      priority,
      periodUs: 1000,
      runUs: 20,
      limitUs: 500,
    }));
    const { best, tried, exhaustive } = suggest(planOf(tasks), { budget: 2 });
    expect(tried).toBe(2);
    expect(exhaustive).toBe(false);
    expect(best?.meets).toBe(true);
  });

  it('needs a requirement', () => {
    expect(() => suggest(prepare('workloads: []'))).toThrow(RangeError);
  });
});

it('groupings are the partitions into that many groups without a pair at odds', () => {
  const count = (n: number, groups: number): number =>
    [...groupings([...Array(n).keys()], groups, () => true)].length;
  // Stirling numbers of the second kind.
  expect([1, 2, 3, 4, 5].map((groups) => count(5, groups))).toEqual([1, 15, 25, 10, 1]);
  const apart = [...groupings(['a', 'b', 'c'], 2, (x, y) => !(x === 'a' && y === 'b'))];
  expect(apart).toEqual([
    [['a', 'c'], ['b']],
    [['a'], ['b', 'c']],
  ]);
});

it('leaves pollers and realtime threads without a requirement on their isolated pCPUs', () => {
  const { best } = suggest(preparedPlan('flagship'), { budget: 1 });
  // 7 and 23 poll for the switch, host-timerlat is on 6; each with the sibling of its core.
  expect(best?.placed.isolated).toEqual(expect.arrayContaining([6, 7, 23, 38, 39, 55]));
});
