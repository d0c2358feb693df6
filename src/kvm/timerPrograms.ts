/** Exits and callbacks around the guest's timer, as steps. */
import type { Action } from '../engine/program.js';
import { needsProgramming } from '../kernel/hrtimer.js';
import * as exits from './exits.js';
import type { Hypervisor } from './hypervisor.js';
import * as lapic from './lapicTimer.js';
import { KVM_MAIN, LAPIC, type ProgramContext, VMX, X86 } from './programContext.js';
import { VCPU_EXIT_MSR, VCPU_EXIT_TIMER, VCPU_LAPIC_CALLBACK } from './vcpuColumns.js';

/** The guest writes IA32_TSC_DEADLINE or LVTT. */
export function addTimerWriteProgram(c: ProgramContext): void {
  const { add, step, exit, costs, kernel } = c;
  add(VCPU_EXIT_MSR, 'timer write exit', [
    ...exit(exits.msrExit),
    step(
      'C_FASTPATH_MSR',
      `${X86}:handle_fastpath_set_tscdeadline`,
      costs.fastpathMsr,
      'timer write',
      0,
      exits.fastMsrDone,
    ),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', 'timer write', kernel),
    step(
      'C_HANDLE_EXIT',
      `${X86}:kvm_set_lapic_tscdeadline_msr`,
      costs.handleExit,
      'exit handling',
      kernel,
      exits.slowMsrHandled,
    ),
    step(
      'C_HRTIMER_ARM',
      `${LAPIC}:start_sw_tscdeadline`,
      costs.hrtimerArm,
      'timer write',
      kernel,
      slowMsrArmed,
    ),
    step(
      'C_CLKEVT_PROG',
      'kernel/time/hrtimer.c:hrtimer_reprogram',
      costs.clockeventProgram,
      'timer write',
      0,
      slowMsrProgrammed,
    ),
  ]);
}

/** The VMX preemption timer ran out. */
export function addPreemptionTimerProgram(c: ProgramContext): void {
  const { add, step, exit, costs, kernel } = c;
  add(VCPU_EXIT_TIMER, 'preemption timer exit', [
    ...exit(exits.timerExit),
    step(
      'C_FASTPATH_HVT',
      `${VMX}:handle_fastpath_preemption_timer`,
      costs.fastpathPreemptionTimer,
      'preemption timer',
      0,
      exits.fastTimerDone,
    ),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', 'preemption timer', kernel),
    step(
      'C_HANDLE_EXIT',
      `${VMX}:handle_preemption_timer`,
      costs.handleExit,
      'exit handling',
      kernel,
      exits.slowTimerDone,
    ),
  ]);
}

/** apic_timer_fn on whichever pCPU the hrtimer fires. */
export function addLapicCallbackProgram(c: ProgramContext): void {
  const { add, step, costs } = c;
  add(VCPU_LAPIC_CALLBACK, 'apic timer callback', [
    step(
      'timer-advance wait',
      `${LAPIC}:__kvm_wait_lapic_expire`,
      'dynamic',
      'timer-advance wait',
      0,
      lapic.callbackWaited,
    ),
    step(
      'C_INJECT',
      `${VMX}:vmx_deliver_interrupt`,
      costs.inject,
      'injection',
      0,
      lapic.callbackInjected,
    ),
    step(
      'C_KICK',
      `${KVM_MAIN}:kvm_vcpu_kick`,
      costs.vcpuKick,
      'vCPU kick',
      0,
      lapic.callbackKicked,
    ),
    step(
      'C_TTWU',
      'kernel/sched/core.c:try_to_wake_up',
      costs.wakeup,
      'wake-up',
      0,
      lapic.callbackWoke,
    ),
  ]);
}

/** The deadline is on its hrtimer; the device may have to follow. */
const slowMsrArmed: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = exits.vcpuOf(m, frame);
  m.vcpu.msrWrites[vcpu] = 0;
  lapic.armLapicTimer(m, vcpu, m.frameCpu[frame]);
  return needsProgramming(m, m.frameCpu[frame]) ? pc + 1 : exits.toRunLoop(m, frame, pc, 0);
};

const slowMsrProgrammed: Action<Hypervisor> = (m, frame, pc, lane) => {
  m.programTimer(m.frameCpu[frame], frame, pc, lane);
  return exits.toRunLoop(m, frame, pc, lane);
};
