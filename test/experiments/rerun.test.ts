/**
 * Re-runs the first seed of every experiment that is quick and holds it against what is stored: the
 * claims hold, and latencies lie where the summary of all seeds allows. `isochron experiment` runs
 * all of them in full.
 */
import { describe, expect, test } from 'vitest';
import { loadExperiments, storedSummary } from '../../src/cli/experiment/folders.js';
import { runExperimentTask } from '../../src/cli/experiment/task.js';
import { variantPlan } from '../../src/cli/experiment/variantPlan.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import { judgeClaims, type VariantRuns } from '../../src/experiment/judge.js';

/** Activations are 1 ms apart in most plans. */
const ACTIVATION_NS = 1e6;
const QUICK_NS = 25e9;

/** Simulated time of all variants under one seed, about. */
function simulatedNs({ run, variants }: Experiment): number {
  const { untilNs = Number.POSITIVE_INFINITY, activations = Number.POSITIVE_INFINITY } = run;
  return variants.length * Math.min(untilNs, activations * ACTIVATION_NS);
}

const QUICK = loadExperiments([])
  .filter(({ experiment }) => simulatedNs(experiment) <= QUICK_NS)
  .map((folder) => ({ name: folder.experiment.name, ...folder }));

describe.each(QUICK)('$name', ({ path, experiment }) => {
  test('gives the stored summary again', { timeout: 60_000 }, () => {
    const stored = storedSummary(path);
    if (stored === undefined) throw new Error('there is no summary');
    const [seed] = experiment.seeds;
    const runs: VariantRuns = Object.fromEntries(
      experiment.variants.map((variant) => {
        const { edited } = variantPlan(path, variant);
        const task = { plan: edited, factors: {}, seed, ...experiment.run };
        return [variant.name, runExperimentTask(task)];
      }),
    );
    for (const [name, { workloads }] of Object.entries(runs)) {
      for (const [id, { count, minNs, maxNs }] of Object.entries(workloads)) {
        const all = stored.variants[name][id];
        if (count > 0) expect(minNs, `${name} ${id}`).toBeGreaterThanOrEqual(all.minNs * 0.95 - 50);
        expect(maxNs, `${name} ${id}`).toBeLessThanOrEqual(all.maxNs * 1.3 + 50);
        expect(count, `${name} ${id}`).toBeLessThanOrEqual(all.count);
      }
    }
    // Where a calibration decides, one run with nominal figures does not.
    const claims = experiment.claims
      .filter(({ given }) => given === undefined)
      .map((claim) => ({ ...claim, over: 'nominal' as const }));
    const outcomes = judgeClaims({ ...experiment, claims }, { nominal: [runs], sweep: [] });
    for (const { check, verdict, contradicted } of outcomes) {
      if (contradicted === undefined) expect(verdict, check).toBe('holds');
    }
  });
});

test('many experiments are quick', () => {
  expect(QUICK.length).toBeGreaterThanOrEqual(5);
});
