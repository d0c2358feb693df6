/**
 * How often something happens: `every: 10ms` (a law of distances; a constant is strictly
 * periodic) or `rate: 1000/s` (memoryless: exponential distances, cut off at 12 times the mean).
 */
import type { Law } from '../base/law.js';
import { MAX_NS } from '../base/units.js';
import { field } from '../platform/fields.js';

/**
 * Quantiles of the exponential law in millionths of the mean: -ln(1 - p), from a table because
 * logarithms may differ in their last bit between machines. Scaled so that straight lines between
 * the points keep the mean; a Poisson stream of rate r thus has r arrivals a second on average.
 */
const EXPONENTIAL: ReadonlyArray<readonly [p: number, millionths: number]> = [
  [0.01, 10011],
  [0.02, 20124],
  [0.05, 51095],
  [0.1, 104953],
  [0.15, 161890],
  [0.2, 222280],
  [0.25, 286568],
  [0.3, 355294],
  [0.35, 429115],
  [0.4, 508848],
  [0.45, 595522],
  [0.5, 690464],
  [0.55, 795416],
  [0.6, 912743],
  [0.65, 1045758],
  [0.7, 1199311],
  [0.75, 1380927],
  [0.8, 1603207],
  [0.85, 1889775],
  [0.9, 2293670],
  [0.925, 2580238],
  [0.95, 2984134],
  [0.965, 3339428],
  [0.98, 3896877],
  [0.99, 4587340],
  [0.995, 5277804],
  [0.998, 6190547],
  [0.999, 6881010],
  [0.9995, 7571474],
  [0.9999, 9174681],
  [0.99999, 11468351],
];
const CUT_OFF_MEANS = 12;

const UNIT_NS: Readonly<Record<string, number>> = {
  us: 1_000,
  ms: 1_000_000,
  s: 1_000_000_000,
  min: 60_000_000_000,
  h: 3_600_000_000_000,
};

/**
 * Exponential distances with a mean in ns, none shorter than `apartNs`. Without such a floor there is
 * no limit to how much comes at once, and so no bound.
 */
export function exponentialLaw(meanNs: number, source = 'memoryless arrivals', apartNs = 1): Law {
  const scaled = (millionths: number) =>
    Math.max(apartNs, Math.round((meanNs * millionths) / 1_000_000));
  return {
    minNs: apartNs,
    quantiles: EXPONENTIAL.map(([p, millionths]) => ({ p, ns: scaled(millionths) })),
    maxNs: Math.max(apartNs, meanNs * CUT_OFF_MEANS),
    status: 'assumed',
    source,
  };
}

/** `1000/s` -> mean distance in ns, or undefined. */
function parseRate(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^([0-9]{1,9}(?:\.[0-9]{1,6})?) ?\/ ?(us|ms|s|min|h)$/.exec(text.trim());
  if (!match || Number(match[1]) === 0) return undefined;
  const meanNs = Math.round(UNIT_NS[match[2]] / Number(match[1]));
  return meanNs >= 1 && meanNs <= MAX_NS / CUT_OFF_MEANS ? meanNs : undefined;
}

/** A rate; read as the mean distance in ns. */
export const rateField = field<string, number>(
  {
    id: 'Rate',
    description: 'Memoryless arrivals: a number per us, ms, s, min or h.',
    type: 'string',
    pattern: '^[0-9]+(\\.[0-9]+)? ?/ ?(us|ms|s|min|h)$',
    examples: ['1000/s'],
  },
  (value) => {
    const meanNs = parseRate(value);
    if (meanNs !== undefined) return { value: meanNs };
    return { faults: [{ message: `${JSON.stringify(value)} is no rate`, fix: 'write 1000/s' }] };
  },
);
