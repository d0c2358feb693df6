/**
 * Natural logarithm and exponential from additions, multiplications and divisions alone, so that
 * every JavaScript engine gives the same bits; Math.log and Math.exp may differ in the last one.
 * Good to about 14 digits.
 */

const { LN2 } = Math;
const SERIES_TERMS = 30;

/** ln x for finite x > 0; -Infinity for 0. */
export function ln(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  let mantissa = x;
  let twos = 0;
  while (mantissa > 1.5) {
    mantissa /= 2;
    twos++;
  }
  while (mantissa < 0.75) {
    mantissa *= 2;
    twos--;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), |z| <= 1/5
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  let power = z;
  for (let k = 0; k < SERIES_TERMS; k++) {
    sum += power / (2 * k + 1);
    power *= z * z;
  }
  return 2 * sum + twos * LN2;
}

/** e to the x; 0 below about -745, Infinity above about 709. */
export function exp(x: number): number {
  if (x < -745) return 0;
  if (x > 709.7) return Number.POSITIVE_INFINITY;
  const twos = Math.round(x / LN2);
  const rest = x - twos * LN2;
  let sum = 1;
  let term = 1;
  for (let k = 1; k < SERIES_TERMS; k++) {
    term *= rest / k;
    sum += term;
  }
  for (let k = 0; k < twos; k++) sum *= 2;
  for (let k = 0; k > twos; k--) sum /= 2;
  return sum;
}

/** base to the power `exponent`, base > 0. */
export function power(base: number, exponent: number): number {
  return exp(exponent * ln(base));
}
