/**
 * One chain of a search: local moves from a start point, uphill, with restarts. A function of the
 * plan and its task alone, so that chains can run anywhere and in any order.
 */
import type { NormalizedPlan } from '../plan/normalized.js';
import { blockings } from './blockers.js';
import type { Candidate, Pattern } from './candidate.js';
import { Dice } from './dice.js';
import { Evaluator, type Found, type Traced } from './evaluate.js';
import { moved } from './moves.js';
import { criticalInstant, TRAINING_LENGTHS } from './startPoints.js';
import { type ChoiceSpace, choiceSpace, type Target } from './target.js';

export interface ChainTask {
  readonly target: Target;
  /** Names the chain: its random decisions hang on it. */
  readonly name: string;
  /** Absent: a random start. */
  readonly start?: Candidate;
  /** Before any chance: what can block the hit is tried in turn. */
  readonly blockers?: boolean;
  /** Runs of the engine at most. */
  readonly runs: number;
  /** Seed of plan and search. */
  readonly seed: string;
}

/** What a chain found so far; `candidate` is absent until there was a sample. */
export interface ChainResult {
  readonly candidate?: Candidate;
  readonly found: Found;
  readonly runs: number;
}

/** Told now and then; what it is told is the result of the chain if it were cut there. */
export type ChainProgress = (result: ChainResult) => void;

const HORIZON_LEAST_NS = 200_000;
const HORIZON_FIRST_NS = 2_000_000;
const RESTART_AFTER = 120;
const REPORT_EVERY = 20;

interface Place {
  readonly candidate: Candidate;
  readonly traced: Traced;
}

/** Runs chains of one plan; remembers what building each target's part has shown. */
export class ChainRunner {
  private readonly spaces = new Map<string, { space: ChoiceSpace; evaluator: Evaluator }>();

  constructor(private readonly plan: NormalizedPlan) {}

  /** What can be chosen for a target, and the runs that try it. */
  of(target: Target, seed: string): { space: ChoiceSpace; evaluator: Evaluator } {
    const key = JSON.stringify([target, seed]);
    const known = this.spaces.get(key);
    if (known) return known;
    const space = choiceSpace(this.plan, target, seed);
    const made = { space, evaluator: new Evaluator(this.plan, target, space, seed) };
    this.spaces.set(key, made);
    return made;
  }

  run(task: ChainTask, progress: ChainProgress = () => undefined): ChainResult {
    const { space, evaluator } = this.of(task.target, task.seed);
    return new Chain(task, space, evaluator).climb(progress);
  }
}

class Chain {
  private readonly dice: Dice;
  private readonly firstRun: number;
  private best: Place | undefined;
  private at: Place | undefined;
  private failures = 0;

  constructor(
    private readonly task: ChainTask,
    private readonly space: ChoiceSpace,
    private readonly evaluator: Evaluator,
  ) {
    const { workload, pcpus } = task.target;
    const path = `adversary/${workload}/${pcpus.join(',')}/${task.name}`;
    this.dice = new Dice(task.seed, path);
    this.firstRun = evaluator.runs;
  }

  climb(progress: ChainProgress): ChainResult {
    this.startAt(this.task.start ?? this.randomStart());
    if (this.task.blockers) this.tryBlockers();
    let reported = 0;
    while (this.runs < this.task.runs) {
      if (this.at === undefined || this.failures >= RESTART_AFTER) {
        this.startAt(this.randomStart());
      } else {
        this.step(this.at);
      }
      if (this.runs - reported < REPORT_EVERY) continue;
      reported = this.runs;
      progress(this.result());
    }
    return this.result();
  }

  private get runs(): number {
    return this.evaluator.runs - this.firstRun;
  }

  private result(): ChainResult {
    const { best, runs } = this;
    if (best === undefined) return { found: { latencyNs: -1, atNs: 0 }, runs };
    const { latencyNs, atNs } = best.traced;
    return { candidate: best.candidate, found: { latencyNs, atNs }, runs };
  }

  private step(at: Place): void {
    const candidate = moved(at.candidate, at.traced, this.space, this.dice);
    const found = this.evaluator.evaluate(candidate, this.horizonNs(at.traced.latencyNs));
    if (found.latencyNs > at.traced.latencyNs) {
      this.settle(candidate, found);
      this.failures = 0;
    } else {
      this.failures++;
      // Along a plateau the steps stay nearly the same: they need not be traced again.
      if (found.latencyNs === at.traced.latencyNs) {
        this.at = { candidate, traced: { ...at.traced, ...found } };
      }
    }
  }

  private tryBlockers(): void {
    for (const blocking of blockings(this.space)) {
      if (this.at === undefined || this.runs >= this.task.runs) return;
      const candidate = blocking(this.at);
      if (candidate === undefined) continue;
      const found = this.evaluator.evaluate(candidate, this.horizonNs(this.at.traced.latencyNs));
      if (found.latencyNs > this.at.traced.latencyNs) this.settle(candidate, found);
    }
  }

  private startAt(candidate: Candidate): void {
    this.failures = 0;
    this.at = undefined;
    const found = this.evaluator.evaluate(candidate, HORIZON_FIRST_NS);
    if (found.latencyNs >= 0) this.settle(candidate, found);
  }

  private settle(candidate: Candidate, found: Found): void {
    this.at = { candidate, traced: this.evaluator.trace(candidate, found) };
    if (this.best === undefined || found.latencyNs > this.best.traced.latencyNs) {
      this.best = this.at;
    }
  }

  private horizonNs(latencyNs: number): number {
    return HORIZON_LEAST_NS + 4 * Math.max(0, latencyNs);
  }

  private randomStart(): Candidate {
    const { dice, space } = this;
    const training = dice.pick<Pattern>(['min', 'max', 'alternating', 'chance']);
    const start = criticalInstant(space, training, dice.pick(TRAINING_LENGTHS));
    const anchors = { ...start.anchors };
    for (const { path } of space.movable) {
      const reachNs = dice.pick([0, 10_000, 200_000, 5_000_000]);
      const arrivalNs = Math.max(0, start.hitNs - dice.below(reachNs));
      anchors[path] = { ...anchors[path], arrivalNs };
    }
    return { ...start, anchors };
  }
}
