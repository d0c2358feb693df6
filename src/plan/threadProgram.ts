/**
 * What a thread does, step by step: `run 5ms`, `sleep until 10ms`, `lock a`, `unlock a`, `yield`,
 * `policy fifo:20 of b`, `cpus 2 of b`, `wake b`, `wait`, `preemption off 2ms`, `bottom halves off 2ms`, `exit 20us`. One text a step, so that
 * a program reads like a list.
 */
import { parseCpuList } from '../base/cpulist.js';
import { field } from '../platform/fields.js';
import { nameOf, parseTime, type ValueFault } from '../platform/valueText.js';
import type { Scheduling } from './normalized.js';
import { parsePolicy } from './policy.js';

/** One step; times in ns. `of` and `thread` name threads of the same kernel instance. */
export type ProgramStep =
  | { readonly kind: 'run' | 'sleep' | 'sleepUntil'; readonly ns: number }
  | { readonly kind: 'runForever' | 'yield' | 'wait' }
  /** Kernel code that nobody preempts, or with bottom halves off; a guest's access to a device of QEMU, and QEMU's work. */
  | { readonly kind: 'preemptOff' | 'bhOff' | 'userExit'; readonly ns: number }
  | { readonly kind: 'lock' | 'unlock'; readonly lock: string }
  | { readonly kind: 'wake'; readonly thread: string }
  | { readonly kind: 'cpus'; readonly cpus: readonly number[]; readonly of?: string }
  | { readonly kind: 'policy'; readonly scheduling: Scheduling; readonly of?: string };

/** A program longer than this is no longer read by a person. */
export const PROGRAM_STEPS_MAX = 256;

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,63}$/;
const FIX =
  'write run 5ms, run forever, sleep 5ms, sleep until 5ms, lock NAME, unlock NAME, yield, wake THREAD, wait, policy fifo:20 [of THREAD], cpus 2-3 [of THREAD], preemption off 2ms, bottom halves off 2ms, or exit 20us';

/**
 * Reads one step.
 *
 * @example parseProgramStep('sleep until 10ms') // { kind: 'sleepUntil', ns: 10_000_000 }
 */
export function parseProgramStep(text: unknown): ProgramStep | ValueFault {
  if (typeof text !== 'string') {
    return { message: `expected a step, not ${nameOf(text)}`, fix: FIX };
  }
  const [verb, ...words] = text.trim().split(/[ \t]+/, 6);
  const step = readStep(verb, words);
  if (step) return step;
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return { message: `"${shown}" is no step of a program`, fix: FIX };
}

function readStep(verb: string, words: readonly string[]): ProgramStep | ValueFault | undefined {
  const [first] = words;
  const one = words.length === 1;
  switch (verb) {
    case 'run':
      if (!one) return undefined;
      return first === 'forever' ? { kind: 'runForever' } : timed('run', first);
    case 'sleep':
      if (one) return timed('sleep', first);
      return words.length === 2 && first === 'until' ? timed('sleepUntil', words[1]) : undefined;
    case 'lock':
    case 'unlock':
      return one && NAME.test(first) ? { kind: verb, lock: first } : undefined;
    case 'yield':
    case 'wait':
      return words.length === 0 ? { kind: verb } : undefined;
    case 'wake':
      return one && NAME.test(first) ? { kind: 'wake', thread: first } : undefined;
    case 'policy':
      return readPolicyStep(words);
    case 'cpus':
      return readCpusStep(words);
    case 'preemption':
      return words.length === 2 && first === 'off' ? timed('preemptOff', words[1]) : undefined;
    case 'bottom':
      return words.length === 3 && first === 'halves' && words[1] === 'off'
        ? timed('bhOff', words[2])
        : undefined;
    case 'exit':
      return one ? timed('userExit', first) : undefined;
    default:
      return undefined;
  }
}

function timed(
  kind: 'run' | 'sleep' | 'sleepUntil' | 'preemptOff' | 'bhOff' | 'userExit',
  text: string,
): ProgramStep | ValueFault {
  const ns = parseTime(text);
  if (typeof ns !== 'number') return ns;
  if (ns === 0 && kind !== 'sleepUntil') {
    return { message: 'a step of no duration does nothing', fix: 'remove it' };
  }
  return { kind, ns };
}

function readPolicyStep(words: readonly string[]): ProgramStep | ValueFault | undefined {
  const [text, of, thread] = words;
  const own = words.length === 1;
  if (!own && !(words.length === 3 && of === 'of' && NAME.test(thread))) return undefined;
  const scheduling = parsePolicy(text);
  if ('message' in scheduling) return scheduling;
  return own ? { kind: 'policy', scheduling } : { kind: 'policy', scheduling, of: thread };
}

function readCpusStep(words: readonly string[]): ProgramStep | ValueFault | undefined {
  const [text, of, thread] = words;
  const own = words.length === 1;
  if (!own && !(words.length === 3 && of === 'of' && NAME.test(thread))) return undefined;
  const list = parseCpuList(text, 'kernel');
  if (list.error !== undefined) return { message: list.error, fix: list.fix ?? FIX };
  if (list.cpus.length === 0) return { message: 'a thread needs a CPU', fix: 'name one' };
  return { kind: 'cpus', cpus: list.cpus, ...(own ? {} : { of: thread }) };
}

/** The thread that a step names; undefined: none, or its own. */
export function namedBy(step: ProgramStep): string | undefined {
  if (step.kind === 'wake') return step.thread;
  return step.kind === 'policy' || step.kind === 'cpus' ? step.of : undefined;
}

export const programStepField = field<string, ProgramStep>(
  {
    id: 'ProgramStep',
    description:
      'A step of a thread: run, sleep, sleep until (since its activation, or time 0), lock and unlock of a mutex with priority inheritance, yield, policy, cpus, wake, wait; preemption off, bottom halves off: kernel code; exit: a guest leaves for QEMU, which works that long.',
    type: 'string',
    examples: ['run 5ms', 'sleep until 10ms', 'lock a', 'policy fifo:20 of b', 'wake b'],
  },
  (value) => {
    const step = parseProgramStep(value);
    return 'message' in step ? { faults: [step] } : { value: step };
  },
);
