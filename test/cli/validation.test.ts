/** From runs to outcomes: judged on small runs of real plans and on made-up sweeps. */
import { describe, expect, test } from 'vitest';
import { judgeRow } from '../../src/cli/validation/judge.js';
import { tallyOf, validationText } from '../../src/cli/validation/print.js';
import type { PointRuns, PredictedRow } from '../../src/cli/validation/row.js';
import { PREDICTED_ROWS } from '../../src/cli/validation/rows.js';
import { pointsOf, QUICK, type RowSweep, sweepRows } from '../../src/cli/validation/sweep.js';
import { runTask } from '../../src/cli/validation/task.js';

const rowOf = (id: string): PredictedRow => {
  const row = PREDICTED_ROWS.find((one) => one.id === id);
  if (row === undefined) throw new Error(id);
  return row;
};
const runOf = (minNs: number, meanNs: number, maxNs: number): PointRuns => ({
  run: { cyclictest: { count: 100, minNs, meanNs, maxNs } },
});

/** A sweep with one free figure, `exit`, on which every result hangs. */
function madeUp(row: PredictedRow, means: readonly number[], base?: RowSweep): RowSweep {
  const sweep = means.map((mean) => runOf(mean - 500, mean, mean + 5000));
  const samples = Object.entries(row.runs).map(([name, run]) => [name, run.samples] as const);
  return {
    row,
    points: means.map((_, i) => ({ exit: 0.5 + i / 2 })),
    sweep,
    kept: means.map((_, i) => i),
    base,
    long: sweep,
    longSamples: Object.fromEntries(samples),
  };
}

describe('judging', () => {
  const ocp = rowOf('OCP-GOOD');

  test('a hit holds the printed, truncated figure', () => {
    const { figures, points } = judgeRow(madeUp(ocp, [2600, 3400, 3600]));
    expect(points).toBe(3);
    expect(figures.map(({ name, decision }) => [name, decision])).toEqual([
      ['min', 'hit'],
      ['mean', 'hit'],
      ['max', 'miss'],
    ]);
    expect(figures[1].predicted).toEqual({ low: 2, high: 3 });
  });

  test('a miss names the figure and its factor: 1 us less at 1 us a half', () => {
    const { figures } = judgeRow(madeUp(ocp, [3500, 4500, 5500]));
    // The middle of what prints as 2 is 2.5 us; the middle of the sweep is 4.5 us at a factor of 1.
    expect(figures[1]).toMatchObject({
      decision: 'miss',
      remedy: { figure: 'exit', factorNow: 1, factorNeeded: 0, gap: -2 },
    });
  });

  test('too wide a sweep decides nothing', () => {
    const { figures } = judgeRow(madeUp(ocp, [1500, 4600]));
    expect(figures[1]).toMatchObject({ decision: 'undecided', note: 'wider than a factor of 3' });
  });

  test('extremes of shorter runs than published decide nothing', () => {
    const { figures } = judgeRow({ ...madeUp(ocp, [2600, 3400]), longSamples: { run: 1000 } });
    expect(figures.map(({ decision }) => decision)).toEqual(['undecided', 'hit', 'undecided']);
  });

  test('calibration keeps what prints as published, and judges nothing by it', () => {
    const row = rowOf('KVM4NFV-J');
    const { figures, reproducing } = judgeRow(madeUp(row, [6000, 8100, 8400, 9600]));
    expect(reproducing).toBe(2);
    expect(figures[0]).toMatchObject({ decision: 'calibrated', predicted: { low: 7, high: 7 } });
    expect(figures[1]).toMatchObject({ decision: 'calibrated', runs: 2 });
    expect(figures[2].decision).not.toBe('calibrated');
  });

  test('maxima are compared by rank', () => {
    const row = rowOf('KVM4NFV-II');
    // Simulated maxima of 8 to 16 us against 14 13 16 9 8 8; then far above.
    const near = judgeRow(madeUp(row, [3000, 4500, 6000, 8000, 9500, 11_000])).rankTest;
    expect(near?.simulatedUs).toEqual([8, 9, 11, 13, 14, 16]);
    expect(near?.decision).toBe('hit');
    const far = judgeRow(madeUp(row, [20_000, 21_000, 22_000, 23_000, 24_000])).rankTest;
    expect(far?.decision).toBe('miss');
    expect(far?.p).toBeLessThan(0.05);
    // Longer runs raise maxima only: short ones can be too high, never right or too low.
    const short = (means: number[]) =>
      judgeRow({ ...madeUp(row, means), longSamples: { run: 1000 } }).rankTest?.decision;
    expect(short([20_000, 21_000, 22_000, 23_000, 24_000])).toBe('miss');
    expect(short([3000, 4500, 6000, 8000, 9500, 11_000])).toBe('undecided');
    expect(short([600, 700, 800, 900, 1000])).toBe('undecided');
  });

  test('a limit is refuted by short runs, never confirmed', () => {
    const row = rowOf('RHEL-ACC');
    const run = (maxNs: number): PointRuns => {
      const summary = { count: 9, minNs: 1, meanNs: 2, maxNs };
      const ids = ['plc-cyclictest', 'motion-cyclictest', 'host-oslat'];
      return { run: Object.fromEntries(ids.map((id) => [id, summary])) };
    };
    const judged = (maxNs: number) =>
      judgeRow({ ...madeUp(row, [1, 2]), sweep: [run(1), run(2)], long: [run(maxNs)] }).figures;
    expect(judged(30_000).map(({ decision }) => decision)).toEqual([
      'undecided',
      'undecided',
      'miss',
    ]);
  });
});

describe('runs', () => {
  const size = { ...QUICK, points: 3, samples: 50, longPoints: 2, longSamplesMax: 60 };
  const options = { size, workers: 0, seed: '1', progress: () => undefined };

  test('of a task are a function of the task', () => {
    const factors = pointsOf('opnfv-kvm4nfv', size, '1')[0];
    const task = { plan: 'opnfv-kvm4nfv', edits: [], seed: 'a', activations: 200 };
    const run = runTask({ ...task, factors });
    expect(runTask({ ...task, factors })).toEqual(run);
    const nominal = runTask({ ...task, factors: {} }).cyclictest;
    expect(runTask({ ...task, factors: { 'kvm.exit': 2 } }).cyclictest.meanNs).toBeGreaterThan(
      nominal.meanNs + 100,
    );
    expect(nominal.count).toBeGreaterThanOrEqual(200);
  });

  test('of a row and the one it calibrates on print as a table', async () => {
    const rows = ['KVM4NFV-J', 'KVM4NFV-II'].map(rowOf);
    const sweeps = await sweepRows(rows, options);
    expect(sweeps[1].base).toBe(sweeps[0]);
    expect(sweeps.map(({ sweep }) => sweep.length)).toEqual([3, 3]);
    const outcomes = sweeps.map(judgeRow);
    const tally = tallyOf(outcomes);
    expect(tally.hit + tally.miss + tally.undecided + tally.calibrated).toBeGreaterThanOrEqual(6);
    const text = validationText({
      version: '0',
      seed: '1',
      quick: true,
      points: 3,
      sweepSamples: 50,
      rows: outcomes,
      undecidable: [],
    });
    expect(text).toContain('KVM4NFV-II');
    expect(text).toContain('figures predicted');
  });

  test('refuse a row without the one it calibrates on', async () => {
    await expect(sweepRows([rowOf('KVM4NFV-II')], options)).rejects.toThrow('KVM4NFV-J');
  });
});
