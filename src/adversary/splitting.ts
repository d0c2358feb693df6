/**
 * Probabilities far below what a run can count, by splitting over the latency itself: of the
 * activations above one level, each is followed by neighbours that share most of its draws and stay
 * above the level, and the chance to reach a limit is the product of the chances from level to level
 * (Au and Beck 2001, subset simulation; Botev and Kroese 2012, generalized splitting). Every future
 * is a fork of a state from which an activation is awaited. A first pass chooses the levels; the
 * estimates come from passes of other seeds, so they are free of its choice.
 *
 * Passes scatter, and more of them lie below the truth than above: at 1e-9 a pass is off by a factor
 * of a few.
 *
 * Left out: randomness that lies before the fork. A source that arrives so seldom that no state of
 * a pass is about to meet it is not in the estimate, and is named.
 */
import type { NormalizedPlan } from '../plan/normalized.js';
import { Pass } from './splittingPass.js';
import type { Target } from './target.js';

export interface SplittingOptions {
  readonly seed: string;
  readonly limitNs: number;
  /** Futures drawn per level and pass; @defaultValue 300 */
  readonly futures?: number;
  /** Independent passes, at least 2; @defaultValue 6 */
  readonly passes?: number;
}

export interface ExceedanceEstimate {
  readonly limitNs: number;
  /** Chance of one activation to be later than the limit; 0: no pass got there. */
  readonly probability: number;
  /** 95 % of the mean over passes; the low end is never below 0. */
  readonly low: number;
  readonly high: number;
  /** Latencies at which futures were split, ns. */
  readonly levelsNs: readonly number[];
  readonly passes: number;
  /** Sources too rare for the states of a pass: the estimate is for activations without them. */
  readonly notCovered: readonly string[];
}

/** Two-sided 95 % quantiles of Student's t for 1, 2, ... degrees of freedom. */
const STUDENT = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/**
 * Estimates how probable it is that an activation of the target's first thread exceeds a limit, pass
 * by pass.
 *
 * @example
 * const splitting = new Splitting(plan, target, { seed: '1', limitNs: 50_000 });
 * while (splitting.next());
 * splitting.estimate().probability;
 */
export class Splitting {
  private readonly pilot: Pass;
  private readonly levelsNs: readonly number[];
  private readonly values: number[] = [];
  private readonly passes: number;

  constructor(
    private readonly plan: NormalizedPlan,
    private readonly target: Target,
    private readonly options: SplittingOptions,
  ) {
    this.passes = options.passes ?? 6;
    this.pilot = this.pass('pilot');
    this.levelsNs = this.pilot.chooseLevels();
  }

  /** One more pass; false when all are done. */
  next(): boolean {
    if (this.values.length >= this.passes) return false;
    this.values.push(this.pass(`pass ${this.values.length}`).estimate(this.levelsNs));
    return this.values.length < this.passes;
  }

  /** From the passes so far, at least two. */
  estimate(): ExceedanceEstimate {
    const { values, levelsNs } = this;
    const { length } = values;
    const mean = values.reduce((a, b) => a + b, 0) / length;
    const variance = values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0) / (length - 1);
    const half = STUDENT[Math.min(STUDENT.length, length - 1) - 1] * Math.sqrt(variance / length);
    return {
      limitNs: this.options.limitNs,
      probability: mean,
      low: Math.max(0, mean - half),
      high: mean + half,
      levelsNs,
      passes: length,
      notCovered: this.pilot.rareSources(length),
    };
  }

  private pass(name: string): Pass {
    const { seed, limitNs, futures = 300 } = this.options;
    return new Pass(this.plan, this.target, `${seed}/${name}`, limitNs, futures);
  }
}

/** All passes in one call. */
export function estimateExceedance(
  plan: NormalizedPlan,
  target: Target,
  options: SplittingOptions,
): ExceedanceEstimate {
  const splitting = new Splitting(plan, target, options);
  while (splitting.next());
  return splitting.estimate();
}
