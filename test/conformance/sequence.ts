/**
 * Normalized sequences: which thread ran on each CPU, from which step of its program to which, and
 * why it stopped. Recorded traces and simulated ones are reduced by the same rules.
 */

/** `sleeps`: it blocked; `done`: it blocked after its last step. */
export type Why = 'preempted' | 'sleeps' | 'done' | 'runs';

/** One stretch of one thread on one CPU. */
export interface Segment {
  readonly cpu: number;
  /** Of a guest: `cpu` is a vCPU. */
  readonly guest?: boolean;
  /** `idle` for the idle task; '' for threads that are not watched. */
  readonly thread: string;
  readonly fromNs: number;
  readonly toNs: number;
  /** Steps of its program that were behind it; -1 for kernel threads. */
  readonly fromStep: number;
  readonly toStep: number;
  readonly why: Why;
}

/** vCPUs come behind all pCPUs. */
const FIRST_VCPU = 1000;

/** Shorter idle times are those of switching and of the recorder. */
const IDLE_NS = 1_000_000;
/** A thread that blocks for less waited for a lock inside the kernel. */
const BRIEF_NS = 1_000_000;
/** vCPUs and QEMU have short work of their own: interrupts of a guest that idles, its start. */
const HOUSEHOLD_NS = 3_000_000;

/**
 * Leaves out what is not watched and short idling, and joins what they cut apart. CPUs on which
 * nothing watched ran are left out.
 */
export function reduce(segments: readonly Segment[]): Segment[] {
  const numbers = segments.map((one) => one.cpu + (one.guest ? FIRST_VCPU : 0));
  const cpus = [...new Set(numbers)].sort((a, b) => a - b);
  return cpus.flatMap((cpu) => reduceCpu(segments.filter((_, i) => numbers[i] === cpu)));
}

function reduceCpu(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const one of segments) {
    if (one.thread === '') continue;
    const last = joined.at(-1);
    const goesOn =
      last?.thread === one.thread && (one.thread === 'idle' || last.why === 'preempted');
    if (last && goesOn)
      joined[joined.length - 1] = { ...one, fromNs: last.fromNs, fromStep: last.fromStep };
    else joined.push(one);
  }
  const shown = joined.filter(
    (one) => one.toNs - one.fromNs >= (one.thread === 'idle' ? IDLE_NS : householdNs(one)),
  );
  const result: Segment[] = [];
  for (const one of shown) {
    const last = result.at(-1);
    if (last && last.thread === one.thread && isOneStretch(last, one)) {
      result[result.length - 1] = { ...one, fromNs: last.fromNs, fromStep: last.fromStep };
    } else result.push(one);
  }
  // Before the first and after the last thread everything idles.
  while (result.at(-1)?.thread === 'idle') result.pop();
  while (result[0]?.thread === 'idle') result.shift();
  return result;
}

function householdNs({ thread, why }: Segment): number {
  return why === 'sleeps' && /^(vcpu|emulator)/.test(thread) ? HOUSEHOLD_NS : 0;
}

function isOneStretch(before: Segment, after: Segment): boolean {
  if (before.why === 'preempted' || after.thread === 'idle') return true;
  return before.why === 'sleeps' && after.fromNs - before.toNs < BRIEF_NS;
}

/** `p1 a 0-2 preempted`, and from when, rounded to ms, behind a `@`. */
export function formatSegment(one: Segment): string {
  const at = `@${Math.round(one.fromNs / 1e6)}`;
  const cpu = `${one.guest ? 'v' : 'p'}${one.cpu}`;
  if (one.thread === 'idle') return `${cpu} idle ${at}`;
  const steps = one.fromStep < 0 ? '' : ` ${one.fromStep}-${one.toStep}`;
  return `${cpu} ${one.thread}${steps} ${one.why} ${at}`;
}

/** The line without its time. */
export function orderOf(line: string): string {
  return line.replace(/ @-?[0-9]+$/, '');
}

/** ms at which the line's segment began. */
export function beginMsOf(line: string): number {
  return Number(/@(-?[0-9]+)$/.exec(line)?.[1] ?? Number.NaN);
}
