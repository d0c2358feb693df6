/** What a soak has seen so far: counts, and how far bounds lie above what was observed. */
import type { Checked } from './check.js';

/** Ratios are counted in steps of a hundredth, up to 100. */
const STEPS = 100;
const RATIO_MAX = 100;

export interface Tally {
  plans: number;
  series: number;
  bounded: number;
  compared: number;
  /** Bound at most twice the observed maximum. */
  within2: number;
  /** Counts by ratio in hundredths. */
  ratios: Record<string, number>;
  reasons: Record<string, number>;
}

export function emptyTally(): Tally {
  return { plans: 0, series: 0, bounded: 0, compared: 0, within2: 0, ratios: {}, reasons: {} };
}

export function count(tally: Tally, { series, bounded, reasons, worst }: Checked): void {
  tally.plans++;
  tally.series += series;
  tally.bounded += bounded;
  for (const reason of reasons) {
    const kind = reason.replace(/[a-z]*[0-9]+(@[0-9]+)?/g, 'N');
    tally.reasons[kind] = (tally.reasons[kind] ?? 0) + 1;
  }
  for (const { boundNs, observedNs } of worst) {
    if (observedNs === 0) continue;
    const ratio = Math.min(RATIO_MAX, boundNs / observedNs);
    const key = String(Math.floor(ratio * STEPS));
    tally.ratios[key] = (tally.ratios[key] ?? 0) + 1;
    tally.compared++;
    if (ratio <= 2) tally.within2++;
  }
}

/** Ratio below which a share of the bounds lies. */
function quantile({ ratios, compared }: Tally, share: number): number {
  let left = Math.ceil(share * compared);
  const keys = Object.keys(ratios)
    .map(Number)
    .sort((a, b) => a - b);
  for (const key of keys) {
    left -= ratios[String(key)];
    if (left <= 0) return key / STEPS;
  }
  return Number.NaN;
}

export function summary(tally: Tally): string {
  const percent = (part: number, whole: number): string =>
    whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
  const reasons = Object.entries(tally.reasons)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 8)
    .map(([reason, times]) => `  ${String(times).padStart(7)}  ${reason}`);
  return [
    `${tally.plans} plans, ${tally.series} latencies; with a bound: ${tally.bounded}, ${percent(tally.bounded, tally.series)}`,
    `observed at least half the bound: ${percent(tally.within2, tally.compared)}`,
    `bound / observed: median ${quantile(tally, 0.5)}, p90 ${quantile(tally, 0.9)}`,
    'most frequent reasons for no bound:',
    ...reasons,
    '',
  ].join('\n');
}
