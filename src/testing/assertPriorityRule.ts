/**
 * Holds a priority rule against many plans. When it is wrong, the plan is shrunk and what is thrown
 * carries a witness: the files, the seed and the moment, which replay anywhere.
 */
import fc from 'fast-check';
import { VERSION } from '../base/version.js';
import { arbitraryPlan } from './arbitraryPlan.js';
import { minimize } from './minimize.js';
import { firstViolation, type PriorityRule, type Violation } from './priorityRule.js';
import { load, loadTexts, planText, platformText, type SmallPlan } from './smallPlan.js';

export interface RuleOptions {
  /** Which plans; @defaultValue any small plan, {@link arbitraryPlan} */
  readonly plans?: fc.Arbitrary<SmallPlan>;
  /** How many of them; @defaultValue 200 */
  readonly runs?: number;
  /** Which sequence of plans; @defaultValue 1 */
  readonly seed?: number;
  /** Seed of each simulation; @defaultValue '1' */
  readonly runSeed?: string;
}

/** A plan that breaks a rule; plain data, so it can be kept as a JSON file. */
export interface RuleWitness {
  readonly rule: string;
  readonly version: string;
  /** Text of the plan, and of the file `tiny.yaml` beside it. */
  readonly plan: string;
  readonly platform: string;
  readonly seed: string;
  readonly untilNs: number;
  readonly violation: Violation;
}

/** Thrown where a rule does not hold. */
export class RuleViolated extends Error {
  readonly witness: RuleWitness;

  constructor(witness: RuleWitness) {
    const { rule, violation, seed, plan, platform } = witness;
    const cost = /^ {2}irqEntry: (.*)$/m.exec(platform)?.[1];
    super(
      [
        `"${rule}" does not hold: ${violation.message}`,
        `at ${violation.atNs} ns on ${violation.cpu}, seed ${seed}, in this plan, where every primitive`,
        `takes ${cost ?? 'its cost'}:`,
        '',
        plan,
      ].join('\n'),
    );
    this.name = 'RuleViolated';
    this.witness = witness;
  }
}

/**
 * Throws a {@link RuleViolated} with the smallest plan found if some plan breaks the rule. The same
 * options give the same plans, runs and answer.
 *
 * @example assertPriorityRule(strongestRuns, { runs: 500 })
 */
export function assertPriorityRule(rule: PriorityRule, options: RuleOptions = {}): void {
  const { plans = arbitraryPlan(), runs = 200, seed = 1, runSeed = '1' } = options;
  const violationOf = (small: SmallPlan): Violation | undefined =>
    firstViolation(load(small), rule, { seed: runSeed, untilNs: small.untilNs });
  const property = fc.property(plans, (small) => violationOf(small) === undefined);
  const checked = fc.check(property, { numRuns: runs, seed });
  if (!checked.failed) return;
  const [found] = checked.counterexample ?? [];
  const first = found && violationOf(found);
  // The plan did not load, the engine broke a law of its own, or the rule itself threw.
  if (!found || !first) throw new Error(fc.defaultReportMessage(checked));
  // Nothing after the violation is needed.
  const small = minimize(
    { ...found, untilNs: first.atNs + 1 },
    (plan) => violationOf(plan) !== undefined,
  );
  const violation = violationOf(small) ?? first;
  throw new RuleViolated({
    rule: rule.name,
    version: VERSION,
    plan: planText(small),
    platform: platformText(small),
    seed: runSeed,
    untilNs: small.untilNs,
    violation,
  });
}

/**
 * Runs a witness again under the rule: the same violation, unless the rule or the simulator changed.
 * Throws a DiagnosticsError if its plan is not valid any more.
 */
export function replayRule(rule: PriorityRule, witness: RuleWitness): Violation | undefined {
  const { plan, platform, seed, untilNs } = witness;
  return firstViolation(loadTexts(plan, platform), rule, { seed, untilNs });
}
