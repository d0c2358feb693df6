/**
 * VM exits of a vCPU: where each kind of exit leads.
 *
 * [S] arch/x86/kvm/x86.c vcpu_enter_guest; vmx/vmx.c vmx_handle_exit, vmx_exit_handlers_fastpath,
 * handle_fastpath_preemption_timer; 6.12. An exit for an interrupt runs the host's handler with
 * interrupts still off, then opens a window in which the thread can be preempted; a fastpath exit
 * goes straight back without one. Left out: exits to user space, nested guests.
 */
import type { Action } from '../engine/program.js';
import { IRQ_TIMER } from '../kernel/cpu.js';
import { reenter } from './entry.js';
import type { Hypervisor } from './hypervisor.js';
import { armLapicTimer, timerExpired } from './lapicTimer.js';
import { requestInterrupt } from './request.js';
import { VCPU_EXIT_SLEEP, VCPU_EXIT_TIMER, VCPU_PROGRAMS, VCPU_RUN } from './vcpuColumns.js';

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
  const frame = m.taskFrames + m.cpu.hostTask[vcpu];
  const sleepNs = m.leaveGuestSleep(vcpu);
  if (sleepNs === 0) {
    m.begin(lane, frame, pc);
    return;
  }
  m.vcpu.afterSleep[vcpu] = pc;
  m.frameDynamicNs[frame] = sleepNs;
  m.begin(lane, frame, vcpuProgram(m, vcpu, VCPU_EXIT_SLEEP));
}

/** The core is awake: the exit itself follows. */
export const sleepLeft: Action<Hypervisor> = (m, frame) => m.vcpu.afterSleep[vcpuOf(m, frame)];

/**
 * Slot handler: the preemption timer of a vCPU ran out. It counts in guest mode only: outside, the
 * next entry sets it again.
 */
export function preemptionTimerFired(m: Hypervisor, vcpu: number): void {
  if (m.cpu.inGuest[vcpu] === 0) return;
  const lane = m.cpu.lane[vcpu];
  if (m.laneFrame[lane] === m.smmFrames + lane) {
    // It is noticed when the SMI is over.
    m.schedule(m.vcpu.preemptionTimerSlot[vcpu], m.segmentEndNs[lane]);
    return;
  }
  m.pause(lane);
  exitGuest(m, vcpu, lane, vcpuProgram(m, vcpu, VCPU_EXIT_TIMER));
}

/** An exit for a host interrupt: after the handler's window the loop starts again. */
export const interruptExit: Action<Hypervisor> = (m, frame, pc) => {
  m.vcpu.flushNeeded[vcpuOf(m, frame)] = 1;
  return pc + 1;
};

export const toRunLoop: Action<Hypervisor> = (m, frame) =>
  vcpuProgram(m, vcpuOf(m, frame), VCPU_RUN);

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

/** ICR write: handled on the fast path where the kernel has one (from 5.8), else a full exit. */
export const icrExit: Action<Hypervisor> = (m, _frame, pc) =>
  m.kvm.timerFastpath ? pc + 1 : pc + 3;

/** Whether the target of the IPI in progress sleeps, so that waking it is paid for. */
function wakesTarget(m: Hypervisor, vcpu: number): boolean {
  const target = m.vcpu.ipiTarget[vcpu];
  return m.vcpu.blocked[target] === 1 && m.vcpu.polling[target] === 0;
}

/** The target's interrupt is requested, and its pCPU told. */
function deliverIpi(m: Hypervisor, vcpu: number, cpu: number): void {
  const ipi = requestInterrupt(m, m.vcpu.ipiTarget[vcpu], m.vcpu.ipiBit[vcpu], cpu);
  if (ipi >= 0 && ipi !== cpu) m.sendHostIpi(cpu, ipi);
}

/** ICR write handled on the fast path; a blocked target has to be woken for its interrupt. */
export const icrDone: Action<Hypervisor> = (m, frame, pc, lane) =>
  wakesTarget(m, vcpuOf(m, frame)) ? pc + 1 : icrDelivered(m, frame, pc, lane);

export const icrDelivered: Action<Hypervisor> = (m, frame) => {
  const vcpu = vcpuOf(m, frame);
  deliverIpi(m, vcpu, m.frameCpu[frame]);
  return reenter(m, frame, vcpuProgram(m, vcpu, VCPU_RUN));
};

export const slowIcrDone: Action<Hypervisor> = (m, frame, pc, lane) =>
  wakesTarget(m, vcpuOf(m, frame)) ? pc + 1 : slowIcrDelivered(m, frame, pc, lane);

export const slowIcrDelivered: Action<Hypervisor> = (m, frame, pc, lane) => {
  deliverIpi(m, vcpuOf(m, frame), m.frameCpu[frame]);
  return toRunLoop(m, frame, pc, lane);
};
