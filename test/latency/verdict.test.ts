import { describe, expect, it } from 'vitest';
import { LatencyRecorder } from '../../src/latency/recorder.js';
import type { BoundResult, RunResult } from '../../src/latency/result.js';
import { withBounds } from '../../src/latency/verdict.js';

/** 300 samples of 1.5 us and a limit of 2 us on the maximum and on p99. */
function observed(): RunResult {
  const recorder = new LatencyRecorder({ causeNames: ['exit'], seed: '1' });
  for (let i = 0; i < 300; i++) recorder.record(1_500, 10, Float64Array.of(1_500));
  const specs = ['max', '99'].map((statistic) => ({ statistic, limitNs: 2_000, text: statistic }));
  const workloads = [recorder.toWorkloadResult('w', 'cyclictest', specs)];
  return { workloads } as unknown as RunResult;
}

const bound = (ns: number | null, assumed: string[] = []): BoundResult => ({
  ns,
  terms: [],
  assumed,
  reasons: ns === null ? ['because'] : [],
});

function judged(boundNs: number | null, witnessNs?: number, assumed: string[] = []) {
  const witnesses = witnessNs === undefined ? [] : [['w', { ns: witnessNs, runs: 9 }] as const];
  const bounds = new Map([['w', bound(boundNs, assumed)]]);
  const [workload] = withBounds(observed(), bounds, new Map(witnesses)).workloads;
  return { ...workload, verdicts: workload.requirements.map(({ verdict }) => verdict) };
}

describe('withBounds', () => {
  it('guarantees by the bound, and says where that rests on assumed figures', () => {
    expect(judged(1_900).verdicts).toEqual(['guaranteed', 'guaranteed']);
    expect(judged(1_900, 1_600, ['smi.run']).verdicts).toEqual(['guaranteed if', 'guaranteed if']);
  });

  it('fails a maximum by its witness, and says nothing of percentiles by it', () => {
    const { verdicts, requirements, witness } = judged(9_000, 2_001);
    expect(verdicts).toEqual(['fails', 'met']);
    expect(requirements.map(({ witnessNs }) => witnessNs)).toEqual([2_001, undefined]);
    expect(witness).toEqual({ ns: 2_001, runs: 9 });
    expect(judged(9_000, 2_000).verdicts).toEqual(['open', 'met']);
    expect(judged(null).verdicts).toEqual(['open', 'met']);
  });

  it('takes the worst sample as the witness if the search found less', () => {
    expect(judged(9_000, 700).witness?.ns).toBe(1_500);
  });

  it('gives no bound that a witness is above', () => {
    const { bound: given, verdicts } = judged(1_800, 1_801);
    expect(given?.ns).toBeNull();
    expect(given?.reasons[0]).toContain('defect of the analysis');
    expect(verdicts[0]).toBe('open');
  });
});
