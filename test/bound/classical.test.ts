/** Without virtualization and without costs the bound is classical response-time analysis. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundOf } from '../../src/bound/planBound.js';
import { preparePlan } from '../../src/plan/load.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { simulate } from '../../src/simulation/simulation.js';
import { modelText } from '../models/models.js';

interface Task {
  readonly pcpu: number;
  readonly rank: number;
  readonly periodUs: number;
  readonly runUs: number;
}

/** Textbook: Audsley et al. 1993, with Lehoczky's busy period for responses beyond the period. */
function textbookUs(task: Task, all: readonly Task[]): number {
  const stronger = all.filter((t) => t.pcpu === task.pcpu && t.rank < task.rank);
  let worst = 0;
  for (let job = 0; ; job++) {
    let window = 0;
    for (let next = (job + 1) * task.runUs; next !== window; ) {
      window = next;
      next = (job + 1) * task.runUs;
      for (const t of stronger) next += Math.ceil(window / t.periodUs) * t.runUs;
    }
    worst = Math.max(worst, window - job * task.periodUs);
    if (window <= (job + 1) * task.periodUs) return worst;
  }
}

function planOf(tasks: readonly Task[]): NormalizedPlan {
  const jobs = tasks.map(
    ({ pcpu, rank, periodUs, runUs }, i) =>
      `  - {id: t${i}, kind: periodic, on: host, cpus: ${pcpu + 1}, policy: "fifo:${90 - rank}", period: ${periodUs}us, run: ${runUs}us, start: 0ns}`,
  );
  const text = `isochron: 1
name: classical
platform: ideal
host:
  sysctl: {kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0}
  kernel: {preset: "6.12", preemption: rt, flags: {fairServer: false}}
  cmdline: nohz_full=1-7
workloads:
${jobs.join('\n')}
`;
  const { plan, diagnostics } = preparePlan('classical.yaml', {
    readText: () => text,
    platformText: () => ({ text: modelText('platforms/ideal.yaml'), file: 'ideal.yaml' }),
    platformNames: () => ['ideal'],
  });
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

const boundsUs = (plan: NormalizedPlan): Array<number | null> =>
  boundOf(plan).series.map(({ ns }) => (ns === null ? null : ns / 1000));

const BENCH = resolve('../shared/bench');
const absent = !existsSync(BENCH);
if (absent) console.log(`skipped: ${BENCH} is not there`);

test.skipIf(absent).each([
  ['w10x1', 47_469],
  ['w40x4', 250_175],
])('%s: the bound is the response time of the analysis', (name, sumUs) => {
  const tasks = readFileSync(`${BENCH}/${name}.txt`, 'utf8')
    .split('\n')
    .filter((line) => /^[0-9]/.test(line))
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pcpu, rank, periodUs, runUs]) => ({ pcpu, rank, periodUs, runUs }));
  const bounds = boundsUs(planOf(tasks));
  expect(bounds).toEqual(tasks.map((task) => textbookUs(task, tasks)));
  expect(bounds.reduce<number>((sum, us) => sum + (us ?? 0), 0)).toBe(sumUs);
});

const HYPERPERIOD_US = 480;
const arbitraryTasks = fc
  .array(fc.tuple(fc.constantFrom(40, 60, 80, 120, 240, 480), fc.integer({ min: 1, max: 45 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((list) =>
    list.map(([periodUs, percent], rank) => ({
      pcpu: 0,
      rank,
      periodUs,
      runUs: Math.max(1, Math.round((periodUs * percent) / 100)),
    })),
  );

test('random task sets: bound, textbook and synchronous release agree to the nanosecond', () => {
  let late = 0;
  fc.assert(
    fc.property(arbitraryTasks, (tasks) => {
      const load = tasks.reduce((sum, { periodUs, runUs }) => sum + runUs / periodUs, 0);
      fc.pre(load < 1);
      const plan = planOf(tasks);
      const textbook = tasks.map((task) => textbookUs(task, tasks));
      expect(boundsUs(plan)).toEqual(textbook);
      if (textbook.some((us, i) => us > tasks[i].periodUs)) late++;
      const { workloads } = simulate(plan, { seed: '1', untilNs: 3 * HYPERPERIOD_US * 1000 - 1 });
      expect(workloads.map(({ latency }) => latency.maxNs / 1000)).toEqual(textbook);
    }),
    { numRuns: 150, seed: 1 },
  );
  // Task sets that are not in deadline order make jobs wait for their predecessors.
  expect(late).toBeGreaterThan(5);
});

test('a load of one or more has no bound', () => {
  const plan = planOf([
    { pcpu: 0, rank: 0, periodUs: 100, runUs: 60 },
    { pcpu: 0, rank: 1, periodUs: 100, runUs: 40 },
  ]);
  const [first, second] = boundOf(plan).series;
  expect(first.ns).toBe(60_000);
  expect(second.ns).toBeNull();
  expect(second.reasons.join()).toMatch(/utilization of 1 or more/);
});
