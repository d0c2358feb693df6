/** The programs of a vCPU's host thread, from KVM's costs. */

import type { Action } from '../engine/program.js';
import {
  ACCEPT_IRQ,
  ACCEPT_RESCHED,
  type Duration,
  next,
  type StepSpec,
  type StepTableBuilder,
} from '../engine/stepTable.js';
import * as exits from './exits.js';
import * as halt from './halt.js';
import type { Hypervisor } from './hypervisor.js';
import * as lapic from './lapicTimer.js';
import {
  VCPU_EXIT_HLT,
  VCPU_EXIT_ICR,
  VCPU_EXIT_INTERRUPT,
  VCPU_EXIT_MSR,
  VCPU_EXIT_TIMER,
  VCPU_HALT,
  VCPU_LAPIC_CALLBACK,
  VCPU_PROGRAMS,
  VCPU_RUN,
} from './vcpuColumns.js';

type Cost = Exclude<Duration, 'dynamic'>;

/** Durations of KVM's primitives, and of the host primitives that the vCPU thread uses itself. */
export interface VcpuCosts {
  readonly exit: Cost;
  readonly exitMitigation: Cost;
  readonly entry: Cost;
  readonly entryPrepare: Cost;
  readonly handleExit: Cost;
  readonly fastpathMsr: Cost;
  readonly fastpathPreemptionTimer: Cost;
  readonly l1dFlush: Cost;
  readonly vcpuLoad: Cost;
  readonly vcpuKick: Cost;
  readonly inject: Cost;
  readonly wakeup: Cost;
  readonly hrtimerArm: Cost;
  readonly clockeventProgram: Cost;
  /** Crossing the guest boundary on a nohz_full pCPU; zero elsewhere. */
  readonly contextTracking: Cost;
}

/**
 * Builds the programs of `vcpu`. `preemptible`: the host can preempt kernel code (preempt=full or
 * RT), so the thread may be switched out in the window after an exit; otherwise only in the loop.
 */
export function buildVcpuPrograms<M extends Hypervisor>(
  m: M,
  builder: StepTableBuilder<M>,
  vcpu: number,
  owner: string,
  costs: VcpuCosts,
  preemptible: boolean,
): void {
  const open = ACCEPT_IRQ | ACCEPT_RESCHED;
  const kernel = preemptible ? open : ACCEPT_IRQ;
  const vmx = 'arch/x86/kvm/vmx/vmx.c';
  const x86 = 'arch/x86/kvm/x86.c';
  const kvmMain = 'virt/kvm/kvm_main.c';
  const step = (
    name: string,
    kernelFunction: string,
    duration: Duration,
    cause: string,
    accepts: number,
    action?: Action<Hypervisor>,
  ): StepSpec<Hypervisor> => ({ name, kernelFunction, duration, cause, accepts, action });
  const add = (index: number, name: string, steps: Array<StepSpec<Hypervisor>>): void => {
    m.vcpu.program[vcpu * VCPU_PROGRAMS + index] = builder.program(owner, name, steps);
  };
  const exit = (action?: Action<Hypervisor>): Array<StepSpec<Hypervisor>> => {
    const steps = [
      step('C_EXIT', `${vmx}:vmx_vcpu_enter_exit`, costs.exit, 'VM exit', 0),
      step('C_EXIT_MITIG', `${vmx}:vmx_spec_ctrl_restore_host`, costs.exitMitigation, 'VM exit', 0),
      step(
        'C_CTXTRACK',
        'kernel/context_tracking.c:ct_guest_exit',
        costs.contextTracking,
        'context tracking',
        0,
      ),
    ].filter(({ duration, name }) => name === 'C_EXIT' || duration !== 'zero');
    const last = steps.length - 1;
    return [...steps.slice(0, last), { ...steps[last], action }];
  };

  add(VCPU_RUN, 'run', [
    step('vcpu_run', `${x86}:vcpu_run`, 'zero', 'vCPU run loop', open, exits.runLoop),
    step(
      'C_VCPU_LOAD',
      `${kvmMain}:kvm_sched_in`,
      costs.vcpuLoad,
      'vCPU load',
      kernel,
      exits.vcpuLoaded,
    ),
    step(
      'C_INJECT',
      'arch/x86/kvm/lapic.c:kvm_inject_apic_timer_irqs',
      costs.inject,
      'injection',
      kernel,
      exits.injectTimer,
    ),
    step(
      'timer-advance wait',
      'arch/x86/kvm/lapic.c:wait_lapic_expire',
      'dynamic',
      'timer-advance wait',
      0,
      next,
    ),
    step(
      'D_ENTRY_IRQOFF',
      `${x86}:vcpu_enter_guest`,
      costs.entryPrepare,
      'entry preparation',
      0,
      exits.prepared,
    ),
    step(
      'timer-advance wait',
      'arch/x86/kvm/lapic.c:__kvm_wait_lapic_expire',
      'dynamic',
      'timer-advance wait',
      0,
    ),
    step(
      'C_CTXTRACK',
      'kernel/context_tracking.c:ct_guest_enter',
      costs.contextTracking,
      'context tracking',
      0,
      exits.tracked,
    ),
    step('C_L1D_FLUSH', `${vmx}:vmx_l1d_flush`, costs.l1dFlush, 'L1D flush', 0),
    step('C_ENTRY', `${vmx}:vmx_vcpu_enter_exit`, costs.entry, 'VM entry', 0, exits.enterGuest),
  ]);
  add(VCPU_EXIT_INTERRUPT, 'interrupt exit', [
    ...exit(exits.interruptExit),
    step('irq window', `${x86}:vcpu_enter_guest`, 'zero', 'VM exit', kernel),
    step(
      'C_HANDLE_EXIT',
      `${vmx}:vmx_handle_exit`,
      costs.handleExit,
      'exit handling',
      kernel,
      exits.toRunLoop,
    ),
  ]);
  add(VCPU_EXIT_MSR, 'timer write exit', [
    ...exit(exits.msrExit),
    step(
      'C_FASTPATH_MSR',
      `${x86}:handle_fastpath_set_tscdeadline`,
      costs.fastpathMsr,
      'timer write',
      0,
      exits.fastMsrDone,
    ),
    step('irq window', `${x86}:vcpu_enter_guest`, 'zero', 'timer write', kernel),
    step(
      'C_HANDLE_EXIT',
      `${x86}:kvm_set_lapic_tscdeadline_msr`,
      costs.handleExit,
      'exit handling',
      kernel,
      exits.slowMsrHandled,
    ),
    step(
      'C_HRTIMER_ARM',
      'arch/x86/kvm/lapic.c:start_sw_tscdeadline',
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
  add(VCPU_EXIT_TIMER, 'preemption timer exit', [
    ...exit(exits.timerExit),
    step(
      'C_FASTPATH_HVT',
      `${vmx}:handle_fastpath_preemption_timer`,
      costs.fastpathPreemptionTimer,
      'preemption timer',
      0,
      exits.fastTimerDone,
    ),
    step('irq window', `${x86}:vcpu_enter_guest`, 'zero', 'preemption timer', kernel),
    step(
      'C_HANDLE_EXIT',
      `${vmx}:handle_preemption_timer`,
      costs.handleExit,
      'exit handling',
      kernel,
      exits.slowTimerDone,
    ),
  ]);
  add(VCPU_EXIT_HLT, 'HLT exit', [
    ...exit(halt.haltExit),
    step('irq window', `${x86}:vcpu_enter_guest`, 'zero', 'VM exit', kernel, halt.haltWindow),
    step(
      'C_HANDLE_EXIT',
      `${x86}:kvm_emulate_halt`,
      costs.handleExit,
      'exit handling',
      kernel,
      halt.haltDecide,
    ),
  ]);
  add(VCPU_HALT, 'halt', [
    step(
      'C_HRTIMER_ARM',
      `${x86}:vcpu_block`,
      costs.hrtimerArm,
      'timer backend switch',
      kernel,
      halt.switchedToSoftware,
    ),
    step(
      'C_CLKEVT_PROG',
      'kernel/time/hrtimer.c:hrtimer_reprogram',
      costs.clockeventProgram,
      'timer backend switch',
      0,
      halt.softwareProgrammed,
    ),
    step(
      'halt poll',
      `${kvmMain}:kvm_vcpu_halt`,
      'dynamic',
      'halt polling',
      kernel,
      halt.pollEnded,
    ),
    step('unblock', `${kvmMain}:kvm_vcpu_block`, 'zero', 'vCPU run loop', kernel, halt.woken),
    step(
      'C_HRTIMER_ARM',
      'arch/x86/kvm/lapic.c:kvm_lapic_switch_to_hv_timer',
      costs.hrtimerArm,
      'timer backend switch',
      kernel,
      halt.switchedToPreemptionTimer,
    ),
    step(
      'C_CLKEVT_PROG',
      'kernel/time/hrtimer.c:hrtimer_force_reprogram',
      costs.clockeventProgram,
      'timer backend switch',
      0,
      halt.hardwareProgrammed,
    ),
  ]);
  add(VCPU_EXIT_ICR, 'IPI exit', [
    ...exit(),
    step(
      'C_FASTPATH_ICR',
      `${x86}:handle_fastpath_set_x2apic_icr_irqoff`,
      costs.fastpathMsr,
      'guest IPI',
      0,
      exits.icrDone,
    ),
    step(
      'C_TTWU',
      'kernel/sched/core.c:try_to_wake_up',
      costs.wakeup,
      'guest IPI',
      0,
      exits.icrDelivered,
    ),
  ]);
  add(VCPU_LAPIC_CALLBACK, 'apic timer callback', [
    step(
      'timer-advance wait',
      'arch/x86/kvm/lapic.c:__kvm_wait_lapic_expire',
      'dynamic',
      'timer-advance wait',
      0,
      lapic.callbackWaited,
    ),
    step(
      'C_INJECT',
      `${vmx}:vmx_deliver_interrupt`,
      costs.inject,
      'injection',
      0,
      lapic.callbackInjected,
    ),
    step(
      'C_KICK',
      `${kvmMain}:kvm_vcpu_kick`,
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
  return m.reprogramAfterSoftirq(m.frameCpu[frame]) ? pc + 1 : exits.toRunLoop(m, frame, pc, 0);
};

const slowMsrProgrammed: Action<Hypervisor> = (m, frame, pc, lane) => {
  m.programTimer(m.frameCpu[frame], frame, pc, lane);
  return exits.toRunLoop(m, frame, pc, lane);
};
