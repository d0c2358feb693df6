/** Classical response-time analysis as the oracle of fixed-priority scheduling without costs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

interface Task {
  readonly periodUs: number;
  readonly runUs: number;
}

/** Least fixed point of R = C + sum over stronger tasks of ceil(R / T) C; periods above R only. */
function responseUs(tasks: readonly Task[], i: number): number {
  let response = tasks[i].runUs;
  for (;;) {
    const next = tasks
      .slice(0, i)
      .reduce((sum, t) => sum + Math.ceil(response / t.periodUs) * t.runUs, tasks[i].runUs);
    if (next === response) return response;
    if (next > tasks[i].periodUs) return Number.POSITIVE_INFINITY;
    response = next;
  }
}

const task = fc
  .tuple(fc.constantFrom(40, 60, 80, 120, 240, 480), fc.integer({ min: 1, max: 40 }))
  .map(([periodUs, percent]) => ({ periodUs, runUs: Math.max(1, (periodUs * percent) / 100) }))
  .map((t) => ({ ...t, runUs: Math.round(t.runUs) }));

function checkSet(tasks: readonly Task[]): void {
  const bounds = tasks.map((_, i) => responseUs(tasks, i));
  // Beyond its period a task delays itself and the analysis is another one.
  fc.pre(bounds.every((bound) => Number.isFinite(bound)));
  const rows = tasks.map(
    (t, i) =>
      `  - {id: t${i}, kind: periodic, on: host, cpus: 0, policy: "fifo:${90 - i}", period: ${t.periodUs}us, run: ${t.runUs}us, start: 0ns}`,
  );
  const plan = planFromYaml(`
host:
  sysctl: {kernel.sched_rt_runtime_us: -1}
  kernel: {preset: "6.12", preemption: rt, flags: {fairServer: false}}
  idle: {deepest: poll}
workloads:
${rows.join('\n')}
`);
  const { workloads } = simulate(plan, { seed: '1', untilNs: 2 * 480_000 - 1 });
  expect(workloads.map(({ latency }) => latency.maxNs)).toEqual(bounds.map((us) => us * 1000));
}

test('the greatest response time of every task is the one of the analysis, exactly', () => {
  fc.assert(fc.property(fc.array(task, { minLength: 1, maxLength: 6 }), checkSet), {
    numRuns: 200,
  });
});
