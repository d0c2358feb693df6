/**
 * KVM on top of the host's Linux: what a virtual CPU does differently from a physical one.
 * [S] arch/x86/kvm/x86.c, lapic.c, vmx/vmx.c, virt/kvm/kvm_main.c.
 */

import { STEP_COST, STEP_ROW } from '../engine/stepTable.js';
import { CstateColumns, chooseSleepState } from '../hardware/cstate.js';
import { IRQ_CALL, IRQ_RESCHEDULE, LEVELS } from '../kernel/cpu.js';
import { TIMER_LAPIC } from '../kernel/hrtimerQueue.js';
import { Kernel, type KernelSize, type TimerHandler } from '../kernel/kernel.js';
import { wake } from '../kernel/wakeup.js';
import { exitGuest } from './exits.js';
import { endPolling } from './halt.js';
import { IrqfdColumns } from './irqfd.js';
import { exitForIrqWindow } from './irqWindow.js';
import { lapicTimerFired } from './lapicTimer.js';
import { beginPauseLoop } from './pauseLoop.js';
import { postIpi } from './postedDevice.js';
import { postInterrupt } from './request.js';
import type { KvmTraits } from './traits.js';
import {
  VCPU_EXIT_HLT,
  VCPU_EXIT_ICR,
  VCPU_EXIT_INTERRUPT,
  VCPU_EXIT_MSR,
  VCPU_EXIT_NMI,
  VCPU_PROGRAMS,
  VcpuColumns,
} from './vcpuColumns.js';

export abstract class Hypervisor extends Kernel {
  readonly vcpu: VcpuColumns;
  readonly cstate: CstateColumns;
  readonly irqfd: IrqfdColumns;
  kvm!: KvmTraits;
  /** 1: the step is a loop of PAUSE instructions. */
  pauseSteps = new Uint8Array(0);
  /** The LAPIC hrtimer never leaves the arming pCPU (4.6 to 5.3). */
  lapicTimerPinned = false;
  /** Sources of IPI flight times per CPU, and of posting and poll turns per vCPU. */
  readonly flightCost: Int32Array;
  readonly postedCost: Int32Array;
  readonly pollCost: Int32Array;

  constructor(size: KernelSize) {
    super(size);
    this.vcpu = new VcpuColumns(this.cpus);
    this.cstate = new CstateColumns(this.cpus);
    this.irqfd = new IrqfdColumns(size.devices);
    this.flightCost = new Int32Array(this.cpus);
    this.postedCost = new Int32Array(this.cpus);
    this.pollCost = new Int32Array(this.cpus);
    this.timerHandlers[TIMER_LAPIC] = lapicTimerFired as unknown as TimerHandler;
  }

  /** A pCPU writes its deadline; a vCPU's write is one or two VM exits. */
  override programTimer(cpu: number, frame: number, pc: number, lane: number): number {
    if (cpu < this.lanes) {
      this.setClockevent(cpu);
      return pc;
    }
    const { vcpu } = this;
    const dueNs = this.timers.nextEventNs(cpu);
    this.cpu.deviceDueNs[cpu] = dueNs;
    // Starting the device also writes LVTT; stopping it reads LVTT too, which APICv does not trap.
    const stops = dueNs === Number.POSITIVE_INFINITY && !this.traitsOf(cpu).hasFarTimer;
    const stopping = vcpu.apicv[cpu] === 1 ? 2 : 3;
    vcpu.msrWrites[cpu] = stops ? stopping : vcpu.timerStopped[cpu] === 1 ? 2 : 1;
    vcpu.timerStopped[cpu] = stops ? 1 : 0;
    this.framePc[frame] = pc;
    this.frameRemainingNs[frame] = -1;
    exitGuest(this, cpu, lane, vcpu.program[cpu * VCPU_PROGRAMS + VCPU_EXIT_MSR]);
    return -1;
  }

  /** The hrtimer behind a guest's deadline will fire on `pcpu`; measuring follows the path. */
  timerPlaced(_vcpu: number, _pcpu: number): void {}

  /** That hrtimer fired. */
  timerFired(_vcpu: number): void {}

  /** A host CPU sends an IPI; a guest's ICR write is a VM exit. */
  override sendReschedule(
    cpu: number,
    target: number,
    frame: number,
    pc: number,
    lane: number,
  ): number {
    if (cpu < this.lanes) {
      this.sendHostIpi(cpu, target);
      return pc;
    }
    return this.writeIcr(cpu, target, IRQ_RESCHEDULE, frame, pc, lane);
  }

  override sendCall(cpu: number, target: number, frame: number, pc: number, lane: number): number {
    if (cpu >= this.lanes) return this.writeIcr(cpu, target, IRQ_CALL, frame, pc, lane);
    this.sendTo(this.cpu.callSlot[target], cpu);
    return pc;
  }

  private writeIcr(
    cpu: number,
    target: number,
    bit: number,
    frame: number,
    pc: number,
    lane: number,
  ): number {
    if (postIpi(this, cpu, target, bit)) return pc;
    this.vcpu.ipiTarget[cpu] = target;
    this.vcpu.ipiBit[cpu] = bit;
    this.framePc[frame] = pc;
    this.frameRemainingNs[frame] = -1;
    exitGuest(this, cpu, lane, this.vcpu.program[cpu * VCPU_PROGRAMS + VCPU_EXIT_ICR]);
    return -1;
  }

  override pauseLoop(cpu: number): void {
    if (cpu >= this.lanes) beginPauseLoop(this, cpu);
  }

  /** The frame with which a guest goes on when it is entered. */
  guestFrame(vcpu: number): number {
    const levels = this.cpu.levels[vcpu];
    if (levels === 0) return this.taskFrames + this.cpu.current[vcpu];
    return vcpu * LEVELS + (31 - Math.clz32(levels));
  }

  /** kvm_flush_tlb_multi: a vCPU whose thread is off its pCPU flushes when it is entered again. */
  override callReaches(cpu: number): boolean {
    return !this.vcpuIsPreempted(cpu);
  }

  override vcpuIsPreempted(cpu: number): boolean {
    return cpu >= this.lanes && this.cpu.current[this.cpu.lane[cpu]] !== this.cpu.hostTask[cpu];
  }

  /** Puts a reschedule IPI on its way to a pCPU. */
  sendHostIpi(cpu: number, target: number): void {
    this.sendTo(this.cpu.ipiSlot[target], cpu);
  }

  private sendTo(slot: number, cpu: number): void {
    const flightNs = this.costs.draw(this.flightCost[cpu]);
    const dueNs = this.nowNs + flightNs;
    if (dueNs < this.slots.dueNs[slot]) this.schedule(slot, dueNs);
  }

  /** A guest that enabled interrupts exits first if KVM asked for the irq window. */
  protected override attend(lane: number, frame: number): void {
    if (!exitForIrqWindow(this, lane, frame)) super.attend(lane, frame);
  }

  override leaveGuestForInterrupt(lane: number, vcpu: number): void {
    this.pause(lane);
    this.exitForInterrupt(lane, vcpu);
  }

  override exitForInterrupt(lane: number, vcpu: number): void {
    exitGuest(this, vcpu, lane, this.vcpu.program[vcpu * VCPU_PROGRAMS + VCPU_EXIT_INTERRUPT]);
  }

  /** The same for an NMI ([S] vmx.c handle_exception_nmi). */
  exitForNmi(lane: number, vcpu: number): void {
    exitGuest(this, vcpu, lane, this.vcpu.program[vcpu * VCPU_PROGRAMS + VCPU_EXIT_NMI]);
  }

  override interruptFromEvent(cpu: number, bit: number): void {
    if (cpu < this.lanes) super.interruptFromEvent(cpu, bit);
    else postInterrupt(this, cpu, bit);
  }

  override enterIdle(cpu: number, frame: number, pc: number, lane: number): number {
    if (cpu < this.lanes) {
      chooseSleepState(this, cpu);
      return pc;
    }
    const { vcpu } = this;
    if (this.cpu.idlePolls[cpu] === 1) {
      beginPauseLoop(this, cpu);
      return pc;
    }
    if (vcpu.haltInGuest[cpu] === 1 || vcpu.mwaitInGuest[cpu] === 1) {
      chooseSleepState(this, cpu);
      return pc;
    }
    this.framePc[frame] = pc;
    this.frameRemainingNs[frame] = -1;
    exitGuest(this, cpu, lane, vcpu.program[cpu * VCPU_PROGRAMS + VCPU_EXIT_HLT]);
    return -1;
  }

  /** Wakes the thread of a blocked vCPU; returns the pCPU that must get an IPI for it, or -1. */
  wakeBlocked(vcpu: number, cpu: number): number {
    if (this.vcpu.polling[vcpu] === 1) {
      endPolling(this, vcpu);
      return -1;
    }
    return this.vcpu.blocked[vcpu] === 1 ? wake(this, this.cpu.hostTask[vcpu], cpu) : -1;
  }

  override threadQueued(vcpu: number): void {
    if (this.vcpu.polling[vcpu] === 1) endPolling(this, vcpu);
  }

  /**
   * A guest that halted without an exit is left: what it takes the core to leave its C-state, ns.
   * When it is entered again it idles anew. A core that is waking for the guest wakes once.
   */
  leaveGuestSleep(vcpu: number): number {
    const program = this.sleepExitProgram(vcpu);
    if (program < 0) return 0;
    const frame = this.guestFrame(vcpu);
    if (this.framePc[frame] === program && this.frameRemainingNs[frame] >= 0) {
      const leftNs = this.frameRemainingNs[frame];
      this.frameRemainingNs[frame] = 0;
      return leftNs;
    }
    this.sleepState[vcpu] = 0;
    this.restartIdle(vcpu);
    const cost = this.steps.rows[program * STEP_ROW + STEP_COST];
    return cost < 0 ? 0 : this.costs.draw(cost);
  }

  override sleepExitProgram(cpu: number): number {
    const state = this.sleepState[cpu];
    return state === 0 ? -1 : this.cstate.exitProgram[this.cstate.exitBase[cpu] + state - 1];
  }
}
