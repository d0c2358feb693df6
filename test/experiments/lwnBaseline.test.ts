/**
 * Re-runs experiments/lwn-baseline small and holds it against the summary that stands there.
 * UPDATE_EXPERIMENTS=1 writes the summary and the figure anew: look at the difference then.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { baselineFigure, type Measured } from '../../experiments/lwn-baseline/figure.js';
import { VARIANTS } from '../../experiments/lwn-baseline/variants.js';
import { editedPlan } from '../../src/cli/validation/task.js';
import type { RunResult } from '../../src/latency/result.js';
import { renderSvg } from '../../src/report/svg.js';
import { simulate } from '../../src/simulation/simulation.js';

const FOLDER = 'experiments/lwn-baseline';
const UPDATE = process.env.UPDATE_EXPERIMENTS === '1';
/** As many samples as the committed summary has; a fifth of them is enough to compare. */
const SAMPLES = 10_000;
const ACTIVATIONS = UPDATE ? SAMPLES : SAMPLES / 5;

interface Summary {
  readonly samples: number;
  readonly variants: Readonly<Record<string, Measured>>;
}

const simulated = (base: string, edits: (typeof VARIANTS)[number]['edits'] = []): RunResult =>
  simulate(editedPlan(base, edits), {
    seed: '1',
    untilNs: Number.POSITIVE_INFINITY,
    activations: ACTIVATIONS,
  });

const roundUs = (ns: number): number => Math.round(ns / 10) / 100;

const results = new Map<string, RunResult>();
const measured: Record<string, Measured> = {};

beforeAll(async () => {
  for (const { name, base, edits } of VARIANTS) {
    const result = simulated(base, edits);
    results.set(name, result);
    const { minNs, meanNs, maxNs } = result.workloads[0].latency;
    measured[name] = { minUs: roundUs(minNs), meanUs: roundUs(meanNs), maxUs: roundUs(maxNs) };
  }
  if (!UPDATE) return;
  const summary: Summary = { samples: SAMPLES, variants: measured };
  writeFileSync(`${FOLDER}/expected.json`, `${JSON.stringify(summary, null, 2)}\n`);
  const svg = await renderSvg(baselineFigure(VARIANTS, measured, SAMPLES));
  writeFileSync(`${FOLDER}/figure.svg`, `${svg}\n`);
}, 120_000);

const expected = () => JSON.parse(readFileSync(`${FOLDER}/expected.json`, 'utf8')) as Summary;

describe('lwn-baseline', () => {
  test.each(VARIANTS.map(({ name }) => name))('%s is where the summary has it', (name) => {
    const { minUs, meanUs, maxUs } = expected().variants[name];
    const now = measured[name];
    // Means settle quickly. Fewer samples have a higher minimum and a lower maximum.
    expect(now.meanUs / meanUs).toBeGreaterThan(0.98);
    expect(now.meanUs / meanUs).toBeLessThan(1.02);
    expect(now.minUs / minUs).toBeGreaterThan(0.95);
    expect(now.minUs / minUs).toBeLessThan(1.1);
    expect(now.maxUs).toBeLessThan(maxUs * 1.15);
    expect(now.maxUs).toBeGreaterThan(meanUs);
  });

  test('a guest is slower than bare metal, by the published factor of 2 to 6', () => {
    const factor = measured.guest.meanUs / measured['bare metal'].meanUs;
    expect(factor).toBeGreaterThan(2);
    expect(factor).toBeLessThan(6);
  });

  test('arming the timer early hides the exit and part of the entry', () => {
    const saved = measured['guest, no timer advance'].meanUs - measured.guest.meanUs;
    expect(saved).toBeGreaterThan(0.2);
    expect(saved).toBeLessThan(2);
  });

  test('taking the guest away gives the bare-metal plan, event by event', () => {
    const bare = simulated('baremetal-cyclictest');
    expect(results.get('bare metal')?.fingerprint).toBe(bare.fingerprint);
    expect(results.get('guest')?.fingerprint).not.toBe(bare.fingerprint);
  });

  test('the figure draws without a warning and shows every variant', async () => {
    const svg = await renderSvg(baselineFigure(VARIANTS, expected().variants, SAMPLES));
    for (const { name } of VARIANTS) expect(svg).toContain(`>${name}<`);
    expect(readFileSync(`${FOLDER}/figure.svg`, 'utf8')).toBe(`${svg}\n`);
  });
});
