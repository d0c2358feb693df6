/**
 * Scheduling policies as users write them: `other`, `other:NICE`, `fifo:1..99`, `rr:1..99`,
 * `deadline:RUNTIME:PERIOD` or `deadline:RUNTIME:DEADLINE:PERIOD`, and rtla's short forms
 * (`o:0`, `f:50`, `r:5`, `d:10ms:100ms`). Priorities are those of user space: higher wins.
 */
import { formatDuration } from '../base/units.js';
import { field } from '../platform/fields.js';
import { parseTime, type ValueFault } from '../platform/valueText.js';
import type { Scheduling } from './normalized.js';

export const SCHED_OTHER: Scheduling = {
  policy: 'other',
  priority: 0,
  runtimeNs: 0,
  deadlineNs: 0,
  periodNs: 0,
};

/** SCHED_FIFO of a priority; 0 gives SCHED_OTHER. */
export const fifo = (priority: number): Scheduling =>
  priority === 0 ? SCHED_OTHER : { ...SCHED_OTHER, policy: 'fifo', priority };

const FIX = 'write other, other:-20..19, fifo:1..99, rr:1..99 or deadline:RUNTIME:PERIOD';

/**
 * Reads a policy.
 *
 * @example parsePolicy('fifo:95') // { policy: 'fifo', priority: 95, ... }
 */
export function parsePolicy(text: unknown): Scheduling | ValueFault {
  if (typeof text !== 'string') return { message: 'expected a policy', fix: FIX };
  const [name, ...parts] = text
    .trim()
    .toLowerCase()
    .replace(/^sched_/, '')
    .split(':');
  if (name === 'other' || name === 'o') {
    return other(text, parts);
  }
  if (name === 'fifo' || name === 'f') return realtime('fifo', text, parts);
  if (name === 'rr' || name === 'r') return realtime('rr', text, parts);
  if (name === 'deadline' || name === 'd') return deadline(text, parts);
  return { message: `"${text}" is no scheduling policy`, fix: FIX };
}

/** The number is the nice level, as rtla has it. */
function other(text: string, parts: string[]): Scheduling | ValueFault {
  if (parts.length === 0) return SCHED_OTHER;
  const nice = Number(parts[0]);
  const valid = parts.length === 1 && /^-?[0-9]{1,2}$/.test(parts[0]) && nice >= -20 && nice <= 19;
  if (!valid) {
    const fix = 'write other, or other:-20 to other:19';
    return { message: `SCHED_OTHER has a nice level of -20 to 19, no priority: "${text}"`, fix };
  }
  return nice === 0 ? SCHED_OTHER : { ...SCHED_OTHER, nice };
}

function realtime(policy: 'fifo' | 'rr', text: string, parts: string[]): Scheduling | ValueFault {
  if (parts.length !== 1 || !/^-?[0-9]{1,6}$/.test(parts[0])) {
    return { message: `"${text}" needs one priority`, fix: `write ${policy}:50` };
  }
  const priority = Number(parts[0]);
  if (priority >= 1 && priority <= 99) return { ...SCHED_OTHER, policy, priority };
  const nearest = priority < 1 ? 1 : 99;
  return {
    message: `priority ${priority} is outside 1..99`,
    fix: `write ${policy}:${nearest}${priority === 0 ? ', or other for no realtime priority' : ''}`,
  };
}

function deadline(text: string, parts: string[]): Scheduling | ValueFault {
  if (parts.length !== 2 && parts.length !== 3) {
    return { message: `"${text}" needs a runtime and a period`, fix: 'write deadline:10ms:100ms' };
  }
  const times = parts.map((part) => parseTime(part));
  const fault = times.find((t) => typeof t !== 'number');
  if (fault !== undefined) return fault as ValueFault;
  const [runtimeNs, deadlineNs, periodNs = deadlineNs] = times as number[];
  if (runtimeNs < 1024) {
    return { message: 'the kernel refuses a runtime under 1024ns', fix: 'write at least 1024ns' };
  }
  if (runtimeNs > deadlineNs || deadlineNs > periodNs) {
    const message = `runtime <= deadline <= period does not hold in "${text}"`;
    return { message, fix: 'write the runtime first, as in deadline:10ms:100ms' };
  }
  return { policy: 'deadline', priority: 0, runtimeNs, deadlineNs, periodNs };
}

/** The canonical text of a policy. */
export function formatPolicy(s: Scheduling): string {
  if (s.policy === 'other') return s.nice ? `other:${s.nice}` : 'other';
  if (s.policy !== 'deadline') return `${s.policy}:${s.priority}`;
  const times =
    s.deadlineNs === s.periodNs
      ? [s.runtimeNs, s.periodNs]
      : [s.runtimeNs, s.deadlineNs, s.periodNs];
  return `deadline:${times.map((ns) => formatDuration(ns, 9)).join(':')}`;
}

export const policyField = field<string, Scheduling>(
  {
    id: 'Policy',
    description:
      'Scheduling policy: other, other:NICE, fifo:1..99, rr:1..99, deadline:RUNTIME:PERIOD.',
    type: 'string',
    examples: ['other', 'fifo:50', 'rr:10', 'deadline:10ms:100ms'],
  },
  (value) => {
    const policy = parsePolicy(value);
    return 'message' in policy ? { faults: [policy] } : { value: policy };
  },
);
