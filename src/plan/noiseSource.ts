/** What one source of the kernel's own interruptions is described by. */
import type { Law } from '../base/law.js';

/** Facts of the host that decide whom a source hits. */
export interface NoiseFacts {
  readonly cpus: readonly number[];
  readonly nohzFull: readonly number[];
  readonly isolated: readonly number[];
  readonly words: ReadonlySet<string>;
  /** vmstat_shepherd leaves isolated CPUs alone. */
  readonly vmstatSkipsIsolated: boolean;
  readonly rt: boolean;
}

/**
 * irq: a timer interrupt; call: a function-call interrupt; nmi: non-maskable; work: a fair kworker;
 * stop: stop_machine, every CPU with interrupts off until the slowest has come.
 */
export type NoiseDelivery = 'irq' | 'call' | 'nmi' | 'work' | 'stop';

export interface NoiseSource {
  /** What its time is charged to. */
  readonly cause: string;
  readonly delivery: NoiseDelivery;
  /** each: every CPU by itself; all: every CPU at once; rotate: one CPU after the other. */
  readonly spread: 'each' | 'all' | 'rotate';
  readonly every: Law;
  /** Its work on one CPU; a name: that primitive of the platform. */
  readonly run: Law | 'callFunction' | 'nmi';
  /** Calls that follow one another at a distance, as the rounds of one text poke. */
  readonly burst?: number;
  /** CPUs that it hits. */
  hits(facts: NoiseFacts): readonly number[];
  readonly source: string;
}
