/** Runs a plan with a trace, and cuts out what a golden trace is about. */
import { Simulation } from '../../../src/simulation/simulation.js';
import {
  formatTraceStep,
  paidLines,
  type TraceLine,
  TraceRecorder,
} from '../../../src/simulation/trace.js';
import { primesPlan } from './platform.js';

export interface Recorded {
  readonly simulation: Simulation;
  readonly lines: readonly TraceLine[];
  /** Worst latency of the only workload that is measured, ns. */
  readonly maxNs: number;
  readonly count: number;
}

/** Runs `plan` as one part until `untilNs`; the oracle engine must give the very same trace. */
export function record(text: string, untilNs: number, workload = 0): Recorded {
  const [first, second] = [false, true].map((oracle) => {
    const simulation = new Simulation(primesPlan(text), {
      seed: '1',
      untilNs,
      whole: true,
      oracle,
    });
    const trace = new TraceRecorder(simulation.parts[0], 1_000_000);
    while (!simulation.advance(100_000));
    return { simulation, lines: trace.lines };
  });
  if (JSON.stringify(first.lines) !== JSON.stringify(second.lines)) {
    throw new Error('the plain engine orders the steps differently');
  }
  const { latency } = first.simulation.result().workloads[workload];
  return { ...first, maxNs: latency?.maxNs ?? 0, count: latency?.count ?? 0 };
}

/** Steps that took time, from the first that begins at or after `fromNs` until `untilNs`. */
export function steps(
  recorded: Recorded,
  fromNs: number,
  untilNs: number,
  pcpu?: number,
): string[] {
  return paidLines(recorded.lines)
    .filter((line) => line.fromNs >= fromNs && line.fromNs < untilNs)
    .filter((line) => pcpu === undefined || line.pcpu === pcpu)
    .map(formatTraceStep);
}

/** When the first step of that name and context begins at or after `fromNs`. */
export function beginOf(recorded: Recorded, context: string, step: string, fromNs: number): number {
  const line = recorded.lines.find(
    (one) => one.fromNs >= fromNs && one.context === context && one.step === step,
  );
  return line?.fromNs ?? Number.POSITIVE_INFINITY;
}

/** A golden trace as written: one step a line, blank lines and `#` comments left out. */
export function golden(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.replace(/^(p[0-9]+) (\||:) +/, '$1 $2 '));
}
