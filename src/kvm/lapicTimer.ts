/**
 * The emulated TSC-deadline timer: arming on its backend, expiry, and the timer advance.
 *
 * [S] arch/x86/kvm/lapic.c start_sw_tscdeadline, apic_timer_expired, apic_timer_fn,
 * __kvm_wait_lapic_expire, adjust_lapic_timer_advance. Left out: periodic and one-shot modes,
 * the granularity of the preemption timer (32 cycles).
 */
import type { Action } from '../engine/program.js';
import { CPU_PROGRAMS, IRQ_TIMER, PROGRAM_TIMER_IRQ } from '../kernel/cpu.js';
import { armPinnedTimer, armTimer, cancelTimer } from '../kernel/hrtimer.js';
import { irqFrame } from '../kernel/interrupt.js';
import { afterSoftTimer } from '../kernel/softirqWork.js';
import { afterTimer } from '../kernel/timerInterrupt.js';
import { vcpuProgram } from './exits.js';
import { endPolling } from './halt.js';
import type { Hypervisor } from './hypervisor.js';
import { requestInterrupt } from './request.js';
import { VCPU_LAPIC_CALLBACK } from './vcpuColumns.js';

const ADVANCE_INIT_NS = 1000;
const ADVANCE_MAX_NS = 5000;
const ADVANCE_STEP = 8;

/** Puts the guest's deadline on the vCPU's backend. `cpu` is the pCPU that executes this. */
export function armLapicTimer(m: Hypervisor, vcpu: number, cpu: number): void {
  const { vcpu: state } = m;
  state.expired[vcpu] = 0;
  state.expiredDeadlineNs[vcpu] = Number.NaN;
  // Only now: the timer that was armed before may have expired while the write was on its way.
  const deadlineNs = m.cpu.deviceDueNs[vcpu];
  state.deadlineNs[vcpu] = deadlineNs;
  if (state.preemptionTimer[vcpu] === 1) {
    cancelTimer(m, state.timer[vcpu]);
    state.preemptionTimerArmed[vcpu] = deadlineNs === Number.POSITIVE_INFINITY ? 0 : 1;
    // vmx_set_hv_timer: what is left after the advance is nothing, so it has expired.
    const earlyNs = m.kvm.preemptionTimerSubtractsAdvance ? state.advanceNs[vcpu] : 0;
    if (deadlineNs - m.nowNs <= earlyNs) timerExpired(m, vcpu);
    return;
  }
  armSoftware(m, vcpu, cpu);
}

/** start_sw_tscdeadline: an hrtimer on the host. */
export function armSoftware(m: Hypervisor, vcpu: number, cpu: number): void {
  const { vcpu: state } = m;
  const deadlineNs = state.deadlineNs[vcpu];
  if (deadlineNs === Number.POSITIVE_INFINITY) {
    cancelTimer(m, state.timer[vcpu]);
    return;
  }
  const advanceNs = state.advanceNs[vcpu];
  if (deadlineNs - m.nowNs <= advanceNs) {
    cancelTimer(m, state.timer[vcpu]);
    timerExpired(m, vcpu);
  } else if (m.lapicTimerPinned) {
    armPinnedTimer(m, state.timer[vcpu], deadlineNs - advanceNs, cpu);
  } else {
    m.timerPlaced(vcpu, armTimer(m, state.timer[vcpu], deadlineNs - advanceNs, cpu));
  }
}

/** apic_timer_expired, up to the pending count. */
export function timerExpired(m: Hypervisor, vcpu: number): void {
  const { vcpu: state } = m;
  state.preemptionTimerArmed[vcpu] = 0;
  state.expired[vcpu] = 1;
  state.expiredDeadlineNs[vcpu] = state.deadlineNs[vcpu];
  state.deadlineNs[vcpu] = Number.POSITIVE_INFINITY;
}

/**
 * __kvm_wait_lapic_expire: how long to spin before entry so that the guest does not see its timer
 * early; trains the advance. 0 if no expiry is about to be delivered.
 */
export function advanceWaitNs(m: Hypervisor, vcpu: number): number {
  const { vcpu: state } = m;
  const deadlineNs = state.expiredDeadlineNs[vcpu];
  if (Number.isNaN(deadlineNs)) return 0;
  if (((state.requested[vcpu] | m.cpu.pendingIrq[vcpu]) & IRQ_TIMER) === 0) return 0;
  state.expiredDeadlineNs[vcpu] = Number.NaN;
  return waitNs(m, vcpu, deadlineNs);
}

/** How long a delivery now has to wait for its deadline. */
function waitNs(m: Hypervisor, vcpu: number, deadlineNs: number): number {
  const { vcpu: state } = m;
  if (state.advanceNs[vcpu] === 0) return 0;
  const lateNs = m.nowNs - deadlineNs;
  if (state.advanceAdapts[vcpu] === 1) adapt(m, vcpu, lateNs);
  if (lateNs >= 0) return 0;
  return state.advanceAdapts[vcpu] === 1 ? Math.min(-lateNs, state.advanceNs[vcpu]) : -lateNs;
}

function adapt(m: Hypervisor, vcpu: number, lateNs: number): void {
  const { vcpu: state } = m;
  const size = Math.abs(lateNs);
  if (size < m.kvm.advanceAdjustMinNs || size > m.kvm.advanceAdjustMaxNs) return;
  const step = Math.floor(size / ADVANCE_STEP);
  const advanceNs = state.advanceNs[vcpu] + (lateNs < 0 ? -step : step);
  state.advanceNs[vcpu] = advanceNs > ADVANCE_MAX_NS ? ADVANCE_INIT_NS : advanceNs;
}

/** Steps of the callback program, relative to its first. */
const CALLBACK_WAIT = 0;
const CALLBACK_INJECT = 1;
const CALLBACK_KICK = 2;
const CALLBACK_WAKE = 3;

/**
 * apic_timer_fn in hard interrupt context on `cpu`, wherever the hrtimer was placed. If the guest has
 * set its timer again meanwhile, what expired is void: hrtimer_cancel waits for the callback, and
 * __start_apic_timer clears what it left. Left out: that wait.
 */
export function lapicTimerFired(
  m: Hypervisor,
  vcpu: number,
  _cpu: number,
  frame: number,
  _base: number,
  lane: number,
): number {
  const { vcpu: state } = m;
  const armedAgain = m.timers.queue[state.timer[vcpu]] >= 0;
  const stopped = state.deadlineNs[vcpu] === Number.POSITIVE_INFINITY;
  if (armedAgain || stopped) return afterCallback(m, frame, -1, lane);
  const program = vcpuProgram(m, vcpu, VCPU_LAPIC_CALLBACK);
  const deadlineNs = state.deadlineNs[vcpu];
  m.timerFired(vcpu);
  if (state.canPost[vcpu] === 1 && m.cpu.inGuest[vcpu] === 1) {
    m.frameDynamicNs[frame] = waitNs(m, vcpu, deadlineNs);
    state.deadlineNs[vcpu] = Number.POSITIVE_INFINITY;
    m.frameSubject[frame] = vcpu;
    return program + CALLBACK_WAIT;
  }
  timerExpired(m, vcpu);
  m.frameSubject[frame] = vcpu;
  return program + CALLBACK_KICK;
}

/** Where the interrupt that runs the callback goes on. */
function afterCallback(m: Hypervisor, frame: number, ipiTarget: number, lane: number): number {
  const cpu = m.frameCpu[frame];
  if (frame !== irqFrame(cpu)) return afterSoftTimer(m, frame, ipiTarget, lane);
  return afterTimer(m, cpu, m.cpu.program[cpu * CPU_PROGRAMS + PROGRAM_TIMER_IRQ], ipiTarget);
}

export const callbackWaited: Action<Hypervisor> = (_m, _frame, pc) =>
  pc - CALLBACK_WAIT + CALLBACK_INJECT;

/** Posted from another pCPU: the guest is interrupted without an exit. */
export const callbackInjected: Action<Hypervisor> = (m, frame, _pc, lane) => {
  const vcpu = m.frameSubject[frame];
  return afterCallback(m, frame, requestInterrupt(m, vcpu, IRQ_TIMER, m.frameCpu[frame]), lane);
};

/** kvm_vcpu_kick: wakes a blocked vCPU, or makes a running one exit to look. */
export const callbackKicked: Action<Hypervisor> = (m, frame, pc, lane) => {
  const vcpu = m.frameSubject[frame];
  if (m.vcpu.polling[vcpu] === 1) {
    endPolling(m, vcpu);
    m.noticedFlag(m.cpu.lane[vcpu]);
    return afterCallback(m, frame, -1, lane);
  }
  if (m.cpu.inGuest[vcpu] === 1) return afterCallback(m, frame, m.cpu.lane[vcpu], lane);
  if (m.vcpu.blocked[vcpu] === 1) return pc - CALLBACK_KICK + CALLBACK_WAKE;
  // Its thread is in the host already and looks before the next entry.
  m.noticedFlag(m.cpu.lane[vcpu]);
  return afterCallback(m, frame, -1, lane);
};

/** rcuwait_wake_up of the blocked thread. */
export const callbackWoke: Action<Hypervisor> = (m, frame, _pc, lane) => {
  const vcpu = m.frameSubject[frame];
  return afterCallback(m, frame, m.wakeBlocked(vcpu, m.frameCpu[frame]), lane);
};
