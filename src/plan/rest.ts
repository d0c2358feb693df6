/**
 * The part of a plan that fits the schema although other parts do not, so that one reading can
 * report faults of form and of sense together. What the missing parts alone would make wrong is
 * not reported.
 */
import type { Diagnostic } from '../base/diagnostics.js';
import { Problems } from '../platform/problems.js';
import {
  nodeAt,
  type Path,
  type SourceNode,
  withoutItem,
  withoutKey,
} from '../platform/sourceTree.js';
import { validate } from '../platform/validate.js';
import { type ParsedPlan, planSchema } from './schema.js';

/** Lists whose items can be left out; vCPUs cannot, because their number gives the guest's CPUs. */
const LISTS = [
  'guests',
  'switches',
  'packets',
  'workloads',
  'requirements',
  'assumed',
  'threads',
  'irqs',
  'kernelThreads',
  'iothreads',
  'devices',
  'sections',
];

/** Faults of sense that no missing part can bring about. */
const CERTAIN = [
  'plan/cpu-list',
  'plan/empty-cpus',
  'plan/cpu-outside',
  'plan/duplicate',
  'plan/preset',
  'plan/cstate',
  'plan/guest-name',
  'plan/unknown-platform',
  'plan/platform-path',
  'plan/unreadable',
];

const MAX_ROUNDS = 4;

export interface Rest {
  readonly parsed: ParsedPlan;
  readonly root: SourceNode;
  /** Whether a fault found in the rest is one of the whole plan. */
  isCertain(diagnostic: Diagnostic): boolean;
}

/** Undefined if the plan cannot do without its parts at fault. */
export function restOf(root: SourceNode): Rest | undefined {
  let rest = root;
  const dropped = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const trial = new Problems(rest, 'plan');
    const parsed = validate(planSchema, trial);
    if (parsed) return { parsed, root: rest, isCertain: (d) => isCertain(d, dropped) };
    // From the back, so that leaving out an item moves no other fault.
    for (const path of [...trial.faultPaths].reverse()) {
      if (path[0] === 'host' && path[1] === 'topology') return undefined;
      const smaller = leaveOut(rest, path, dropped);
      if (!smaller) return undefined;
      rest = smaller;
    }
  }
  return undefined;
}

function isCertain(diagnostic: Diagnostic, dropped: ReadonlySet<string>): boolean {
  const { code } = diagnostic;
  if (code === 'plan/unknown-guest') return !dropped.has('guests');
  if (code === 'plan/unknown-workload') return !dropped.has('workloads');
  if (code === 'plan/unknown-interface') return !dropped.has('switches');
  const foreign = code.startsWith('platform/') || code.startsWith('topology/');
  return foreign || diagnostic.severity === 'warning' || CERTAIN.includes(code);
}

/** The value at fault goes; a missing one takes the list item around it along. */
function leaveOut(root: SourceNode, path: Path, dropped: Set<string>): SourceNode | undefined {
  const last = path.at(-1);
  if (nodeAt(root, path) && typeof last === 'string') return withoutKey(root, path);
  for (let length = path.length; length > 0; length--) {
    if (typeof path[length - 1] !== 'number') continue;
    const list = path[length - 2];
    if (typeof list !== 'string' || !LISTS.includes(list)) return undefined;
    // An earlier fault of the same item may have taken it already.
    dropped.add(list);
    return withoutItem(root, path.slice(0, length));
  }
  return undefined;
}
