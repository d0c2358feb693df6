/** Runs candidates: each is one short run of the target's part on the engine of every other run. */
import { Choices, type DrawChoice } from '../engine/choices.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { SavedFields } from '../simulation/columns.js';
import { PartRun } from '../simulation/partRun.js';
import { anchorChoices, type Candidate, hitChoices, trainingChoices } from './candidate.js';
import { PathTrace, type TracedStep } from './pathTrace.js';
import type { ChoiceSpace, Target } from './target.js';

/** A run of a candidate is cut here: far more than any hit needs. */
const EVENTS_MAX = 200_000;

/** The worst sample of a run. */
export interface Found {
  /** -1: no sample. */
  readonly latencyNs: number;
  readonly atNs: number;
}

/** A found sample with what led to it. */
export interface Traced extends Found {
  readonly choices: readonly DrawChoice[];
  readonly fingerprint: string;
  readonly steps: readonly TracedStep[];
  /** Draws that each source of durations took in the hit. */
  readonly hitDraws: ReadonlyMap<string, number>;
}

const NOTHING: Found = { latencyNs: -1, atNs: 0 };

export class Evaluator {
  /** Runs so far. */
  runs = 0;
  private prefix: { readonly run: PartRun; readonly saved: SavedFields } | undefined;
  private prefixNs = -1;

  constructor(
    private readonly plan: NormalizedPlan,
    private readonly target: Target,
    private readonly space: ChoiceSpace,
    private readonly seed: string,
  ) {}

  /** The worst sample of the target up to `horizonNs` after the hit. */
  evaluate(candidate: Candidate, horizonNs: number): Found {
    const { run } = this.begin(candidate);
    run.runTo(candidate.hitNs + horizonNs, EVENTS_MAX);
    const worst = run.worst(this.target.workload)[0];
    // What happened before anything was dictated is known already.
    if (worst === undefined || worst.atNs <= candidate.undisturbedNs) return NOTHING;
    return { latencyNs: worst.latencyNs, atNs: worst.atNs };
  }

  /** The run again up to the sample `found` in it, with its steps from the hit's beginning on. */
  trace(candidate: Candidate, found: Found): Traced {
    const { run, choices, taken } = this.begin(candidate, found.atNs);
    const sink = new PathTrace(run.part);
    run.trace = sink;
    run.runTo(found.atNs, EVENTS_MAX);
    run.trace = null;
    const drawn = new Map(run.drawn().map(({ path, draws }) => [path, draws]));
    const hitDraws = new Map(
      [...drawn].map(([path, draws]) => [path, draws - (taken.get(path) ?? 0)]),
    );
    const fingerprint = run.fingerprint();
    return {
      ...found,
      choices: effective(choices, drawn),
      fingerprint,
      steps: sink.steps(),
      hitDraws,
    };
  }

  /** A run that has come to the beginning of the hit, or to `atMostNs` if that is before. */
  private begin(
    candidate: Candidate,
    atMostNs = Number.POSITIVE_INFINITY,
  ): {
    run: PartRun;
    choices: readonly DrawChoice[];
    taken: ReadonlyMap<string, number>;
  } {
    this.runs++;
    const { durations, arrivals } = this.space;
    const before =
      candidate.undisturbedNs > 0
        ? []
        : [...trainingChoices(candidate, durations), ...anchorChoices(candidate, arrivals)];
    const run =
      candidate.undisturbedNs > 0 ? this.undisturbed(candidate.undisturbedNs) : this.start(before);
    if (candidate.undisturbedNs === 0) {
      run.runTo(Math.min(candidate.switchNs, atMostNs), EVENTS_MAX);
    }
    const taken = new Map(run.drawn().map(({ path, draws }) => [path, draws]));
    const choices = [...before, ...hitChoices(candidate, durations, taken)];
    run.dictate(new Choices(choices));
    return { run, choices, taken };
  }

  private start(choices: readonly DrawChoice[]): PartRun {
    const { plan, target, seed } = this;
    return new PartRun(plan, target.pcpus, { seed, choices: new Choices(choices) });
  }

  /** Runs by chance alone up to a time, from memory if it was there before. */
  private undisturbed(untilNs: number): PartRun {
    if (this.prefix === undefined || this.prefixNs !== untilNs) {
      const run = this.start([]);
      run.runTo(untilNs);
      this.prefix = { run, saved: run.snapshot() };
      this.prefixNs = untilNs;
    }
    const { run, saved } = this.prefix;
    run.dictate(null);
    run.restore(saved);
    return run;
  }
}

/** Choices cut to the draws that were taken. */
function effective(
  choices: readonly DrawChoice[],
  drawn: ReadonlyMap<string, number>,
): DrawChoice[] {
  return choices.flatMap((choice) => {
    const draws = drawn.get(choice.source);
    // A phase is no source of draws: it is taken once.
    if (draws === undefined) return [choice];
    const left = draws - choice.from;
    if (left <= 0) return [];
    return [{ ...choice, count: Math.min(choice.count ?? left, left) }];
  });
}
