/** The laws of a mechanism, each held for every row of the table. */
import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/latency/result.js';
import { Simulation, simulate } from '../../src/simulation/simulation.js';
import { type Doc, type Mechanism, planOf } from './mechanism.js';
import { MECHANISMS, ONLY_COSTS } from './table.js';

const SCALE = 2;

const costOf = ({ costNs }: Mechanism): number => costNs ?? 100;
const untilOf = ({ untilNs }: Mechanism): number => untilNs ?? 2_000_000;

function run(mechanism: Mechanism, s = 1, doc: Doc = mechanism.plan(s)): RunResult {
  return simulate(planOf(doc, costOf(mechanism) * s), {
    seed: '7',
    untilNs: untilOf(mechanism) * s,
  });
}

/** What a user sees of a run, without the name that the plan's text has. */
function seen({ planHash: _, assumptions: __, ...rest }: RunResult): string {
  return JSON.stringify(rest);
}

/** Every statistic of the latencies; percentiles come from logarithmic buckets and do not scale. */
function extremes({ workloads }: RunResult): Array<readonly [string, number, number, number]> {
  return workloads.map(({ id, latency }) => [id, latency.count, latency.minNs, latency.maxNs]);
}

describe.each(MECHANISMS.map((mechanism) => [mechanism.name, mechanism] as const))(
  '%s',
  (_name, mechanism) => {
    test('its cause appears in an attribution', () => {
      const causes = run(mechanism).workloads.flatMap((workload) => [
        ...Object.keys(workload.causes),
        ...workload.worst.flatMap(({ attribution }) => attribution.map(({ cause }) => cause)),
      ]);
      const own = causes.filter((cause) =>
        cause.replace(/^guest /, '').startsWith(mechanism.cause),
      );
      expect(own, `${mechanism.cause} among ${[...new Set(causes)].join(', ')}`).not.toEqual([]);
    });

    test('twice the same, by both engines', () => {
      const first = seen(run(mechanism));
      expect(seen(run(mechanism))).toBe(first);
      const options = { seed: '7', untilNs: untilOf(mechanism), oracle: true };
      const plan = planOf(mechanism.plan(1), costOf(mechanism));
      expect(seen(simulate(plan, options))).toBe(first);
    });

    test('a fork and a restored run go on to the same result', () => {
      const plan = planOf(mechanism.plan(1), costOf(mechanism));
      const simulation = new Simulation(plan, { seed: '7', untilNs: untilOf(mechanism) });
      simulation.advance(1237);
      const snapshot = simulation.snapshot();
      const fork = simulation.fork();
      while (!simulation.advance(100_000));
      const expected = seen(simulation.result());
      while (!fork.advance(911));
      expect(seen(fork.result())).toBe(expected);
      simulation.restore(snapshot);
      while (!simulation.advance(100_000));
      expect(seen(simulation.result())).toBe(expected);
    });

    test('a run that is cut off has a whole result, and goes on as if it were not', () => {
      const plan = planOf(mechanism.plan(1), costOf(mechanism));
      const simulation = new Simulation(plan, { seed: '7', untilNs: untilOf(mechanism) });
      let cuts = 0;
      while (!simulation.advance(cuts < 40 ? 97 : 100_000)) {
        if (++cuts > 40) continue;
        const { complete, workloads } = simulation.result();
        expect(complete).toBe(false);
        for (const { latencyNs, attribution } of workloads.flatMap(({ worst }) => worst)) {
          expect(attribution.reduce((sum, { ns }) => sum + ns, 0)).toBe(latencyNs);
        }
      }
      expect(cuts).toBeGreaterThan(0);
      expect(seen(simulation.result())).toBe(seen(run(mechanism)));
    });

    test.runIf(ONLY_COSTS.has(mechanism.name))('takes no time where primitives take none', () => {
      const options = { seed: '7', untilNs: untilOf(mechanism) };
      const { workloads } = simulate(planOf(mechanism.plan(1), 0), options);
      const own = workloads.flatMap(({ causes }) =>
        Object.entries(causes).filter(([cause]) =>
          cause.replace(/^guest /, '').startsWith(mechanism.cause),
        ),
      );
      expect(own.reduce((sum, [, ns]) => sum + ns, 0)).toBe(0);
    });

    test.runIf(mechanism.notScaled === undefined)(
      `all durations ${SCALE} times: latencies ${SCALE} times`,
      () => {
        const scaled = extremes(run(mechanism)).map(([id, count, minNs, maxNs]) => [
          id,
          count,
          minNs * SCALE,
          maxNs * SCALE,
        ]);
        expect(extremes(run(mechanism, SCALE))).toEqual(scaled);
      },
    );

    test.runIf(mechanism.off !== undefined)('off is the same as not there', () => {
      const [off, never] = mechanism.off?.(mechanism.plan(1)) ?? [];
      const without = seen(run(mechanism, 1, never));
      expect(seen(run(mechanism, 1, off))).toBe(without);
      expect(seen(run(mechanism))).not.toBe(without);
    });
  },
);

test('what is only a cost is a mechanism', () => {
  const names = new Set(MECHANISMS.map(({ name }) => name));
  expect([...ONLY_COSTS].filter((name) => !names.has(name))).toEqual([]);
});
