/** Properties of any small plan, with the number of runs as a parameter so that a soak reuses them. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { SimulationOptions } from '../../src/simulation/simulation.js';
import { arbitraryNetwork, arbitraryPlan } from '../../src/testing/arbitraryPlan.js';
import { load, type SmallPlan } from '../../src/testing/smallPlan.js';
import { boundedRun, watchedRun } from './watchedRun.js';

function holds(
  runs: number,
  check: (plan: SmallPlan) => void,
  plans: fc.Arbitrary<SmallPlan> = arbitraryPlan(),
): void {
  fc.assert(fc.property(plans, check), { numRuns: runs });
}

/** Every law of the machine at every event; every percentile at most the maximum. */
export function lawsHold(runs: number, plans?: fc.Arbitrary<SmallPlan>): void {
  const check = (small: SmallPlan): void => {
    const result = watchedRun(load(small), { seed: '7', untilNs: small.untilNs });
    for (const { latency, worst } of result.workloads) {
      for (const ns of Object.values(latency.percentiles)) {
        expect(ns).toBeLessThanOrEqual(latency.maxNs);
        expect(ns).toBeGreaterThanOrEqual(latency.minNs);
      }
      for (const { latencyNs, attribution } of worst) {
        expect(attribution.reduce((sum, { ns }) => sum + ns, 0)).toBe(latencyNs);
      }
      expect(worst[0]?.latencyNs ?? 0).toBe(latency.maxNs);
    }
  };
  holds(runs, check, plans);
}

function sameResult(
  runs: number,
  options: Partial<SimulationOptions>,
  slice: number | undefined,
): void {
  holds(runs, (small) => {
    const plan = load(small);
    const base = { seed: '7', untilNs: small.untilNs };
    const other = boundedRun(plan, { ...base, ...options }, slice);
    expect(JSON.stringify(other)).toBe(JSON.stringify(boundedRun(plan, base)));
  });
}

/** The fast engine dispatches what the plain queue dispatches. */
export const fastIsPlain = (runs: number): void => sameResult(runs, { oracle: true }, undefined);
/** Parts that are simulated apart give what they give together. */
export const apartIsTogether = (runs: number): void => sameResult(runs, { whole: true }, undefined);
/** How a run is sliced changes nothing, and neither does running it a second time. */
export const slicedIsInOneGo = (runs: number): void => sameResult(runs, {}, 7);

/** Same, on plans with a switch. */
export const networkLawsHold = (runs: number): void => lawsHold(runs, arbitraryNetwork());

/** Computing which visit finds a packet gives what stepping through the visits gives. */
export function pollingIsArithmetic(runs: number): void {
  holds(
    runs,
    (small) => {
      const plan = load(small);
      const base = { seed: '7', untilNs: small.untilNs };
      const result = (plainPolling: boolean): string =>
        JSON.stringify({ ...boundedRun(plan, { ...base, plainPolling }), fingerprint: '' });
      if (result(false) !== result(true)) throw new Error('another run');
    },
    arbitraryNetwork(),
  );
}

/** Slicing, parts and the plain engine change nothing on plans with a switch. */
export function networkIsOneRun(runs: number): void {
  holds(
    runs,
    (small) => {
      const plan = load(small);
      const base = { seed: '7', untilNs: small.untilNs };
      const first = JSON.stringify(boundedRun(plan, base));
      for (const options of [{ oracle: true }, { whole: true }]) {
        expect(JSON.stringify(boundedRun(plan, { ...base, ...options }))).toBe(first);
      }
    },
    arbitraryNetwork(),
  );
}
