/**
 * RT throttling: FIFO and RR threads of a CPU may use rt_runtime of each rt_period; above it the
 * whole RT queue is dequeued, even if the CPU then idles, until the period timer.
 *
 * [S] 6.6 kernel/sched/rt.c update_curr_rt, sched_rt_runtime_exceeded, do_sched_rt_period_timer,
 * do_balance_runtime. On a CPU whose tick is stopped the time is accounted only at scheduler events
 * and by the remote tick once a second. The period timer is taken to start at time 0.
 */

import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';

export class ThrottleColumns {
  readonly ranNs: Float64Array;
  readonly throttled: Uint8Array;
  /** Runtime of this CPU, changed by lending between CPUs. */
  readonly runtimeNs: Float64Array;
  readonly periodSlot: Int32Array;
  readonly remoteTickSlot: Int32Array;

  constructor(cpus: number) {
    this.ranNs = new Float64Array(cpus);
    this.throttled = new Uint8Array(cpus);
    this.runtimeNs = new Float64Array(cpus);
    this.periodSlot = new Int32Array(cpus).fill(-1);
    this.remoteTickSlot = new Int32Array(cpus).fill(-1);
  }
}

/** update_curr_rt: adds realtime CPU time and throttles when the runtime is used up. */
export function accountRt(k: Kernel, cpu: number, ranNs: number): void {
  const traits = k.traitsOf(cpu);
  if (traits.rtRuntimeNs < 0) return;
  const { throttle } = k;
  throttle.ranNs[cpu] += ranNs;
  if (throttle.ranNs[cpu] <= throttle.runtimeNs[cpu]) return;
  // sched_rt_runtime_exceeded: with a runtime as long as the period nothing is throttled.
  if (throttle.runtimeNs[cpu] >= traits.rtPeriodNs) return;
  if (traits.rtRuntimeShare) borrow(k, cpu);
  if (throttle.ranNs[cpu] > throttle.runtimeNs[cpu] && throttle.throttled[cpu] === 0) {
    throttle.throttled[cpu] = 1;
    setReschedule(k, cpu, cpu);
  }
}

/** do_balance_runtime: takes a share of the spare runtime of the other CPUs, up to the period. */
function borrow(k: Kernel, cpu: number): void {
  const { throttle } = k;
  const { cpus, rtPeriodNs } = k.traitsOf(cpu);
  for (const other of cpus) {
    if (other === cpu) continue;
    const spareNs = throttle.runtimeNs[other] - throttle.ranNs[other];
    if (spareNs <= 0) continue;
    const wantedNs = rtPeriodNs - throttle.runtimeNs[cpu];
    const takenNs = Math.min(Math.floor(spareNs / cpus.length), wantedNs);
    throttle.runtimeNs[other] -= takenNs;
    throttle.runtimeNs[cpu] += takenNs;
    if (throttle.runtimeNs[cpu] >= rtPeriodNs) return;
  }
}

/** The period timer: replenishes a CPU and lets its realtime threads run again. */
export function rtPeriod(k: Kernel, cpu: number): void {
  const traits = k.traitsOf(cpu);
  const { throttle } = k;
  k.schedule(throttle.periodSlot[cpu], k.nowNs + traits.rtPeriodNs);
  throttle.ranNs[cpu] = Math.max(0, throttle.ranNs[cpu] - throttle.runtimeNs[cpu]);
  if (throttle.throttled[cpu] === 1 && throttle.ranNs[cpu] < throttle.runtimeNs[cpu]) {
    throttle.throttled[cpu] = 0;
    if (k.rt.count[cpu] > 0) k.rescheduleFromEvent(cpu);
  }
}
