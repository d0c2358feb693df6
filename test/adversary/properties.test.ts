/** What every search keeps, on any small plan. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, misfits, replayWitness } from '../../src/adversary/replay.js';
import { searchWorst } from '../../src/adversary/search.js';
import { timelineOf } from '../../src/adversary/timeline.js';
import { witnessFile, witnessFileSchema } from '../../src/adversary/witness.js';
import { simulate } from '../../src/simulation/simulation.js';
import { arbitraryPlan } from '../../src/testing/arbitraryPlan.js';
import { load } from '../../src/testing/smallPlan.js';

describe('a search', () => {
  it('gives witnesses that replay exactly and are never below what was observed', () => {
    let better = 0;
    const property = fc.property(arbitraryPlan(), (small) => {
      const plan = load(small);
      const observed = simulate(plan, { seed: '3', untilNs: Math.min(3_000_000, small.untilNs) });
      const witnesses = searchWorst(plan, observed, { seed: '3', budget: 32 });
      const text = JSON.stringify(witnessFile(plan, witnesses));
      const file = witnessFileSchema.parse(JSON.parse(text));
      for (const { id, latency } of observed.workloads) {
        if (!plan.workloads.some((workload) => workload.id === id)) continue;
        const witness = file.witnesses.find(({ workload }) => workload === id);
        if (latency.count > 0) expect(witness).toBeDefined();
        if (witness === undefined) continue;
        expect(witness.latencyNs).toBeGreaterThanOrEqual(latency.maxNs);
        if (witness.latencyNs > latency.maxNs) better++;
        expect(misfits(plan, witness)).toEqual([]);
        const replay = replayWitness(plan, witness);
        expect(differences(witness, replay)).toEqual([]);
        const steps = timelineOf(replay?.lines ?? [], witness.endNs, witness.latencyNs);
        if (witness.latencyNs > 0) expect(steps.length).toBeGreaterThan(0);
        const parts = replay?.sample.attribution ?? [];
        expect(parts.reduce((sum, { ns }) => sum + ns, 0)).toBe(witness.latencyNs);
      }
    });
    fc.assert(property, { numRuns: 30 });
    expect(better).toBeGreaterThan(10);
  }, 120_000);
});
