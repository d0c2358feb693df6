/** How reports name the parts of a plan, in the spelling of Linux. */
import { formatDuration } from '../base/units.js';
import type { Scheduling, WorkloadPlan } from '../plan/normalized.js';

/** @example schedulingText(fifo90) // "SCHED_FIFO 90" */
export function schedulingText(scheduling: Scheduling): string {
  const { policy, priority, nice, runtimeNs, deadlineNs, periodNs } = scheduling;
  switch (policy) {
    case 'other':
      return nice ? `SCHED_OTHER nice ${nice}` : 'SCHED_OTHER';
    case 'fifo':
      return `SCHED_FIFO ${priority}`;
    case 'rr':
      return `SCHED_RR ${priority}`;
    case 'deadline': {
      const parts = [runtimeNs, deadlineNs, periodNs].map((ns) => formatDuration(ns));
      return `SCHED_DEADLINE ${parts.join('/')}`;
    }
  }
}

/** Where a workload runs: `guest plc, vCPU 2,3` or `host, pCPU 6`. */
export function workloadPlace({ guest, cpus }: WorkloadPlan): string {
  return guest === undefined
    ? `host, pCPU ${cpus.join(',')}`
    : `guest ${guest}, vCPU ${cpus.join(',')}`;
}

export function onOff(on: boolean): string {
  return on ? 'on' : 'off';
}
