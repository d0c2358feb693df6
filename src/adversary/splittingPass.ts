/** One pass of importance splitting: states, futures from them, and chains from level to level. */
import type { NormalizedPlan } from '../plan/normalized.js';
import type { SavedFields } from '../simulation/columns.js';
import { PartRun } from '../simulation/partRun.js';
import { DrawnFuture, FutureDice } from './drawnFuture.js';
import type { Target } from './target.js';

/** Share of the futures above one level that should be above the next. */
const SHARE = 0.15;
const LEVELS_MAX = 30;
/** States that futures begin from, and activations between two of them. */
const STATES = 40;
const APART = 5;
/** Neighbours between two futures of a chain: with one alone passes scatter over decades. */
const MOVES = 4;
/** A neighbour draws one in so many draws anew, and now and then begins from another state. */
const REDRAWN_ONE_IN = [2, 4, 8];
const OTHER_STATE_ONE_IN = 5;

/** A state from which an activation is awaited. */
interface State {
  readonly saved: SavedFields;
  readonly releaseNs: number;
  readonly draws: ReadonlyMap<string, number>;
}

interface Sample {
  readonly state: State;
  readonly future: DrawnFuture;
  readonly latencyNs: number;
}

export class Pass {
  private readonly run: PartRun;
  private readonly window: number;
  private readonly dice: FutureDice;
  private readonly states: readonly State[];
  private readonly seenNs: number;

  constructor(
    plan: NormalizedPlan,
    target: Target,
    seed: string,
    private readonly limitNs: number,
    private readonly futures: number,
  ) {
    this.run = new PartRun(plan, target.pcpus, { seed, worst: 0 });
    this.window = this.run.firstWindow(target.workload);
    this.dice = new FutureDice(seed);
    this.states = this.chooseStates();
    this.seenNs = this.run.part.m.nowNs;
  }

  /** Latencies that about one in seven of the futures above the level before exceeds. */
  chooseLevels(): number[] {
    const levels: number[] = [];
    let samples = this.firstStage();
    while (levels.length < LEVELS_MAX && samples.length > 0) {
      const sorted = samples.map(({ latencyNs }) => latencyNs);
      sorted.sort((a, b) => b - a);
      const level = sorted[Math.floor(sorted.length * SHARE)];
      if (level >= this.limitNs || level <= (levels.at(-1) ?? -1)) break;
      levels.push(level);
      samples = this.nextStage(samples, level);
    }
    return levels;
  }

  /** The product of the chances from level to level, the last being the limit. */
  estimate(levelsNs: readonly number[]): number {
    let probability = 1;
    let samples = this.firstStage();
    for (const levelNs of [...levelsNs, this.limitNs]) {
      if (samples.length === 0) return 0;
      const above = samples.filter(({ latencyNs }) => latencyNs > levelNs).length;
      probability *= above / samples.length;
      if (above === 0) return 0;
      if (levelNs < this.limitNs) samples = this.nextStage(samples, levelNs);
    }
    return probability;
  }

  /** Sources of arrivals that the states of all passes together hardly meet. */
  rareSources(passes: number): string[] {
    return this.run
      .arrivals()
      .filter(({ every }) => {
        const medianNs = every.quantiles.find(({ p }) => p >= 0.5)?.ns ?? every.maxNs;
        return medianNs * 10 > this.seenNs * passes;
      })
      .map(({ path }) => path);
  }

  private chooseStates(): State[] {
    const states: State[] = [];
    for (let i = 0; i < STATES * APART; i++) {
      const releaseNs = this.nextRelease();
      if (!Number.isFinite(releaseNs)) break;
      if (i % APART === APART - 1) {
        const draws = new Map(this.run.drawn().map(({ path, draws: n }) => [path, n]));
        states.push({ saved: this.run.snapshot(), releaseNs, draws });
      }
      this.finish(releaseNs);
    }
    return states;
  }

  /** When the next activation is released; between two there may be none armed for a moment. */
  private nextRelease(): number {
    const { m } = this.run.part;
    const giveUpNs = m.nowNs + 64 * this.limitNs;
    while (m.measure.fromNs[this.window] === Number.POSITIVE_INFINITY && m.nowNs < giveUpNs) {
      this.run.runTo(m.nowNs + Math.ceil(this.limitNs / 16));
    }
    return m.measure.fromNs[this.window];
  }

  /** Futures by chance alone. */
  private firstStage(): Sample[] {
    const { states, dice } = this;
    if (states.length === 0) return [];
    return Array.from({ length: this.futures }, () => {
      const state = states[dice.below(states.length)];
      return this.sample(state, new DrawnFuture(state.draws, dice));
    });
  }

  /** As many futures, all above a level: chains of neighbours from those that are. */
  private nextStage(samples: readonly Sample[], levelNs: number): Sample[] {
    const above = samples.filter(({ latencyNs }) => latencyNs > levelNs);
    const next: Sample[] = [];
    for (let i = 0; i < above.length; i++) {
      const steps = Math.floor(((i + 1) * this.futures) / above.length) - next.length;
      let at = above[i];
      for (let step = 0; step < steps; step++) {
        for (let move = 0; move < MOVES; move++) at = this.move(at, levelNs);
        next.push(at);
      }
    }
    return next;
  }

  /** A neighbour of a future if that stays above the level, else the future itself. */
  private move(at: Sample, levelNs: number): Sample {
    const { dice, states } = this;
    const other = dice.below(OTHER_STATE_ONE_IN) === 0;
    const state = other ? states[dice.below(states.length)] : at.state;
    const oneIn = REDRAWN_ONE_IN[dice.below(REDRAWN_ONE_IN.length)];
    const sample = this.sample(state, at.future.neighbour(state.draws, oneIn));
    return sample.latencyNs > levelNs ? sample : at;
  }

  private sample(state: State, future: DrawnFuture): Sample {
    this.run.dictate(null);
    this.run.restore(state.saved);
    this.run.dictate(future);
    return { state, future, latencyNs: this.finish(state.releaseNs) };
  }

  /** Runs until the activation is over, or far beyond the limit; its latency. */
  private finish(releaseNs: number): number {
    const { m } = this.run.part;
    const giveUpNs = releaseNs + 4 * this.limitNs;
    const stepNs = Math.max(1, Math.ceil(this.limitNs / 16));
    while (m.measure.fromNs[this.window] === releaseNs && m.nowNs < giveUpNs) {
      this.run.runTo(Math.max(m.nowNs, releaseNs) + stepNs);
    }
    const open = m.measure.fromNs[this.window] === releaseNs;
    return open ? m.nowNs - releaseNs : m.measure.lastNs[this.window];
  }
}
