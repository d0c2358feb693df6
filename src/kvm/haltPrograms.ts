/** HLT, halt polling, blocking and waking, as steps. */
import * as halt from './halt.js';
import { KVM_MAIN, LAPIC, type ProgramContext, X86 } from './programContext.js';
import { VCPU_EXIT_HLT, VCPU_HALT } from './vcpuColumns.js';

export function addHaltPrograms(c: ProgramContext): void {
  const { add, step, exit, costs, kernel } = c;
  add(VCPU_EXIT_HLT, 'HLT exit', [
    ...exit(halt.haltExit),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', 'VM exit', kernel, halt.haltWindow),
    step(
      'C_HANDLE_EXIT',
      `${X86}:kvm_emulate_halt`,
      costs.handleExit,
      'exit handling',
      kernel,
      halt.haltDecide,
    ),
  ]);
  add(VCPU_HALT, 'halt', [
    step(
      'C_HRTIMER_ARM',
      `${X86}:vcpu_block`,
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
      `${KVM_MAIN}:kvm_vcpu_halt`,
      'dynamic',
      'halt polling',
      kernel,
      halt.pollEnded,
    ),
    step('unblock', `${KVM_MAIN}:kvm_vcpu_block`, 'zero', 'vCPU run loop', kernel, halt.woken),
    step(
      'C_HRTIMER_ARM',
      `${LAPIC}:kvm_lapic_switch_to_hv_timer`,
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
}
