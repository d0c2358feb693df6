/**
 * The scheduler tick, and when a nohz_full CPU does without it.
 *
 * [S] kernel/time/tick-sched.c tick_nohz_handler, can_stop_full_tick; kernel/sched/core.c
 * sched_tick, sched_can_stop_tick. An idle CPU stops its tick. Left out: tick dependencies of POSIX
 * timers, perf and of RCU in user mode; the tick's timekeeping duty.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { CPU_PROGRAMS, PROGRAM_TIMER_IRQ } from './cpu.js';
import { serverMayRun } from './fairServer.js';
import { armPinnedTimer, cancelTimer } from './hrtimer.js';
import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { promoteAtTick, rescheduleLazily } from './lazy.js';
import { needsTick, RCU_OFF, rcuTick } from './rcu.js';
import { account } from './runQueue.js';
import { CLASS_FAIR, CLASS_RT } from './task.js';
import { afterTimer } from './timerInterrupt.js';
import { wake } from './wakeup.js';

const RESIDUAL_NS = 1_000_000_000;

/** RR_TIMESLICE, 100 ms in whole ticks: 100 * HZ / 1000. */
export function rrSliceNs(tickNs: number): number {
  const hz = Math.round(1e9 / tickNs);
  return Math.max(1, Math.floor(hz / 10)) * tickNs;
}

export class TickColumns {
  /** The tick's hrtimer; -1: this CPU has no tick (its work is not part of the plan). */
  readonly timer: Int32Array;
  readonly program: Int32Array;
  /** 1: the tick of a busy CPU may stop: nohz_full, and a clock that does without it. */
  readonly stops: Uint8Array;
  /** 1: leaving idle starts the tick, needed or not. */
  readonly startsAfterIdle: Uint8Array;

  constructor(cpus: number) {
    this.stops = new Uint8Array(cpus);
    this.startsAfterIdle = new Uint8Array(cpus);
    this.timer = new Int32Array(cpus).fill(-1);
    this.program = new Int32Array(cpus);
  }
}

/** sched_can_stop_tick and the idle rule: must this CPU's tick run now? */
export function tickNeeded(k: Kernel, cpu: number): boolean {
  if (k.cpu.current[cpu] === k.cpu.idleTask[cpu]) {
    const { tickNeverStops, idlePollKeepsTick } = k.traitsOf(cpu);
    if (tickNeverStops || (idlePollKeepsTick && k.cpu.idlePolls[cpu] === 1)) return true;
    return needsTick(k, cpu);
  }
  if (k.tick.stops[cpu] === 0) return true;
  if (k.deadlineCount[cpu] > 0 || serverMayRun(k, cpu)) return true;
  const roundRobin = k.rt.roundRobinCount[cpu];
  if (roundRobin > 0) return roundRobin > 1;
  if (k.rt.count[cpu] > 0) return false;
  return k.fair.count[cpu] > 1;
}

/** True if the CPU's queue needs a tick that is not there: somebody must make it look. */
export function tickMissing(k: Kernel, cpu: number): boolean {
  const timer = k.tick.timer[cpu];
  if (timer < 0 || !tickNeeded(k, cpu)) return false;
  return k.timers.queue[timer] < 0 || k.timers.expiryNs[timer] > nextTickNs(k, cpu);
}

/**
 * Starts or stops the tick as the CPU's run queue asks; the caller programs the device. Only the
 * end of an interrupt and the idle loop stop a tick: a switch from one thread to another leaves it
 * (`mayStop` false), and so a nohz_full CPU that polls when idle has its tick most of the time.
 */
export function updateTick(k: Kernel, cpu: number, mayStop: boolean): void {
  const timer = k.tick.timer[cpu];
  if (timer < 0) return;
  const queued = k.timers.queue[timer] >= 0;
  if (tickNeeded(k, cpu)) {
    // Queued and needed: it stands where it should, unless it was put off to the residual tick.
    if (queued && !k.traitsOf(cpu).localResidualTick) return;
    const nextNs = nextTickNs(k, cpu);
    if (!queued || k.timers.expiryNs[timer] > nextNs) armPinnedTimer(k, timer, nextNs, cpu);
  } else if (queued && mayStop) {
    const residual =
      k.traitsOf(cpu).localResidualTick && k.cpu.current[cpu] !== k.cpu.idleTask[cpu];
    if (!residual) cancelTimer(k, timer);
    else if (k.timers.expiryNs[timer] < k.nowNs + RESIDUAL_NS / 2) {
      armPinnedTimer(k, timer, k.nowNs + RESIDUAL_NS, cpu);
    }
  }
}

/**
 * tick_nohz_idle_exit before 5.14, tick_nohz_restart_sched_tick: the tick starts again whatever the CPU
 * goes on with; the end of its next interrupt stops it, or puts it off to the residual one.
 */
export function startTick(k: Kernel, cpu: number): void {
  const timer = k.tick.timer[cpu];
  if (timer < 0 || k.timers.queue[timer] >= 0) return;
  armPinnedTimer(k, timer, nextTickNs(k, cpu), cpu);
}

function nextTickNs(k: Kernel, cpu: number): number {
  const { tickNs } = k.traitsOf(cpu);
  return (Math.floor(k.nowNs / tickNs) + 1) * tickNs;
}

/** sched_tick: accounts, ends slices and budgets. */
const tick: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  account(k, cpu);
  const task = k.cpu.current[cpu];
  const { task: tasks } = k;
  const { lazy } = k.traitsOf(cpu);
  if (lazy) promoteAtTick(k, cpu);
  switch (tasks.class[task]) {
    case CLASS_RT:
      if (tasks.roundRobin[task] === 1) endSlice(k, cpu, task);
      break;
    case CLASS_FAIR:
      if (k.fair.count[cpu] > 1 && tasks.ranNs[task] >= fairSliceOf(k, cpu, task)) {
        if (lazy) rescheduleLazily(k, cpu, task, cpu);
        else setReschedule(k, cpu, cpu);
      }
      break;
  }
  const timer = k.tick.timer[cpu];
  if (tickNeeded(k, cpu)) armPinnedTimer(k, timer, nextTickNs(k, cpu), cpu);
  else if (k.traitsOf(cpu).localResidualTick) armPinnedTimer(k, timer, k.nowNs + RESIDUAL_NS, cpu);
  const rcuc = k.rcu.mode[cpu] === RCU_OFF ? -1 : rcuTick(k, cpu);
  if (rcuc >= 0) {
    k.frameSubject[frame] = rcuc;
    return pc + 1;
  }
  return afterTimer(k, cpu, k.cpu.program[cpu * CPU_PROGRAMS + PROGRAM_TIMER_IRQ], -1);
};

/** invoke_rcu_core: wakes rcuc/N. */
const wakeRcuc: Action<Kernel> = (k, frame) => {
  const cpu = k.frameCpu[frame];
  wake(k, k.frameSubject[frame], cpu);
  return afterTimer(k, cpu, k.cpu.program[cpu * CPU_PROGRAMS + PROGRAM_TIMER_IRQ], -1);
};

/** task_tick_rt: the slice is counted in ticks only. */
function endSlice(k: Kernel, cpu: number, task: number): void {
  const { task: tasks } = k;
  tasks.sliceNs[task] -= k.traitsOf(cpu).tickNs;
  if (tasks.sliceNs[task] > 0) return;
  tasks.sliceNs[task] = rrSliceNs(k.traitsOf(cpu).tickNs);
  if (k.rt.sharesPriority(tasks, cpu, task)) {
    k.rt.moveToTail(tasks, cpu, task);
    setReschedule(k, cpu, cpu);
  }
}

/** The remote tick of a nohz_full CPU: accounts once a second, costs that CPU nothing. */
export function remoteTick(k: Kernel, cpu: number): void {
  k.schedule(k.throttle.remoteTickSlot[cpu], k.nowNs + RESIDUAL_NS);
  const task = k.cpu.current[cpu];
  if (task !== k.cpu.idleTask[cpu] && k.cpu.switchingTo[cpu] < 0) {
    account(k, cpu);
    k.kickIfAttention(cpu);
  }
}

export function tickProgram(
  cost: Duration,
  wakeup: Duration,
  cause: string,
): Array<StepSpec<Kernel>> {
  return [
    {
      name: 'C_TICK',
      kernelFunction: 'kernel/time/tick-sched.c:tick_nohz_handler',
      duration: cost,
      cause,
      accepts: 0,
      action: tick,
    },
    {
      name: 'C_TTWU',
      kernelFunction: 'kernel/rcu/tree.c:invoke_rcu_core',
      duration: wakeup,
      cause,
      accepts: 0,
      action: wakeRcuc,
    },
  ];
}

/**
 * How long a fair thread runs before another may: a base slice, or under CFS its share of the latency
 * ([S] 6.1 kernel/sched/fair.c, sched_slice). Left out: the least granularity with more than eight.
 */
function fairSliceOf(k: Kernel, cpu: number, task: number): number {
  const { fairSliceNs, fairLatencyNs } = k.traitsOf(cpu);
  if (fairLatencyNs === 0) return fairSliceNs;
  return Math.floor((fairLatencyNs * k.task.weight[task]) / k.fair.weight(k.task, cpu));
}
