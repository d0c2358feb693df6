/**
 * The fair server: starving fair threads run as a deadline entity that beats every FIFO thread.
 *
 * [S] 6.12 kernel/sched/deadline.c dl_server_start, dl_server_timer, update_curr_dl_se,
 * update_dl_entity (revised wake-up). 50 ms every second, deferred to zero laxity; the budget is
 * checked by the tick only; the server stops when it is picked and no fair thread is left.
 */
import { armTimer } from './hrtimer.js';
import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';

const RUNTIME_NS = 50_000_000;
const PERIOD_NS = 1_000_000_000;
/** Share of the time to the deadline that a revised wake-up gets: runtime / period. */
const DENSITY_DIVISOR = PERIOD_NS / RUNTIME_NS;

/** Off; waiting for zero laxity; may run; waiting for replenishment. */
export const SERVER_OFF = 0;
export const SERVER_DEFERRED = 1;
export const SERVER_ACTIVE = 2;
export const SERVER_EXHAUSTED = 3;

export class FairServerColumns {
  readonly enabled: Uint8Array;
  readonly state: Uint8Array;
  readonly budgetNs: Float64Array;
  readonly deadlineNs: Float64Array;
  readonly timer: Int32Array;

  constructor(cpus: number) {
    this.enabled = new Uint8Array(cpus);
    this.state = new Uint8Array(cpus);
    this.budgetNs = new Float64Array(cpus);
    this.deadlineNs = new Float64Array(cpus);
    this.timer = new Int32Array(cpus).fill(-1);
  }
}

/** dl_server_start: the first fair thread was queued on a CPU. */
export function afterFairEnqueue(k: Kernel, cpu: number): void {
  const { server } = k;
  if (server.enabled[cpu] === 0 || k.fair.count[cpu] !== 1) return;
  if (server.state[cpu] !== SERVER_OFF) {
    if (server.state[cpu] === SERVER_ACTIVE) setReschedule(k, cpu, cpu);
    return;
  }
  if (k.nowNs < server.deadlineNs[cpu] && server.budgetNs[cpu] > 0) {
    const fitsNs = Math.floor((server.deadlineNs[cpu] - k.nowNs) / DENSITY_DIVISOR);
    server.budgetNs[cpu] = Math.min(server.budgetNs[cpu], fitsNs);
    server.state[cpu] = SERVER_ACTIVE;
    k.attention[cpu] |= 2;
    return;
  }
  defer(k, cpu);
}

function defer(k: Kernel, cpu: number): void {
  const { server } = k;
  server.state[cpu] = SERVER_DEFERRED;
  server.budgetNs[cpu] = RUNTIME_NS;
  server.deadlineNs[cpu] = k.nowNs + PERIOD_NS;
  armTimer(k, server.timer[cpu], server.deadlineNs[cpu] - RUNTIME_NS, k.wakerCpu);
}

/** The last fair thread left: later kernels stop the server here, 6.12 lets its timer fire. */
export function afterFairDequeue(k: Kernel, cpu: number): void {
  const { server } = k;
  if (k.fair.count[cpu] > 0 || server.state[cpu] === SERVER_OFF) return;
  if (server.state[cpu] === SERVER_DEFERRED && k.traitsOf(cpu).fairServerStopsAtDequeue) {
    server.state[cpu] = SERVER_OFF;
    server.deadlineNs[cpu] = 0;
  }
}

/** dl_server_timer: zero laxity or replenishment; returns true if the CPU must reschedule. */
export function serverTimer(k: Kernel, cpu: number): boolean {
  const { server } = k;
  if (server.state[cpu] === SERVER_DEFERRED) {
    if (server.budgetNs[cpu] <= 0) {
      // Background running used it up: a new period, deferred again.
      defer(k, cpu);
      return false;
    }
    server.state[cpu] = SERVER_ACTIVE;
    return true;
  }
  if (server.state[cpu] === SERVER_EXHAUSTED) {
    server.budgetNs[cpu] = RUNTIME_NS;
    server.deadlineNs[cpu] += PERIOD_NS;
    // While starvation lasts it does not defer again.
    server.state[cpu] = SERVER_ACTIVE;
    return true;
  }
  return false;
}

/** True if fair threads of the CPU run at deadline level now. */
export function serverMayRun(k: Kernel, cpu: number): boolean {
  return k.server.state[cpu] === SERVER_ACTIVE && k.fair.count[cpu] > 0;
}

/** The server was picked and has nobody to run: it stops (dl_server_stop). */
export function stopServerIfIdle(k: Kernel, cpu: number): void {
  if (k.server.state[cpu] === SERVER_ACTIVE && k.fair.count[cpu] === 0) {
    k.server.state[cpu] = SERVER_OFF;
  }
}

/** Called by the tick after accounting: a used-up budget waits for its replenishment. */
export function enforceServerBudget(k: Kernel, cpu: number): void {
  const { server } = k;
  if (server.budgetNs[cpu] > 0) return;
  if (server.state[cpu] === SERVER_ACTIVE) {
    server.state[cpu] = SERVER_EXHAUSTED;
    armTimer(k, server.timer[cpu], Math.max(server.deadlineNs[cpu], k.nowNs), cpu);
    setReschedule(k, cpu, cpu);
  } else if (server.state[cpu] === SERVER_DEFERRED) {
    defer(k, cpu);
  }
}
