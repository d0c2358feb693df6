import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/latency/histogram.js';
import type { RunResult, WorstSample } from '../../src/latency/result.js';
import { CAUSE_COLOURS } from '../../src/report/chartStyle.js';
import { chartsOf } from '../../src/report/charts.js';
import { groupedShares, leadingCauses, OTHER_CAUSES } from '../../src/report/worstCauses.js';
import { resultFixture, workloadFixture } from './fixtures.js';

/** Objects in all `values` arrays below. */
function countPoints(spec: unknown): number {
  if (typeof spec !== 'object' || spec === null) return 0;
  return Object.entries(spec).reduce(
    (sum, [key, value]) =>
      sum + (key === 'values' && typeof value[0] === 'object' ? value.length : countPoints(value)),
    0,
  );
}

describe('chartsOf', () => {
  it('gives three charts a workload and one of the pCPUs', () => {
    expect(chartsOf(resultFixture()).map(({ id }) => id)).toEqual([
      'control-histogram',
      'control-exceedance',
      'control-causes',
      'bare-histogram',
      'bare-exceedance',
      'bare-causes',
      'pcpus',
    ]);
  });

  it('names charts safely and uniquely whatever the workloads are called', () => {
    const id = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('../../etc/passwd', 'a', 'a-2', 'A', '', '"><script>', 'pcpus', 'a '),
    );
    fc.assert(
      fc.property(fc.array(id, { maxLength: 8 }), (ids) => {
        const base = resultFixture();
        const workloads = ids.map((name) => ({ ...base.workloads[1], id: name }));
        const names = chartsOf({ ...base, workloads }).map((chart) => chart.id);
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      }),
    );
  });

  it('stays small for a large result and keeps its extremes', () => {
    const histogram = new Histogram();
    for (let i = 0; i < 100_000; i++) histogram.recordMany(1_000 + 7 * i, 1 + (i % 5));
    const workload = {
      ...workloadFixture(),
      latency: { ...workloadFixture().latency, minNs: histogram.minNs, maxNs: histogram.maxNs },
      histogram: histogram.toData(),
    };
    const { partition } = resultFixture();
    const perPcpu = Array.from({ length: 512 }, (_, pcpu) => ({ ...partition.perPcpu[2], pcpu }));
    const result: RunResult = {
      ...resultFixture(),
      workloads: [workload],
      partition: { ...partition, perPcpu },
    };
    for (const { id, spec } of chartsOf(result)) {
      expect(countPoints(spec), id).toBeLessThanOrEqual(2_100);
      expect(countPoints(spec), id).toBeGreaterThan(0);
    }
    const exceedance = JSON.stringify(chartsOf(result)[1].spec);
    expect(exceedance).toContain(`"us":${histogram.minNs / 1_000},`);
    expect(exceedance).toContain(`"us":${histogram.maxNs / 1_000},`);
  });

  it('leaves out the charts of a workload without samples', () => {
    const base = resultFixture();
    const empty = {
      ...base.workloads[0],
      latency: { count: 0, minNs: 0, meanNs: 0, maxNs: 0, percentiles: {} },
      worst: [],
      histogram: { exact: true, upperNs: [], counts: [] },
    };
    expect(chartsOf({ ...base, workloads: [empty] }).map(({ id }) => id)).toEqual(['pcpus']);
  });
});

describe('grouping of causes', () => {
  it('never loses a nanosecond, and no more names than colours', () => {
    const share = fc.record({ cause: fc.constantFrom(...'abcdefghijklm'), ns: fc.nat(1_000) });
    const sample: fc.Arbitrary<WorstSample> = fc.array(share).map((attribution) => ({
      atNs: 0,
      latencyNs: attribution.reduce((sum, { ns }) => sum + ns, 0),
      attribution,
    }));
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 10 }), (samples) => {
        const leading = leadingCauses(samples);
        expect(leading.length).toBeLessThanOrEqual(CAUSE_COLOURS.length);
        for (const one of samples) {
          const shares = groupedShares(one, leading);
          expect(shares.reduce((sum, { ns }) => sum + ns, 0)).toBe(one.latencyNs);
          const grouped = new Map<string, number>();
          for (const { cause, ns } of one.attribution) {
            const name = leading.includes(cause) ? cause : OTHER_CAUSES;
            grouped.set(name, (grouped.get(name) ?? 0) + ns);
          }
          const positive = Array.from(grouped).filter(([, ns]) => ns > 0);
          expect(new Map(shares.map(({ cause, ns }) => [cause, ns]))).toEqual(new Map(positive));
        }
      }),
    );
  });
});
