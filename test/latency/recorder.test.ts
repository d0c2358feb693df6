import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/base/invariant.js';
import { LatencyRecorder } from '../../src/latency/recorder.js';

const causeNames = ['exit', '__proto__', 'entry'];
const newRecorder = () => new LatencyRecorder({ causeNames, seed: '42', worstKept: 2 });

describe('LatencyRecorder', () => {
  it('holds totals per cause that sum to the sum of the latencies', () => {
    const parts = fc.tuple(fc.nat(10_000), fc.nat(10_000), fc.nat(10_000));
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 100 }), (samples) => {
        const recorder = newRecorder();
        samples.forEach((s, at) => {
          recorder.record(s[0] + s[1] + s[2], at, Float64Array.from(s));
        });
        const causes = recorder.causes();
        const sum = Object.values(causes).reduce((a, b) => a + b, 0);
        expect(sum).toBe(recorder.histogram.sumNs);
        for (const [index, name] of causeNames.entries()) {
          expect(causes[name] ?? 0).toBe(samples.reduce((a, s) => a + s[index], 0));
        }
        for (const { latencyNs, attribution } of recorder.worst()) {
          expect(attribution.reduce((a, share) => a + share.ns, 0)).toBe(latencyNs);
        }
      }),
    );
  });

  it('throws with time and seed when the parts do not sum, and counts no sample', () => {
    const recorder = newRecorder();
    const broken: Array<[number, number[]]> = [
      [10, [5, 0, 4]],
      [10, [15, -5, 0]],
      [10, [10, 0]],
      [10, [Number.NaN, 10, 0]],
    ];
    for (const [latencyNs, parts] of broken) {
      expect(() => recorder.record(latencyNs, 777, Float64Array.from(parts))).toThrow(
        InvariantError,
      );
      expect(() => recorder.record(latencyNs, 777, Float64Array.from(parts))).toThrow(
        /10 ns.*777 ns.*seed 42/,
      );
    }
    expect(recorder.summary().count).toBe(0);
    expect(recorder.worst()).toEqual([]);
  });

  it('summarises only percentiles that the count supports', () => {
    const recorder = newRecorder();
    for (let i = 1; i <= 300; i++) recorder.record(i, i, Float64Array.of(i, 0, 0));
    expect(recorder.summary()).toEqual({
      count: 300,
      minNs: 1,
      meanNs: 150.5,
      maxNs: 300,
      percentiles: { '50': 150, '90': 270, '99': 297 },
    });
  });

  it('is all zero without samples', () => {
    expect(newRecorder().summary()).toEqual({
      count: 0,
      minNs: 0,
      meanNs: 0,
      maxNs: 0,
      percentiles: {},
    });
  });

  it('counts a sample whose causes are in the totals already, if they sum', () => {
    const recorder = newRecorder();
    for (let i = 0; i < 20; i++) recorder.record(9, i, Float64Array.of(9, 0, 0));
    expect(recorder.wantsBreakdown(7, 30)).toBe(false);
    expect(recorder.wantsBreakdown(10, 30)).toBe(true);
    recorder.causeTotalsNs[2] += 7;
    recorder.recordCharged(7, 30, 7);
    expect(recorder.summary().count).toBe(21);
    expect(Object.values(recorder.causes())).toEqual([180, 7]);
    expect(() => recorder.recordCharged(7, 30, 6)).toThrow(InvariantError);
  });

  it('restores a snapshot', () => {
    const recorder = newRecorder();
    recorder.record(7, 1, Float64Array.of(7, 0, 0));
    const snapshot = recorder.snapshot();
    const before = recorder.toWorkloadResult('w', 'cyclictest');
    recorder.record(9, 2, Float64Array.of(0, 0, 9));
    recorder.restore(snapshot);
    expect(recorder.toWorkloadResult('w', 'cyclictest')).toEqual(before);
  });
});
