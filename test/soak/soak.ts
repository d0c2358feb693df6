/**
 * Random plans against their bounds, in batches; a run that is stopped goes on where it was.
 * npm run soak -- [--plans 200000] [--seed 1] [--fresh] [--plan FILE]
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import type { SmallPlan } from '../../src/testing/smallPlan.js';
import { type Checked, checkPlan } from './check.js';
import { soakPlan } from './soakPlan.js';
import { count, emptyTally, summary, type Tally } from './tally.js';

const FOLDER = '.soak';
const BATCH = 100;
const SEEDS = ['1', '2'];

interface State {
  seed: number;
  batches: number;
  tally: Tally;
}

interface Options {
  plans: number;
  seed: number;
  fresh: boolean;
  plan?: string;
}

function readOptions(words: readonly string[]): Options {
  const options: Options = { plans: 200_000, seed: 1, fresh: false };
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--plans') options.plans = Number(words[++i]);
    else if (words[i] === '--seed') options.seed = Number(words[++i]);
    else if (words[i] === '--plan') options.plan = words[++i];
    else if (words[i] === '--fresh') options.fresh = true;
    else throw new Error(`unknown option ${words[i]}`);
  }
  return options;
}

function readState({ seed, fresh }: Options, file: string): State {
  if (fresh || !existsSync(file)) return { seed, batches: 0, tally: emptyTally() };
  return JSON.parse(readFileSync(file, 'utf8')) as State;
}

function writeState(file: string, state: State): void {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

/** One batch; returns the shrunk plan of the first violation, if there is one. */
function runBatch(state: State): SmallPlan | undefined {
  const seed = state.seed * 1_000_003 + state.batches;
  const seen: Checked[] = [];
  const outcome = fc.check(
    fc.property(soakPlan(), (small) => {
      const checked = checkPlan(small, { seeds: SEEDS });
      seen.push(checked);
      return checked.violation === undefined;
    }),
    { numRuns: BATCH, seed },
  );
  if (outcome.failed) {
    const [small] = outcome.counterexample ?? [];
    if (small === undefined) throw outcome.errorInstance ?? new Error('the soak failed');
    return small;
  }
  for (const checked of seen) count(state.tally, checked);
  state.batches++;
  return undefined;
}

function report(small: SmallPlan, print: (text: string) => void): number {
  const file = `${FOLDER}/violation.json`;
  writeFileSync(file, `${JSON.stringify(small, null, 1)}\n`);
  const { violation } = checkPlan(small, { seeds: SEEDS });
  print(`VIOLATION ${JSON.stringify(violation)}\n${JSON.stringify(small)}\n`);
  print(`again: npm run soak -- --plan ${file}\n`);
  return 1;
}

export async function main(words: readonly string[]): Promise<number> {
  const print = (text: string): void => void process.stdout.write(text);
  const options = readOptions(words);
  mkdirSync(FOLDER, { recursive: true });
  if (options.plan !== undefined) {
    const small = JSON.parse(readFileSync(options.plan, 'utf8')) as SmallPlan;
    const { violation, worst } = checkPlan(small, { seeds: SEEDS });
    print(`${JSON.stringify(violation ?? worst, null, 1)}\n`);
    return violation ? 1 : 0;
  }
  const file = `${FOLDER}/state-${options.seed}.json`;
  const state = readState(options, file);
  if (state.batches > 0) print(`going on after ${state.tally.plans} plans\n`);
  while (state.tally.plans < options.plans) {
    const bad = runBatch(state);
    if (bad) return report(bad, print);
    writeState(file, state);
    if (state.batches % 10 === 0) print(`${state.tally.plans} of ${options.plans} plans\n`);
  }
  print(summary(state.tally));
  return 0;
}
