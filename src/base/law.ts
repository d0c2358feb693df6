/**
 * A cost law: how long one primitive takes, as a minimum, some quantiles and a hard maximum in
 * integer nanoseconds, with where the figures come from.
 */

/** measured: by the user on the modelled machine; sourced: published; assumed: neither. */
export type LawStatus = 'measured' | 'sourced' | 'assumed';

/** One cost law. `quantiles` ascend strictly in p (0 < p < 1) and weakly in ns. */
export interface Law {
  readonly minNs: number;
  readonly quantiles: ReadonlyArray<{ readonly p: number; readonly ns: number }>;
  readonly maxNs: number;
  readonly status: LawStatus;
  readonly source: string;
  /** Status of `maxNs` alone; absent: assumed, unless the law is constant. Bounds rest on it. */
  readonly maxStatus?: LawStatus;
  /** Factor range in which the typical value of an assumed law may lie; swept by validation. */
  readonly scaleRange?: readonly [number, number];
}

/** The law that always costs `ns`. */
export function constantLaw(ns: number, source = 'constant', status: LawStatus = 'assumed'): Law {
  return { minNs: ns, quantiles: [], maxNs: ns, status, source };
}

/** The law that costs nothing. */
export const ZERO_LAW: Law = constantLaw(0, 'zero', 'sourced');

/** True if the law always gives the same value. */
export function isConstant(law: Law): boolean {
  return law.minNs === law.maxNs;
}

/**
 * What half of all draws stay below, ns; halfway between the ends where no quantile says it.
 *
 * @example usualNs({ ...ZERO_LAW, maxNs: 10 }) // 5
 */
export function usualNs({ quantiles, minNs, maxNs }: Law): number {
  return quantiles.find(({ p }) => p >= 0.5)?.ns ?? (minNs + maxNs) / 2;
}
