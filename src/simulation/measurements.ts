/** What is measured in a part: one window per thread and kind of latency, one recorder per series. */
import type { NormalizedPlan, WorkloadPlan } from '../plan/normalized.js';
import type { PartLayout } from './layout.js';

/** A series is one row of results: a workload, or one of timerlat's three latencies. */
export interface Series {
  readonly id: string;
  readonly title: string;
  readonly workload: WorkloadPlan;
}

export interface Measurement {
  /** Task of the part. */
  readonly task: number;
  readonly series: number;
}

/** All series of a plan, in its order. timerlat's main row is its thread latency. */
export function seriesOf(plan: NormalizedPlan): Series[] {
  return plan.workloads.flatMap((workload) => {
    const where = workload.guest === undefined ? 'on the host' : `in guest ${workload.guest}`;
    const cpuWord = workload.guest === undefined ? 'pCPU' : 'vCPU';
    const title = `${workload.kind} ${where}, ${cpuWord} ${workload.cpus.join(',')}`;
    const own = { id: workload.id, title: describe(workload, title), workload };
    if (workload.kind !== 'timerlat') return [own];
    return [
      own,
      { id: `${workload.id}.user`, title: `${title}: user latency`, workload },
      { id: `${workload.id}.irq`, title: `${title}: IRQ latency`, workload },
    ];
  });
}

function describe(workload: WorkloadPlan, title: string): string {
  switch (workload.kind) {
    case 'periodic':
      return `${title}: response time`;
    case 'timerlat':
      return `${title}: thread latency`;
    case 'oslat':
    case 'busy':
      return `${title}: interruptions`;
    case 'hwlatdetect':
      return `${title}: interruptions above the threshold`;
    case 'packet-echo':
    case 'control-loop':
      return `${title}: wire to wire`;
    default:
      return title;
  }
}

/** Windows of a part; those of one task follow each other, its main one first. */
export function measurementsOf(part: PartLayout, series: readonly Series[]): Measurement[] {
  return part.tasks.flatMap(({ role }, task) => {
    // A packet's latency is its own: it has a window, its workload has none.
    if (role.kind !== 'workload' || role.plan.interface !== undefined) return [];
    return series.flatMap((one, index) =>
      one.workload === role.plan ? [{ task, series: index }] : [],
    );
  });
}
