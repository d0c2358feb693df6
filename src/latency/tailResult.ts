/** What `--tails` and `--exceed` add to a result. */

/** 95 % interval of a percentile, for independent samples. */
export interface PercentileInterval {
  readonly percentile: string;
  readonly lowNs: number;
  /** null: the samples give no upper end. */
  readonly highNs: number | null;
}

export interface TailLevel {
  /** Chance of an activation to exceed `ns`. */
  readonly probability: number;
  readonly ns: number;
}

/** A generalized Pareto distribution beyond a threshold. */
export interface TailFit {
  readonly thresholdNs: number;
  /** Samples above the threshold, of all. */
  readonly exceedances: number;
  readonly samples: number;
  /** Shape; below 0 the fitted tail ends. */
  readonly shape: number;
  readonly scaleNs: number;
  /** Where the fitted tail ends; null: it does not. */
  readonly endNs: number | null;
  /** Share of resampled sets that fit worse; small: the tail is of another form. */
  readonly goodness: number;
  readonly fits: boolean;
  readonly levels: readonly TailLevel[];
  readonly warning: string;
}

export interface WorkloadTail {
  readonly id: string;
  /** By order statistics. */
  readonly intervals: readonly PercentileInterval[];
  readonly fit: TailFit | null;
  /** Why there is no fit. */
  readonly noFit: string | null;
}

/** One estimate of importance splitting. */
export interface Exceedance {
  readonly workload: string;
  /** The part of the workload that it speaks of. */
  readonly pcpus: readonly number[];
  readonly limitNs: number;
  /** Of an activation to exceed the limit; 0: no future got there. */
  readonly probability: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Sources too rare to be met. */
  readonly notCovered: readonly string[];
}
