/** Verdicts, summaries and comparisons, on made-up runs. */
import { describe, expect, test } from 'vitest';
import { differences } from '../../src/experiment/compare.js';
import { judgeClaims } from '../../src/experiment/judge.js';
import { readExperiment } from '../../src/experiment/read.js';
import type { RunStatistics } from '../../src/experiment/statistics.js';
import { summaryOf } from '../../src/experiment/summary.js';

const YAML = `
isochron-experiment: 1
title: two plans
question: which is faster?
sources: [made up]
base: flagship
variants:
  - { name: a }
  - { name: b, edits: [{ op: replace, path: /host/kvm/halt_poll_ns, value: 10 }] }
  - { name: c, after: b, edits: [{ op: add, path: /host/threads/-, value: { name: x } }] }
run: { activations: 10, seeds: 2 }
sweep: { points: 3, activations: 5 }
claims:
  - { says: b is slower, check: mean(b) > mean(a) }
  - { says: b is slower by a lot, check: mean(b) > 3 * mean(a), over: nominal }
  - { says: b is slow where it is dear, check: mean(b) > 1.7us, given: mean(b) > 1.75us }
  - { says: c is slower, check: mean(c) > mean(a), contradicted: it is not }
assumed: []
finding: 'b takes {mean(b)}, {mean(b) / mean(a)} times as long'
`;

const experimentOf = (text = YAML) => {
  const { experiment, diagnostics } = readExperiment(text, 'two', 'two/experiment.yaml');
  if (experiment === undefined) throw new Error(JSON.stringify(diagnostics));
  return experiment;
};

const run = (meanNs: number, count = 10): RunStatistics => ({
  workloads: {
    w: {
      count,
      minNs: meanNs - 100,
      meanNs,
      maxNs: meanNs + 1000,
      percentiles: {},
      unfinished: 0,
      causes: {},
      worst: {},
    },
  },
  partition: { idle: 1, polling: 0, spare: 1, isolated: 0 },
});
const runs = (a: number, b: number) => ({ a: run(a), b: run(b), c: run(a) });
const NOMINAL = [runs(1000, 4000), runs(1000, 5000)];
const SWEEP = [0.5, 0.6, 0.8, 1, 1.2, 1.6, 1.8, 2].map((exit, i) => ({
  factors: { exit, other: 1 + (i % 2) },
  runs: runs(1000, 1000 + exit * 500),
}));

describe('claims', () => {
  const outcomes = judgeClaims(experimentOf(), { nominal: NOMINAL, sweep: SWEEP });

  test('hold over seeds and sweep, or over the nominal figures alone', () => {
    expect(outcomes.map(({ verdict }) => verdict)).toEqual([
      'holds',
      'holds',
      'holds',
      'contradicted',
    ]);
    expect(outcomes[0].sweep).toEqual({ held: 8, of: 8, range: [1.25, 2] });
    expect(outcomes[1].sweep?.held).toBe(0);
    expect(outcomes[2].sweep).toMatchObject({ held: 3, of: 3 });
  });

  test('name the figure that they hang on', () => {
    expect(outcomes[0].hangsOn).toEqual(['exit']);
  });

  test('fail at one seed, at one point, or where a contradiction is gone', () => {
    const verdicts = (nominal: typeof NOMINAL, sweep: typeof SWEEP) =>
      judgeClaims(experimentOf(), { nominal, sweep }).map(({ verdict }) => verdict);
    expect(verdicts([NOMINAL[0], runs(1000, 900)], SWEEP).slice(0, 2)).toEqual(['fails', 'fails']);
    const point = { factors: { exit: 3, other: 1 }, runs: runs(1000, 900) };
    expect(verdicts(NOMINAL, [...SWEEP, point]).slice(0, 2)).toEqual(['fails', 'holds']);
    const slower = NOMINAL.map((one) => ({ ...one, c: run(2000) }));
    expect(verdicts(slower, SWEEP)[3]).toBe('fails');
  });

  test('fail where a run has no value', () => {
    const empty = { ...NOMINAL[0], a: run(0, 0) };
    const [first] = judgeClaims(experimentOf(), { nominal: [empty], sweep: [] });
    expect(first).toMatchObject({ verdict: 'fails', nominal: { held: 0, of: 1 } });
    expect(first.nominal.range).toBeUndefined();
  });
});

describe('summaries', () => {
  const summary = summaryOf(experimentOf(), { nominal: NOMINAL, sweep: SWEEP });

  test('weigh the means and fill the finding', () => {
    expect(summary.variants.b.w).toEqual({
      count: 20,
      minNs: 3900,
      meanNs: 4500,
      maxNs: 6000,
      unfinished: 0,
    });
    expect(summary.finding).toBe('b takes 4us, 4 times as long');
  });

  test('differ by a little, by much, or by a verdict', () => {
    expect(differences(summary, summary)).toEqual([]);
    const fresh = (b: number) =>
      summaryOf(experimentOf(), { nominal: [runs(1000, b), runs(1000, b)], sweep: SWEEP });
    const small = differences(fresh(4000), fresh(4040));
    expect(small.length).toBeGreaterThan(0);
    expect(small.every((one) => one.small)).toBe(true);
    expect(differences(fresh(4000), fresh(4200)).some((one) => !one.small)).toBe(true);
    const verdicts = differences(fresh(4000), fresh(2900)).map(({ text }) => text);
    expect(verdicts).toContain('claim mean(b) > 3 * mean(a): holds -> fails');
  });
});

describe('reading', () => {
  test('edits come after those of an earlier variant', () => {
    expect(experimentOf().variants[2].edits.map(({ path }) => path)).toEqual([
      ['host', 'kvm', 'halt_poll_ns'],
      ['host', 'threads', '-'],
    ]);
  });

  test.each([
    ['mean(b) > mean(a) }', 'mean(d) > mean(a) }', 'there is no variant "d"', 'check'],
    ['after: b', 'after: z', 'no earlier variant is called "z"', 'after'],
    ['name: b,', 'name: a,', 'two variants are called "a"', 'name'],
    ['{mean(b)}', '{mean(b}', 'expected a closing bracket', 'finding'],
    ['mean(c) > mean(a)', 'p97(c) > mean(a)', 'p97 is not kept', 'check'],
    ['activations: 10,', '', 'nothing ends the runs', 'run'],
    ['{ points: 3, activations: 5 }', 'off', 'the sweep is off', 'check'],
    ['assumed: []', 'assumptions: []', 'unknown key "assumptions"', 'assumptions'],
  ])('%s -> %s is refused', (from, to, message, path) => {
    expect(YAML).toContain(from);
    const { experiment, diagnostics } = readExperiment(YAML.replace(from, to), 'x', 'x.yaml');
    expect(experiment).toBeUndefined();
    const found = diagnostics.find((one) => one.message.includes(message));
    expect(found, JSON.stringify(diagnostics)).toBeDefined();
    expect(found?.path).toContain(path);
    expect(found?.place?.line).toBeGreaterThan(1);
  });
});
