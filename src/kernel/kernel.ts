/**
 * One part's Linux kernels, the host's and the guests': the columns of every rule in this folder,
 * and the few operations that a virtual CPU does differently.
 */
import { Engine } from '../engine/engine.js';
import {
  ACCEPT_RESCHED,
  STEP_ARGUMENT,
  STEP_ROW,
  STEP_WORD,
  WORD_ACCEPTS,
} from '../engine/stepTable.js';
import { CallColumns } from './callFunction.js';
import { CpuColumns, IRQ_RESCHEDULE, LEVELS } from './cpu.js';
import { DeadlineBalanceColumns } from './deadlineBalance.js';
import { DeviceColumns } from './device.js';
import { FairQueue } from './fairQueue.js';
import { FairServerColumns } from './fairServer.js';
import { needsProgramming } from './hrtimer.js';
import { HrtimerQueue } from './hrtimerQueue.js';
import { attend, raiseIrq, setReschedule } from './interrupt.js';
import { LazyColumns } from './lazy.js';
import { LockColumns } from './lock.js';
import { RcuColumns } from './rcu.js';
import { RtBalanceColumns } from './rtBalance.js';
import { RtQueue } from './rtQueue.js';
import { RwColumns } from './rwLock.js';
import type { KernelSize } from './size.js';
import { SoftirqColumns } from './softirq.js';
import { StopColumns } from './stopMachine.js';
import { TaskColumns } from './task.js';
import { ThrottleColumns } from './throttle.js';
import { TickColumns } from './tick.js';
import type { TimerHandler } from './timerHandler.js';
import type { KernelTraits } from './traits.js';
import { WorkColumns } from './worker.js';

export type { KernelSize } from './size.js';
export type { TimerHandler } from './timerHandler.js';
export type { KernelTraits } from './traits.js';

export abstract class Kernel extends Engine {
  /** pCPUs and vCPUs of the part. */
  readonly cpus: number;
  readonly traits: KernelTraits[] = [];
  readonly cpu: CpuColumns;
  readonly task: TaskColumns;
  readonly rt: RtQueue;
  readonly balance: RtBalanceColumns;
  readonly deadlineBalance: DeadlineBalanceColumns;
  readonly fair: FairQueue;
  readonly timers: HrtimerQueue;
  readonly softirq: SoftirqColumns;
  readonly rcu: RcuColumns;
  readonly tick: TickColumns;
  readonly throttle: ThrottleColumns;
  readonly server: FairServerColumns;
  readonly stop: StopColumns;
  readonly lazy: LazyColumns;
  /** Steps that are kernel code; empty: no kernel preempts lazily. */
  kernelSteps = new Uint8Array(0);
  readonly locks: LockColumns;
  readonly rw: RwColumns;
  /** Number of the first of the locks of bottom halves, one a CPU (softirq_ctrl on RT). */
  readonly bottomHalves: number;
  readonly devices: DeviceColumns;
  readonly work: WorkColumns;
  readonly calls: CallColumns;
  /** Frame of task 0; the frames of a CPU's levels come first. */
  readonly taskFrames: number;
  readonly smmFrames: number;
  readonly nmiFrames: number;
  /** C-state of an idle pCPU: 0 = none, else 1 + index in the platform's list. */
  readonly sleepState: Uint8Array;
  /** Deadline tasks that are runnable, per CPU. */
  readonly deadlineCount: Int32Array;
  /** Threads displaced after they had run since their last dispatch. */
  preemptions = 0;
  /** True: threads have working sets, and find what is gone when they run again. */
  coldCaches = false;
  switches = 0;
  /** The timer, thread or device that the program of a frame is about. */
  readonly frameSubject: Int32Array;
  /** First step of the idle loop, per CPU. */
  readonly idleProgram: Int32Array;
  /** What expired timers of each kind do, by kind. */
  readonly timerHandlers: TimerHandler[] = [];
  /** CPU that executes the wake-up in progress: it arms what the wake-up arms. */
  wakerCpu = 0;

  constructor(size: KernelSize) {
    const cpus = size.lanes + size.vcpus;
    super({ ...size, frames: cpus * LEVELS + 2 * size.lanes + size.tasks }, cpus);
    this.cpus = cpus;
    this.smmFrames = cpus * LEVELS;
    this.nmiFrames = this.smmFrames + size.lanes;
    this.taskFrames = this.nmiFrames + size.lanes;
    this.cpu = new CpuColumns(cpus);
    this.task = new TaskColumns(size.tasks);
    this.rt = new RtQueue(cpus);
    this.balance = new RtBalanceColumns(cpus, size.tasks);
    this.deadlineBalance = new DeadlineBalanceColumns(cpus);
    this.fair = new FairQueue(cpus);
    this.timers = new HrtimerQueue(cpus, size.timers);
    this.softirq = new SoftirqColumns(cpus, size.tasks);
    this.rcu = new RcuColumns(cpus, size.tasks);
    this.tick = new TickColumns(cpus);
    this.throttle = new ThrottleColumns(cpus);
    this.server = new FairServerColumns(cpus);
    this.lazy = new LazyColumns(cpus);
    this.stop = new StopColumns(cpus, size.tasks);
    this.locks = new LockColumns(size.locks + cpus);
    this.rw = new RwColumns(size.locks);
    this.bottomHalves = size.locks;
    this.devices = new DeviceColumns(size.devices, cpus);
    this.work = new WorkColumns(size.works, size.tasks);
    this.calls = new CallColumns(cpus, this.framePc.length);
    this.frameSubject = new Int32Array(this.framePc.length).fill(-1);
    this.idleProgram = new Int32Array(cpus);
    this.sleepState = new Uint8Array(cpus);
    this.deadlineCount = new Int32Array(cpus);
    for (let cpu = 0; cpu < cpus; cpu++) {
      for (let level = 0; level < LEVELS; level++) this.frameCpu[cpu * LEVELS + level] = cpu;
    }
    for (let lane = 0; lane < size.lanes; lane++) {
      this.frameCpu[this.smmFrames + lane] = lane;
      this.frameCpu[this.nmiFrames + lane] = lane;
      this.cpu.lane[lane] = lane;
    }
  }

  /** Writes the CPU's next deadline to its timer device; see {@link programPcpuTimer}. */
  abstract programTimer(cpu: number, frame: number, pc: number, lane: number): number;

  /** A CPU asks another one of the same Linux to reschedule. */
  abstract sendReschedule(
    cpu: number,
    target: number,
    frame: number,
    pc: number,
    lane: number,
  ): number;

  /** A CPU sends another one of the same Linux a function call. */
  abstract sendCall(cpu: number, target: number, frame: number, pc: number, lane: number): number;

  /** An interrupt for the host arrived while the lane executes a guest. */
  abstract leaveGuestForInterrupt(lane: number, vcpu: number): void;

  /** The same for a guest whose frame is paused already. */
  abstract exitForInterrupt(lane: number, vcpu: number): void;

  /** What a CPU does when nothing is left to run: the idle loop has been entered. */
  abstract enterIdle(cpu: number, frame: number, pc: number, lane: number): number;

  /** An idle CPU was interrupted: when it idles again it chooses its C-state anew. */
  restartIdle(cpu: number): void {
    const frame = this.taskFrames + this.cpu.idleTask[cpu];
    this.framePc[frame] = this.idleProgram[cpu];
    this.frameRemainingNs[frame] = -1;
  }

  /** First step of leaving the C-state that an idle CPU is in; -1: nothing to leave. */
  abstract sleepExitProgram(cpu: number): number;

  protected override attend(lane: number, frame: number): void {
    attend(this, lane, frame);
  }

  /** Writes a pCPU's deadline; a passed one fires at once. */
  protected setClockevent(cpu: number): void {
    const dueNs = this.timers.nextEventNs(cpu);
    this.cpu.deviceDueNs[cpu] = dueNs;
    this.schedule(this.cpu.clockeventSlot[cpu], Math.max(dueNs, this.nowNs));
  }

  /** The idle CPU of a lane saw by itself that it must reschedule; for what follows its path. */
  noticedFlag(_lane: number): void {}

  /** Code on a CPU begins to spin; a hypervisor may mind. */
  pauseLoop(_cpu: number): void {}

  /** True if a function call has to interrupt this CPU; a guest may know that its vCPU is preempted. */
  callReaches(_cpu: number): boolean {
    return true;
  }

  /** vcpu_is_preempted: the host runs something else on the pCPU of a vCPU. */
  vcpuIsPreempted(_cpu: number): boolean {
    return false;
  }

  /** Work was handed to its thread; for what follows the path of an event. */
  workQueued(_work: number): void {}

  /** A thread leaves its CPU; one arrives: what it brings back costs this, ns. */
  threadLeaves(_cpu: number, _task: number): void {}
  threadArrives(_cpu: number, _task: number, _lane: number): number {
    return 0;
  }

  /** A thread was queued on the CPU that runs the thread of `vcpu`; for what polls only when alone. */
  threadQueued(_vcpu: number): void {}

  /** An event without an executing CPU asks a CPU to reschedule. */
  rescheduleFromEvent(cpu: number): void {
    if (setReschedule(this, cpu, -1)) this.interruptFromEvent(cpu, IRQ_RESCHEDULE);
  }

  /** An event interrupts a CPU; a vCPU may have to be woken for it. */
  interruptFromEvent(cpu: number, bit: number): void {
    raiseIrq(this, cpu, bit);
  }

  /** Accounting from outside may have asked the CPU to reschedule: make it notice. */
  kickIfAttention(cpu: number): void {
    if ((this.attention[cpu] & ACCEPT_RESCHED) !== 0) raiseIrq(this, cpu, IRQ_RESCHEDULE);
  }

  /** Writes a pCPU's device if its first event moved. A vCPU does so at its next interrupt. */
  programNow(cpu: number): void {
    if (cpu < this.lanes && needsProgramming(this, cpu)) this.setClockevent(cpu);
  }

  traitsOf(cpu: number): KernelTraits {
    return this.traits[this.cpu.kernel[cpu]];
  }

  accepts(pc: number): number {
    return this.steps.rows[pc * STEP_ROW + STEP_WORD] & WORD_ACCEPTS;
  }

  argument(pc: number): number {
    return this.steps.rows[pc * STEP_ROW + STEP_ARGUMENT];
  }
}
