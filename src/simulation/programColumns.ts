/** What the programs of threads are in the middle of. */
import type { AllowedCpus } from '../kernel/affinity.js';
import type { NewScheduling } from '../kernel/setScheduler.js';

export class ProgramColumns {
  /** Wake-ups that a thread has not yet waited for; 1 while it waits for one. */
  readonly tokens: Int32Array;
  readonly awaitsToken: Uint8Array;
  /** When its sleep ends, and what `sleep until` counts from, ns. */
  readonly wakeAtNs: Float64Array;
  readonly baseNs: Float64Array;
  /** How long each sleep takes, or when it ends, ns. */
  readonly sleepsNs: number[] = [];
  /** Changes of policy that the programs make: thread (-1: its own) and what it gets. */
  readonly changes: Array<{ readonly task: number; readonly to: NewScheduling }> = [];
  /** Changes of CPUs, likewise. */
  readonly affinities: Array<{ readonly task: number; readonly to: AllowedCpus }> = [];

  constructor(tasks: number) {
    this.tokens = new Int32Array(tasks);
    this.awaitsToken = new Uint8Array(tasks);
    this.wakeAtNs = new Float64Array(tasks);
    this.baseNs = new Float64Array(tasks);
  }
}
