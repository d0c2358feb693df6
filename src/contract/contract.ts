/**
 * What a mechanism may do at most, from plan and platform alone. A mechanism of the simulator has a
 * file of the same name here; the bound composes these contracts and never sees the mechanism, and
 * the checked mode of the engine holds every segment and arrival against them.
 */
import type { Arrivals } from './arrivals.js';
import type { Figure } from './figure.js';

/**
 * Where an occurrence runs. smm: everything stops; hardirq: interrupts off, never nested, before
 * every thread; thread: by the scheduler's choice; idle: paid once when an idle CPU is needed.
 */
export type Level = 'smm' | 'hardirq' | 'thread' | 'idle';

/** One source of CPU time on one CPU. */
export interface Contract {
  /** The mechanism, as in `device interrupt`. */
  readonly mechanism: string;
  /** Whose: `irq eth0`, `thread journald`. */
  readonly subject: string;
  readonly level: Level;
  /** How often an occurrence may begin. */
  readonly arrivals: Arrivals;
  /** Longest CPU time of one occurrence on this CPU. */
  readonly largest: Figure;
  /** Longest stretch in which the scheduler cannot act, interrupts of others excluded. */
  readonly blocking: Figure;
  /** Longest stretch in which no interrupt is taken. */
  readonly masked: Figure;
  /** What an occurrence may start: names of threads, `softirq`, `reschedule IPI`. */
  readonly triggers: readonly string[];
  /**
   * Thread that has to run before another occurrence can come; absent: nothing holds them back. An
   * interrupt of a thread that does not get the CPU comes once.
   */
  readonly armedBy?: string;
}

/** A thread on a CPU where it may run. */
export interface ThreadContract extends Contract {
  readonly level: 'thread';
  readonly policy: 'other' | 'fifo' | 'rr' | 'deadline';
  /** 1..99 for fifo and rr; 0 otherwise. */
  readonly priority: number;
  /** CPUs of its Linux that it may use. */
  readonly cpus: readonly number[];
  /** True: it never sleeps by itself, so it never gives way. */
  readonly endless: boolean;
  /** Locks that it takes in an activation, with the longest time that it holds each. */
  readonly locks: readonly LockUse[];
}

/** One section of an activation that holds a lock. */
export interface LockUse {
  readonly lock: string;
  /** True: waiters spin; false: they sleep and lend their priority. */
  readonly spins: boolean;
  /** True: interrupts are off while it is held or waited for. */
  readonly irqOff: boolean;
  readonly hold: Figure;
}

/** Strength of a thread as one number: deadline above realtime above fair. */
export type Rank = number;

const DEADLINE_RANK = 100;

export function rankOf(thread: Pick<ThreadContract, 'policy' | 'priority'>): Rank {
  if (thread.policy === 'deadline') return DEADLINE_RANK;
  return thread.policy === 'other' ? 0 : thread.priority;
}
