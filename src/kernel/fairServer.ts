/**
 * The fair server: starving fair threads run as a deadline entity that beats every FIFO thread.
 *
 * [S] 6.12 kernel/sched/deadline.c dl_server_start, dl_server_timer, update_curr_dl_se,
 * replenish_dl_entity, update_dl_entity (revised wake-up). 50 ms every second, deferred to zero
 * laxity. There a full budget always exceeds the density (dl_entity_overflow), so a new period
 * begins: two budgets never run back to back, but any fair wake-up within the next second runs at
 * once. The server stops when it is picked and no fair thread is left. Left out: idle time that
 * counts as background running, the order among deadline threads and the server.
 */
import { armPinnedTimer, armTimer, cancelTimer } from './hrtimer.js';
import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';

const RUNTIME_NS = 50_000_000;
const PERIOD_NS = 1_000_000_000;
/** Share of the time to the deadline that a revised wake-up gets: runtime / period. */
const DENSITY_DIVISOR = PERIOD_NS / RUNTIME_NS;
/** A deferral is not prolonged by less than this (dl_server_min_res). */
const RESOLUTION_NS = 1_000_000;
/** start_dl_timer compares in microseconds: a deadline missed by less still gets its timer. */
const TIMER_PAST_NS = 1000;

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
  if (server.state[cpu] !== SERVER_OFF) return;
  if (k.nowNs < server.deadlineNs[cpu]) {
    const fitsNs = Math.floor((server.deadlineNs[cpu] - k.nowNs) / DENSITY_DIVISOR);
    server.budgetNs[cpu] = Math.min(server.budgetNs[cpu], fitsNs);
    server.state[cpu] = SERVER_ACTIVE;
    return;
  }
  defer(k, cpu, k.wakerCpu);
}

/** A new period, deferred to its zero laxity; code on `armingCpu` starts the timer. */
function defer(k: Kernel, cpu: number, armingCpu: number): void {
  const { server } = k;
  server.state[cpu] = SERVER_DEFERRED;
  newPeriod(k, cpu);
  armTimer(k, server.timer[cpu], server.deadlineNs[cpu] - RUNTIME_NS, armingCpu);
}

/** replenish_dl_new_period */
function newPeriod(k: Kernel, cpu: number): void {
  k.server.budgetNs[cpu] = RUNTIME_NS;
  k.server.deadlineNs[cpu] = k.nowNs + PERIOD_NS;
}

/** replenish_dl_entity: what was overrun is taken from the next budget. */
function replenish(k: Kernel, cpu: number): void {
  const { server } = k;
  while (server.budgetNs[cpu] <= 0) {
    server.deadlineNs[cpu] += PERIOD_NS;
    server.budgetNs[cpu] += RUNTIME_NS;
  }
  if (server.deadlineNs[cpu] < k.nowNs) newPeriod(k, cpu);
}

/** The last fair thread left: later kernels stop the server here, 6.12 lets its timer fire. */
export function afterFairDequeue(k: Kernel, cpu: number): void {
  const { server } = k;
  if (k.fair.count[cpu] > 0 || server.state[cpu] === SERVER_OFF) return;
  if (server.state[cpu] === SERVER_DEFERRED && k.traitsOf(cpu).fairServerStopsAtDequeue) {
    server.state[cpu] = SERVER_OFF;
    server.deadlineNs[cpu] = 0;
    cancelTimer(k, server.timer[cpu]);
  }
}

/**
 * dl_server_timer, executed by `onCpu`: zero laxity or replenishment of the server of `cpu`.
 * Returns true if that CPU must reschedule.
 */
export function serverTimer(k: Kernel, cpu: number, onCpu: number): boolean {
  const { server } = k;
  const state = server.state[cpu];
  if (state !== SERVER_DEFERRED && state !== SERVER_EXHAUSTED) return false;
  if (state === SERVER_DEFERRED) {
    const laxityAtNs = server.deadlineNs[cpu] - server.budgetNs[cpu];
    if (k.nowNs < laxityAtNs - RESOLUTION_NS) {
      // Fair threads ran in the background: starvation begins later by that much.
      armPinnedTimer(k, server.timer[cpu], laxityAtNs, onCpu);
      return false;
    }
    const leftNs = server.deadlineNs[cpu] - k.nowNs;
    if (server.budgetNs[cpu] * DENSITY_DIVISOR > leftNs) newPeriod(k, cpu);
  }
  replenish(k, cpu);
  server.state[cpu] = SERVER_ACTIVE;
  return true;
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

/**
 * update_curr_dl_se: a fair thread ran for `ranNs`, at deadline level or in the background. Called
 * where the scheduler accounts, the tick above all: a chunk overruns by up to one tick.
 */
export function chargeServer(k: Kernel, cpu: number, ranNs: number): void {
  const { server } = k;
  if (server.state[cpu] === SERVER_OFF) return;
  server.budgetNs[cpu] -= ranNs;
  if (server.budgetNs[cpu] > 0) return;
  if (server.state[cpu] !== SERVER_ACTIVE) {
    // Used up in the background: nothing starves, so a new period is deferred again.
    defer(k, cpu, cpu);
  } else if (k.nowNs - server.deadlineNs[cpu] >= TIMER_PAST_NS) {
    replenish(k, cpu);
  } else {
    server.state[cpu] = SERVER_EXHAUSTED;
    armTimer(k, server.timer[cpu], Math.max(server.deadlineNs[cpu], k.nowNs), cpu);
    setReschedule(k, cpu, cpu);
  }
}
