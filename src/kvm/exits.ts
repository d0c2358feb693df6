/**
 * VM exits and the loop of the vCPU thread.
 *
 * [S] arch/x86/kvm/x86.c vcpu_run, vcpu_enter_guest; vmx/vmx.c vmx_vcpu_run, vmx_vcpu_enter_exit,
 * handle_fastpath_preemption_timer; 6.12. An exit for an interrupt runs the host's handler with
 * interrupts still off, then opens a window in which the thread can be preempted; a fastpath exit
 * goes straight back without one. Left out: exits to user space, nested guests.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_IRQ, ACCEPT_RESCHED } from '../engine/stepTable.js';
import { IRQ_TIMER } from '../kernel/cpu.js';
import { raiseIrq, resumeCpu } from '../kernel/interrupt.js';
import { blockHalted } from './halt.js';
import type { Hypervisor } from './hypervisor.js';
import { advanceWaitNs, armLapicTimer, timerExpired } from './lapicTimer.js';
import {
  VCPU_EXIT_INTERRUPT,
  VCPU_EXIT_MSR,
  VCPU_EXIT_TIMER,
  VCPU_PROGRAMS,
  VCPU_RUN,
} from './vcpuColumns.js';

/** Steps of the run program, relative to its first. */
export const RUN_LOOP = 0;
export const RUN_LOAD = 1;
export const RUN_INJECT = 2;
export const RUN_EARLY_WAIT = 3;
export const RUN_PREPARE = 4;
export const RUN_WAIT = 5;

export function vcpuProgram(m: Hypervisor, vcpu: number, index: number): number {
  return m.vcpu.program[vcpu * VCPU_PROGRAMS + index];
}

/** vCPU that a host frame runs. */
export function vcpuOf(m: Hypervisor, frame: number): number {
  return m.task.vcpu[frame - m.taskFrames];
}

/** The guest stops executing; its frame has been paused. The host thread goes on at `pc`. */
export function exitGuest(m: Hypervisor, vcpu: number, lane: number, pc: number): void {
  m.cpu.inGuest[vcpu] = 0;
  const slot = m.vcpu.preemptionTimerSlot[vcpu];
  if (slot >= 0) m.schedule(slot, Number.POSITIVE_INFINITY);
  m.begin(lane, m.taskFrames + m.cpu.hostTask[vcpu], pc);
}

/** Slot handler: the preemption timer of a vCPU in guest mode ran out. */
export function preemptionTimerFired(m: Hypervisor, vcpu: number): void {
  const lane = m.cpu.lane[vcpu];
  if (m.laneFrame[lane] === m.smmFrames + lane) {
    // It is noticed when the SMI is over.
    m.schedule(m.vcpu.preemptionTimerSlot[vcpu], m.segmentEndNs[lane]);
    return;
  }
  m.pause(lane);
  exitGuest(m, vcpu, lane, vcpuProgram(m, vcpu, VCPU_EXIT_TIMER));
}

/** vcpu_run: what has to be done before the guest can be entered. */
export const runLoop: Action<Hypervisor> = (m, frame, pc, lane) => {
  const vcpu = vcpuOf(m, frame);
  const { vcpu: state } = m;
  const task = frame - m.taskFrames;
  if (m.task.switchedOut[task] === 1) {
    m.task.switchedOut[task] = 0;
    m.cpu.lane[vcpu] = lane;
    return pc - RUN_LOOP + RUN_LOAD;
  }
  if (state.expired[vcpu] > 0) return pc - RUN_LOOP + RUN_INJECT;
  if (state.halted[vcpu] === 1) {
    if (state.requested[vcpu] === 0) return blockHalted(m, vcpu, frame, lane);
    state.halted[vcpu] = 0;
  }
  if (!m.kvm.waitNextToEntry) {
    m.frameDynamicNs[frame] = advanceWaitNs(m, vcpu);
    return pc - RUN_LOOP + RUN_EARLY_WAIT;
  }
  return pc - RUN_LOOP + RUN_PREPARE;
};

/** kvm_sched_in: the VMCS was loaded again. */
export const vcpuLoaded: Action<Hypervisor> = (m, frame, pc) => {
  m.vcpu.flushNeeded[vcpuOf(m, frame)] = 1;
  return pc - RUN_LOAD + RUN_LOOP;
};

/** kvm_inject_pending_timer_irqs: the expiry becomes a pending vector. */
export const injectTimer: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = vcpuOf(m, frame);
  m.vcpu.expired[vcpu] = 0;
  m.vcpu.requested[vcpu] |= IRQ_TIMER;
  return pc - RUN_INJECT + RUN_LOOP;
};

/** kvm_vcpu_exit_request: an interrupt or a reschedule cancels the entry. */
export const prepared: Action<Hypervisor> = (m, frame, pc) => {
  const host = m.frameCpu[frame];
  if ((m.attention[host] & (ACCEPT_IRQ | ACCEPT_RESCHED)) !== 0) return pc - RUN_PREPARE + RUN_LOOP;
  const vcpu = vcpuOf(m, frame);
  // Expired since the loop looked: a request, and the entry is cancelled for it.
  if (m.vcpu.expired[vcpu] > 0) return pc - RUN_PREPARE + RUN_LOOP;
  return reenter(m, frame, pc - RUN_PREPARE);
};

/** The last stretch before VM entry, shared with the fast path: wait, flush, enter. */
export function reenter(m: Hypervisor, frame: number, run: number): number {
  // kvm_vcpu_exit_request: the fast path is left for a reschedule.
  if ((m.attention[m.frameCpu[frame]] & ACCEPT_RESCHED) !== 0) return run + RUN_LOOP;
  const vcpu = vcpuOf(m, frame);
  m.frameDynamicNs[frame] = m.kvm.waitNextToEntry ? advanceWaitNs(m, vcpu) : 0;
  return run + RUN_WAIT;
}

/** guest_state_enter_irqoff is behind: the flush is the last thing before the world switch. */
export const tracked: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = vcpuOf(m, frame);
  if (m.kvm.l1dFlush && m.vcpu.flushNeeded[vcpu] === 1) {
    m.vcpu.flushNeeded[vcpu] = 0;
    return pc + 1;
  }
  return pc + 2;
};

/** The world switch: the guest goes on, first with what became pending for it. */
export const enterGuest: Action<Hypervisor> = (m, frame, pc, lane) => {
  const vcpu = vcpuOf(m, frame);
  const { vcpu: state } = m;
  m.cpu.lane[vcpu] = lane;
  const requested = state.requested[vcpu];
  if (requested !== 0) {
    state.requested[vcpu] = 0;
    m.cpu.pendingIrq[vcpu] |= requested;
    m.attention[vcpu] |= ACCEPT_IRQ;
  }
  if ((m.attention[lane] & ACCEPT_IRQ) !== 0 || state.expired[vcpu] > 0) {
    // An interrupt or a kick since preparation makes the entry exit at once.
    return vcpuProgram(m, vcpu, VCPU_EXIT_INTERRUPT);
  }
  // The guest's next instruction is the second write of the same timer operation.
  if (state.msrWrites[vcpu] > 0) return vcpuProgram(m, vcpu, VCPU_EXIT_MSR);
  m.cpu.inGuest[vcpu] = 1;
  if (state.preemptionTimerArmed[vcpu] === 1) {
    const earlyNs = m.kvm.preemptionTimerSubtractsAdvance ? state.advanceNs[vcpu] : 0;
    const dueNs = state.deadlineNs[vcpu] - earlyNs;
    m.schedule(state.preemptionTimerSlot[vcpu], dueNs > m.nowNs ? dueNs : m.nowNs);
  }
  m.frameRemainingNs[frame] = -1;
  m.framePc[frame] = pc;
  resumeCpu(m, vcpu, lane);
  return -1;
};

/** An exit for a host interrupt: after the handler's window the loop starts again. */
export const interruptExit: Action<Hypervisor> = (m, frame, pc) => {
  m.vcpu.flushNeeded[vcpuOf(m, frame)] = 1;
  return pc + 1;
};

export const toRunLoop: Action<Hypervisor> = (m, frame) => {
  const vcpu = vcpuOf(m, frame);
  m.vcpu.flushNeeded[vcpu] = 1;
  return vcpuProgram(m, vcpu, VCPU_RUN);
};

/**
 * WRMSR exit: the fast path for TSC_DEADLINE if the preemption timer backs the timer, else a full
 * exit. LVTT, the first write of two, has no fast path (handle_fastpath_set_msr_irqoff).
 */
export const msrExit: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = vcpuOf(m, frame);
  const { msrWrites, preemptionTimer } = m.vcpu;
  const fast = m.kvm.timerFastpath && preemptionTimer[vcpu] === 1 && msrWrites[vcpu] <= 1;
  return fast ? pc + 1 : pc + 2;
};

/** A full exit was handled: LVTT is written and the guest's next write exits again. */
export const slowMsrHandled: Action<Hypervisor> = (m, frame, pc, lane) => {
  const vcpu = vcpuOf(m, frame);
  if (m.vcpu.msrWrites[vcpu] <= 1) return pc + 1;
  m.vcpu.msrWrites[vcpu]--;
  return toRunLoop(m, frame, pc, lane);
};

/** The deadline is written: back to the guest. */
export const fastMsrDone: Action<Hypervisor> = (m, frame) => {
  const vcpu = vcpuOf(m, frame);
  m.vcpu.msrWrites[vcpu] = 0;
  armLapicTimer(m, vcpu, m.frameCpu[frame]);
  return afterFastpath(m, frame, vcpu);
};

/**
 * The end of a fast path: with APICv an expiry is set in the PIR and the guest is entered again;
 * without, it is a request that has to be served first (kvm_vcpu_exit_request).
 */
function afterFastpath(m: Hypervisor, frame: number, vcpu: number): number {
  const run = vcpuProgram(m, vcpu, VCPU_RUN);
  if (m.vcpu.expired[vcpu] > 0) {
    if (m.vcpu.apicv[vcpu] === 0) return run;
    m.vcpu.expired[vcpu] = 0;
    m.vcpu.requested[vcpu] |= IRQ_TIMER;
  }
  return reenter(m, frame, run);
}

/** Preemption-timer exit: handled on the fast path where the kernel has one. */
export const timerExit: Action<Hypervisor> = (m, _frame, pc) =>
  m.kvm.timerFastpath ? pc + 1 : pc + 2;

export const fastTimerDone: Action<Hypervisor> = (m, frame) => {
  const vcpu = vcpuOf(m, frame);
  timerExpired(m, vcpu);
  return afterFastpath(m, frame, vcpu);
};

export const slowTimerDone: Action<Hypervisor> = (m, frame) => {
  const vcpu = vcpuOf(m, frame);
  timerExpired(m, vcpu);
  return vcpuProgram(m, vcpu, VCPU_RUN);
};

/** ICR write handled on the fast path; a blocked target has to be woken for its interrupt. */
export const icrDone: Action<Hypervisor> = (m, frame, pc, lane) => {
  const target = m.vcpu.ipiTarget[vcpuOf(m, frame)];
  const wakes = m.vcpu.blocked[target] === 1 && m.vcpu.polling[target] === 0;
  return wakes ? pc + 1 : icrDelivered(m, frame, pc, lane);
};

/** The target's interrupt is requested. */
export const icrDelivered: Action<Hypervisor> = (m, frame) => {
  const vcpu = vcpuOf(m, frame);
  const target = m.vcpu.ipiTarget[vcpu];
  const ipi = requestInterrupt(m, target, 1, m.frameCpu[frame]);
  if (ipi >= 0 && ipi !== m.frameCpu[frame]) m.sendHostIpi(m.frameCpu[frame], ipi);
  return reenter(m, frame, vcpuProgram(m, vcpu, VCPU_RUN));
};

/**
 * Makes interrupt `bit` pending for a vCPU (vmx_deliver_interrupt). `cpu` executes the injection.
 * Returns the pCPU that must get an IPI for it, or -1.
 */
export function requestInterrupt(m: Hypervisor, vcpu: number, bit: number, cpu: number): number {
  const { vcpu: state } = m;
  if ((state.requested[vcpu] & bit) !== 0) return -1;
  state.requested[vcpu] |= bit;
  if (m.cpu.inGuest[vcpu] === 1) {
    if (state.apicv[vcpu] === 0) return m.cpu.lane[vcpu];
    const flightNs = m.costs.draw(m.postedCost[vcpu]);
    const slot = state.postedSlot[vcpu];
    if (m.nowNs + flightNs < m.slots.dueNs[slot]) m.schedule(slot, m.nowNs + flightNs);
    return -1;
  }
  return m.wakeBlocked(vcpu, cpu);
}

/** Slot handler: a notification reaches a pCPU; if the vCPU is in the guest it sees the vectors. */
export function postedInterrupt(m: Hypervisor, vcpu: number): void {
  if (m.cpu.inGuest[vcpu] === 0) return;
  const requested = m.vcpu.requested[vcpu];
  if (requested === 0) return;
  m.vcpu.requested[vcpu] = 0;
  raiseIrq(m, vcpu, requested);
}
