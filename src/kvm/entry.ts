/**
 * The loop of the vCPU thread up to VM entry.
 *
 * [S] arch/x86/kvm/x86.c vcpu_run, vcpu_enter_guest, kvm_vcpu_exit_request; vmx/vmx.c
 * vmx_vcpu_run; 6.12. The last stretch, from preparation to the world switch, has interrupts off;
 * what is latched there makes the entry exit at once.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_IRQ, ACCEPT_RESCHED } from '../engine/stepTable.js';
import { IRQ_TIMER } from '../kernel/cpu.js';
import { resumeCpu } from '../kernel/interrupt.js';
import { vcpuOf, vcpuProgram } from './exits.js';
import { blockHalted } from './halt.js';
import type { Hypervisor } from './hypervisor.js';
import { advanceWaitNs } from './lapicTimer.js';
import { resumePauseLoop } from './pauseLoop.js';
import { injectOne, swallowNotification, takeRequested } from './request.js';
import { movedTo, serviceStep } from './service.js';
import { VCPU_EXIT_FAULT, VCPU_EXIT_INTERRUPT, VCPU_EXIT_MSR } from './vcpuColumns.js';

/** Steps of the run program, relative to its first. */
export const RUN_LOOP = 0;
export const RUN_LOAD = 1;
export const RUN_INJECT = 2;
export const RUN_EARLY_WAIT = 3;
export const RUN_PREPARE = 4;
export const RUN_WAIT = 5;
export const RUN_MIGRATE = 9;
export const RUN_MASTERCLOCK = 11;
export const RUN_CLOCK = 12;

/** vcpu_run: what has to be done before the guest can be entered. */
export const runLoop: Action<Hypervisor> = (m, frame, pc, lane) => {
  const vcpu = vcpuOf(m, frame);
  const { vcpu: state } = m;
  const task = frame - m.taskFrames;
  if (m.task.switchedOut[task] === 1) {
    m.task.switchedOut[task] = 0;
    if (m.cpu.lane[vcpu] !== lane) movedTo(m, vcpu);
    m.cpu.lane[vcpu] = lane;
    return pc - RUN_LOOP + RUN_LOAD;
  }
  if (state.service[vcpu] !== 0) return serviceStep(m, vcpu, frame, pc - RUN_LOOP);
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
  const vcpu = vcpuOf(m, frame);
  m.vcpu.flushNeeded[vcpu] = 1;
  m.vcpu.pauseWindowNs[vcpu] = m.kvm.pauseWindowNs;
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
  if (m.vcpu.service[vcpu] !== 0) return run + RUN_LOOP;
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
    if (state.apicv[vcpu] === 0) {
      injectOne(m, vcpu);
    } else {
      m.cpu.pendingIrq[vcpu] |= takeRequested(m, vcpu, requested);
      if (m.cpu.pendingIrq[vcpu] !== 0) m.attention[vcpu] |= ACCEPT_IRQ;
    }
  }
  swallowNotification(m, lane);
  if ((m.attention[lane] & ACCEPT_IRQ) !== 0 || state.expired[vcpu] > 0) {
    // An interrupt or a kick since preparation makes the entry exit at once.
    return vcpuProgram(m, vcpu, VCPU_EXIT_INTERRUPT);
  }
  // The guest's next instruction is the second write of the same timer operation.
  if (state.msrWrites[vcpu] > 0) return vcpuProgram(m, vcpu, VCPU_EXIT_MSR);
  if (state.faults[vcpu] === 1) return vcpuProgram(m, vcpu, VCPU_EXIT_FAULT);
  m.cpu.inGuest[vcpu] = 1;
  if (state.pauseSlot[vcpu] >= 0) resumePauseLoop(m, vcpu);
  if (state.preemptionTimerArmed[vcpu] === 1) {
    const earlyNs = m.kvm.preemptionTimerSubtractsAdvance ? state.advanceNs[vcpu] : 0;
    const dueNs = state.deadlineNs[vcpu] - earlyNs;
    m.schedule(state.preemptionTimerSlot[vcpu], Math.max(dueNs, m.nowNs));
  } else {
    m.schedule(state.preemptionTimerSlot[vcpu], Number.POSITIVE_INFINITY);
  }
  m.frameRemainingNs[frame] = -1;
  m.framePc[frame] = pc;
  resumeCpu(m, vcpu, lane);
  return -1;
};
