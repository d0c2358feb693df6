/** Threads with a program: what only the whole list of threads can say about their steps. */
import { ZERO_LAW } from '../base/law.js';
import { nearestName } from '../base/suggest.js';
import type { Path } from '../platform/sourceTree.js';
import type { ThreadPlan } from './normalized.js';
import { SCHED_OTHER } from './policy.js';
import { readArrival } from './readArrival.js';
import type { ThreadDoc } from './schemaThreads.js';
import type { Scope } from './scope.js';
import { namedBy, type ProgramStep } from './threadProgram.js';

type ProgramThreadDoc = ThreadDoc & { readonly program: readonly ProgramStep[] };

/** `threads`: the names of all threads of the same kernel instance. */
export function readProgramThread(
  doc: ProgramThreadDoc,
  path: Path,
  scope: Scope,
  defaultCpus: readonly number[],
  threads: readonly string[],
): ThreadPlan {
  const { program, start, ...rest } = doc;
  if (doc.run || doc.sections) {
    const message = 'a thread with a program has neither `run` nor `sections`';
    scope.problems.error('plan/program', path, message, 'make them steps of the program');
  }
  const repeats = doc.every !== undefined || doc.rate !== undefined;
  const arrival = repeats
    ? readArrival(start === undefined ? rest : { ...rest, start }, path, scope)
    : undefined;
  checkSteps(program, [...path, 'program'], scope, threads);
  const cpus = doc.cpus === undefined ? defaultCpus : scope.readCpus(doc.cpus, [...path, 'cpus']);
  return {
    name: doc.name,
    scheduling: doc.policy ?? SCHED_OTHER,
    cpus,
    run: ZERO_LAW,
    sections: [],
    program,
    ...(arrival ? { arrival } : { programStartNs: start ?? 0 }),
  };
}

/** Locks must be taken before they are given up, in pairs; threads that are named must exist. */
function checkSteps(
  program: readonly ProgramStep[],
  path: Path,
  scope: Scope,
  threads: readonly string[],
): void {
  const held = new Set<string>();
  program.forEach((step, i) => {
    const error = (message: string, fix: string) =>
      scope.problems.error('plan/program', [...path, i], message, fix);
    if (step.kind === 'lock') {
      if (held.has(step.lock)) error(`lock ${step.lock} is held already`, 'unlock it first');
      held.add(step.lock);
    } else if (step.kind === 'unlock') {
      if (!held.delete(step.lock)) error(`lock ${step.lock} is not held here`, 'lock it first');
    }
    if (step.kind === 'userExit' && scope.path[0] !== 'guests') {
      error('only a guest exits', 'remove it');
    }
    if (step.kind === 'cpus') {
      const missing = step.cpus.filter((cpu) => !scope.cpus.includes(cpu));
      if (missing.length > 0) error(`there is no CPU ${missing[0]} here`, 'name CPUs that exist');
    }
    const named = namedBy(step);
    if (named === undefined || threads.includes(named)) return;
    const near = nearestName(named, threads);
    error(
      `no thread is called "${named}"`,
      near ? `write "${near}"` : 'name a thread of this list',
    );
  });
  if (held.size === 0) return;
  const message = `the program ends with lock ${[...held].join(', ')} held`;
  scope.problems.error('plan/program', path, message, 'unlock it');
}
