/**
 * Passes over pending softirqs.
 * [S] kernel/softirq.c handle_softirqs: a pass serves what was pending when it began; what is raised
 * meanwhile gets another pass only while the limits allow. Left out: that the 2 ms are counted in
 * jiffies, and the budget of net_rx_action.
 */
import { ACCEPT_RESCHED } from '../engine/stepTable.js';
import type { Kernel } from './kernel.js';
import { SOFTIRQ_NET } from './softirq.js';

const MAX_ROUNDS = 10;
const MAX_NS = 2_000_000;

/** Pieces of device work that are waiting on a CPU. */
export function raisedOn(k: Kernel, cpu: number): number {
  const { devices } = k;
  let raised = 0;
  for (let device = 0; device < devices.cpu.length; device++) {
    if (devices.cpu[device] === cpu) raised += devices.softirqRaised[device];
  }
  return raised;
}

/** A pass of handle_softirqs: what is pending when it begins, and no more. */
export function beginPass(k: Kernel, cpu: number): void {
  k.softirq.pass[cpu] = k.softirq.pending[cpu];
  k.softirq.passWork[cpu] = raisedOn(k, cpu);
}

/** True if something is pending and nothing of it belongs to this pass. */
export function passIsOver(k: Kernel, cpu: number, pending: number): boolean {
  const { softirq } = k;
  if (softirq.passWork[cpu] <= 0) softirq.pass[cpu] &= ~SOFTIRQ_NET;
  return pending !== 0 && (pending & softirq.pass[cpu]) === 0;
}

/**
 * Another pass, unless 2 ms or 10 passes are over or a thread waits for the CPU; on RT that thread
 * has displaced the executor already.
 */
export function restartPass(k: Kernel, cpu: number): boolean {
  const { softirq } = k;
  if (k.nowNs - softirq.startedNs[cpu] >= MAX_NS) return false;
  if (!k.traitsOf(cpu).rt && (k.attention[cpu] & ACCEPT_RESCHED) !== 0) return false;
  if (++softirq.rounds[cpu] >= MAX_ROUNDS) return false;
  beginPass(k, cpu);
  return true;
}
