/**
 * Time is an integer number of nanoseconds in a plain number (2^53 ns = 104 days).
 * Users write durations with units; everything after parsing is nanoseconds.
 */

/** Longest duration that a plan may name: 104 days, so that sums stay exact integers. */
export const MAX_NS = 9_007_199_254_740_991;

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1_000,
  // The micro sign, and the Greek letter that looks like it.
  '\u00b5s': 1_000,
  '\u03bcs': 1_000,
  ms: 1_000_000,
  s: 1_000_000_000,
  min: 60_000_000_000,
  h: 3_600_000_000_000,
};

/** The text form of a duration, as a regular expression source for schemas and editors. */
export const DURATION_PATTERN = '^[0-9]+(\\.[0-9]+)?(ns|us|\u00b5s|\u03bcs|ms|s|min|h)$';

/**
 * Parses `50us`, `1.5ms`, `10s`.
 * Returns integer nanoseconds, or a sentence that says what is wrong.
 *
 * @example parseDuration('50us') // 50000
 */
export function parseDuration(text: string): number | string {
  const match = /^([0-9]+)(?:\.([0-9]+))?(ns|us|\u00b5s|\u03bcs|ms|s|min|h)$/.exec(text.trim());
  if (!match) {
    if (/^-/.test(text)) return `a duration is never negative: "${text}"`;
    if (/^[0-9.]+$/.test(text))
      return `"${text}" has no unit: write ${text}ns, ${text}us or ${text}ms`;
    return `"${text}" is not a duration: write a number and a unit, as in 50us (ns, us, ms, s, min, h)`;
  }
  const unitNs = UNIT_NS[match[3]];
  const fraction = match[2] ?? '';
  if (match[1].length + fraction.length > 18) return `"${text}" has too many digits`;
  // Exact in BigInt: 0.1 us must be 100 ns, not 100.00000000000001.
  const scaled = BigInt(match[1] + fraction) * BigInt(unitNs);
  const divisor = 10n ** BigInt(fraction.length);
  if (scaled % divisor !== 0n) return `"${text}" is not a whole number of nanoseconds`;
  const ns = scaled / divisor;
  if (ns > BigInt(MAX_NS)) return `"${text}" is longer than 104 days`;
  return Number(ns);
}

/**
 * Writes nanoseconds with the largest unit that keeps the value exact in at most `digits` decimals,
 * else rounded to that many decimals.
 *
 * @example formatDuration(1500) // "1.5us"
 */
export function formatDuration(ns: number, digits = 3): string {
  if (!Number.isFinite(ns)) return 'never';
  const sign = ns < 0 ? '-' : '';
  const abs = Math.abs(ns);
  const [unit, unitNs] =
    abs >= 1e9 ? ['s', 1e9] : abs >= 1e6 ? ['ms', 1e6] : abs >= 1e3 ? ['us', 1e3] : ['ns', 1];
  const value = abs / unitNs;
  const text = Number.isInteger(value)
    ? String(value)
    : value.toFixed(digits).replace(/\.?0+$/, '');
  return `${sign}${text}${unit}`;
}
