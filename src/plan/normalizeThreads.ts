/** Threads and per-CPU kernel threads of one kernel instance, defaults filled in. */
import { constantLaw, type Law, usualNs, ZERO_LAW } from '../base/law.js';
import { formatDuration } from '../base/units.js';
import type { Path } from '../platform/sourceTree.js';
import type { Arrival, Scheduling, Section, ThreadPlan } from './normalized.js';
import { readProgramThread } from './normalizeProgram.js';
import { fifo, SCHED_OTHER } from './policy.js';
import { readArrival } from './readArrival.js';
import type { KernelThreadDoc, SectionDoc, ThreadDoc } from './schemaThreads.js';
import type { Scope } from './scope.js';

const LOCKING: readonly SectionDoc['kind'][] = ['raw', 'spin', 'mutex', 'read', 'write'];

export function readSections(
  docs: readonly SectionDoc[] | undefined,
  path: Path,
  scope: Scope,
): Section[] {
  return (docs ?? []).map((doc, i) => {
    const locking = LOCKING.includes(doc.kind);
    const at = [...path, 'sections', i];
    if (locking && !doc.lock) {
      const message = `a section of kind ${doc.kind} names no lock`;
      scope.problems.error('plan/lock', at, message, 'add `lock: zone`');
    }
    if (!locking && doc.lock) {
      const message = `a section of kind ${doc.kind} holds no lock`;
      scope.problems.error(
        'plan/lock',
        [...at, 'lock'],
        message,
        'remove it, or use raw, spin, mutex, read or write',
      );
    }
    return readSection(doc, at, scope);
  });
}

const GUEST_ONLY = ['exit', 'ioeventfd', 'userExit', 'print'];
const PRINT_CHARACTERS = 80;

function readSection(doc: SectionDoc, at: Path, scope: Scope): Section {
  const { kind, lock, run } = doc;
  const calls = kind === 'call' || kind === 'tlbFlush';
  if (scope.path[0] === 'host' && GUEST_ONLY.includes(kind)) {
    const message = `a section of kind ${kind} leaves a guest; the host has none to leave`;
    scope.problems.error('plan/section', [...at, 'kind'], message, 'move it to a guest');
  }
  for (const [key, wanted] of [
    ['cpus', calls],
    ['count', kind === 'print' || kind === 'rcu'],
  ] as const) {
    if (doc[key] === undefined || wanted) continue;
    const message = `a section of kind ${kind} has no \`${key}\``;
    scope.problems.error('plan/section', [...at, key], message, 'remove it');
  }
  const section = lock === undefined ? { kind, run } : { kind, lock, run };
  if (calls) {
    const cpus = doc.cpus === undefined ? scope.cpus : scope.readCpus(doc.cpus, [...at, 'cpus']);
    return { ...section, cpus };
  }
  if (kind === 'rcu') return { ...section, count: doc.count ?? 1 };
  if (kind === 'print')
    return { ...section, lock: 'console', count: doc.count ?? PRINT_CHARACTERS };
  return section;
}

/** The longest that one activation computes by itself. */
const activationNs = (run: Law, sections: readonly Section[]) =>
  sections.reduce((sum, section) => sum + section.run.maxNs, run.maxNs);

/** Warns where an activation may outlast the shortest distance to the next one. */
export function warnOverrun(
  arrival: Arrival,
  run: Law,
  sections: readonly Section[],
  path: Path,
  scope: Scope,
): void {
  // Memoryless arrivals may always come early; only the mean load says something about them.
  const distanceNs = usualNs(arrival.every);
  const needNs = activationNs(run, sections);
  if (needNs <= distanceNs) return;
  const message = `one activation may take ${formatDuration(needNs)}, longer than the ${formatDuration(Math.floor(distanceNs))} to the next`;
  scope.problems.warning('plan/overrun', path, message, 'shorten `run` or lengthen the distance');
}

/** `defaultCpus` are those of a thread that names none. */
export function readThreads(
  docs: readonly ThreadDoc[] | undefined,
  path: Path,
  scope: Scope,
  defaultCpus: readonly number[],
): ThreadPlan[] {
  const names = new Set<string>();
  const all = (docs ?? []).map(({ name }) => name);
  return (docs ?? []).map((doc, i) => {
    const at = [...path, i];
    reportDuplicate(names, doc.name, [...at, 'name'], 'threads', scope);
    return doc.program
      ? readProgramThread({ ...doc, program: doc.program }, at, scope, defaultCpus, all)
      : readThread(doc, doc.name, at, scope, defaultCpus);
  });
}

/** One thread under a name; `run` and arrival both absent make a busy loop. */
export function readThread(
  doc: Omit<ThreadDoc, 'name'>,
  name: string,
  path: Path,
  scope: Scope,
  defaultCpus: readonly number[],
): ThreadPlan {
  const arrival = readArrival(doc, path, scope);
  const sections = readSections(doc.sections, path, scope);
  if (arrival && !doc.run && sections.length === 0) {
    const message = 'the thread is activated but does nothing';
    scope.problems.error('plan/no-work', path, message, 'add `run:` or `sections:`');
  }
  const run = doc.run ?? (arrival || sections.length > 0 ? ZERO_LAW : constantLaw(BUSY_SLICE_NS));
  if (!arrival && run.maxNs === 0 && sections.every((s) => s.run.maxNs === 0)) {
    const message = 'a loop that takes no time would never let time pass';
    scope.problems.error('plan/no-work', path, message, 'add `every:`, or a `run:` above 0');
  }
  if (arrival) warnOverrun(arrival, run, sections, path, scope);
  const cpus = doc.cpus === undefined ? defaultCpus : scope.readCpus(doc.cpus, [...path, 'cpus']);
  const workingSet = doc.workingSet === undefined ? {} : { workingSetBytes: doc.workingSet };
  const thread = {
    name,
    scheduling: doc.policy ?? SCHED_OTHER,
    cpus,
    run,
    sections,
    ...workingSet,
  };
  return arrival ? { ...thread, arrival } : thread;
}

/** One turn of a busy loop; its length only sets how often the loop is re-entered. */
const BUSY_SLICE_NS = 1_000_000;

export function reportDuplicate(
  seen: Set<string>,
  name: string,
  path: Path,
  what: string,
  scope: Pick<Scope, 'problems'>,
): void {
  if (seen.has(name)) {
    const message = `two ${what} are called "${name}"`;
    scope.problems.error('plan/duplicate', path, message, 'rename one of them');
  }
  seen.add(name);
}

/** One scheduling a CPU, by position in `scope.cpus`. */
export function readPerCpuThreads(
  docs: readonly KernelThreadDoc[] | undefined,
  names: readonly string[],
  defaultPriority: number,
  path: Path,
  scope: Scope,
): Scheduling[] {
  const result = scope.cpus.map(() => fifo(defaultPriority));
  (docs ?? []).forEach((doc, i) => {
    if (!names.includes(doc.name)) return;
    const cpus =
      doc.cpus === undefined ? scope.cpus : scope.readCpus(doc.cpus, [...path, i, 'cpus']);
    const chosen = new Set(cpus);
    scope.cpus.forEach((cpu, position) => {
      if (chosen.has(cpu)) result[position] = doc.policy;
    });
  });
  return result;
}
