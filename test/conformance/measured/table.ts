/** The account of the measured system: recorded spreads against what the simulator predicts. */
import {
  FIGURES,
  type FigureName,
  figureOf,
  isDecided,
  isInside,
  type Spread,
  spreadOf,
  standsOut,
  widened,
} from './figures.js';
import { type MeasuredPlan, PLANS } from './plans.js';
import { readMeasured } from './recordings.js';
import { simulatedLatencies } from './simulated.js';

/** Runs of the simulator per plan. */
const RUNS = 10;

export interface Comparison {
  readonly plan: MeasuredPlan;
  readonly figure: FigureName;
  readonly recorded: Spread;
  readonly predicted: number;
  /** The repetitions agree: a prediction can be right or wrong. */
  readonly decided: boolean;
  /** It tells the plan from the base plan. */
  readonly standsOut: boolean;
  readonly inside: boolean;
}

/** Every figure of a plan; `platform`: the text of the calibrated platform. */
export function comparePlan(plan: MeasuredPlan, platform: string): Comparison[] {
  const recording = readMeasured(plan.name);
  const base = readMeasured(PLANS[0].name);
  const latencies = simulatedLatencies(plan, platform, RUNS);
  return FIGURES.map((figure) => {
    const recorded = spreadOf(figure, recording, plan);
    const predicted = figureOf(figure, latencies, plan);
    return {
      ...{ plan, figure, recorded, predicted },
      decided: isDecided(recorded),
      standsOut: standsOut(recorded, spreadOf(figure, base, plan)),
      inside: isInside(predicted, widened(recorded)),
    };
  });
}

export function measuredTable(comparisons: readonly Comparison[]): string {
  return [
    '| plan | changes | figure | recorded | predicted | decided | inside |',
    '|---|---|---|---|---|---|---|',
    ...comparisons.map(({ plan, figure, recorded, predicted, decided, standsOut, inside }) => {
      const changes = figure === 'p50' ? plan.changes : '';
      const name = figure === 'p50' ? plan.name : '';
      const spread = `${show(figure, recorded.low)} to ${show(figure, recorded.high)}`;
      const clear = standsOut ? 'yes, unlike base' : decided ? 'yes' : 'no';
      const verdict = inside ? 'yes' : decided ? '**no**' : 'no';
      return `| ${name} | ${changes} | ${figure} | ${spread} | ${show(figure, predicted)} | ${clear} | ${verdict} |`;
    }),
    '',
    summary(comparisons),
    '',
    ...PLANS.flatMap(({ name, differs }) =>
      differs ? [`What the model lacks for ${name}: ${differs}.`] : [],
    ),
  ].join('\n');
}

function summary(all: readonly Comparison[]): string {
  const predictions = all.filter(({ plan }) => plan !== PLANS[0]);
  const decided = predictions.filter((one) => one.decided);
  const inside = decided.filter((one) => one.inside).length;
  const unlike = new Set(decided.filter((one) => one.standsOut).map(({ plan }) => plan.name));
  return (
    `${decided.length} of ${predictions.length} predicted figures are decided, ${inside} of them lie ` +
    `inside. ${unlike.size} of ${PLANS.length - 1} changed plans have a figure unlike base.`
  );
}

function show(figure: FigureName, value: number): string {
  return figure === 'hits' ? `${(100 * value).toFixed(1)} %` : `${value.toFixed(1)} ms`;
}
