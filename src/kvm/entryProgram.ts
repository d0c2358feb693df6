/** The vCPU thread from its run loop to VM entry, as steps. */
import { next } from '../engine/stepTable.js';
import * as entry from './entry.js';
import { KVM_MAIN, LAPIC, type ProgramContext, VMX, X86 } from './programContext.js';
import { serviceSteps } from './service.js';
import { VCPU_RUN } from './vcpuColumns.js';

export function addRunProgram(c: ProgramContext): void {
  const { add, step, costs, kernel, open } = c;
  add(VCPU_RUN, 'run', [
    step('vcpu_run', `${X86}:vcpu_run`, 'zero', 'vCPU run loop', open, entry.runLoop),
    step(
      'C_VCPU_LOAD',
      `${KVM_MAIN}:kvm_sched_in`,
      costs.vcpuLoad,
      'vCPU load',
      kernel,
      entry.vcpuLoaded,
    ),
    step(
      'C_INJECT',
      `${LAPIC}:kvm_inject_apic_timer_irqs`,
      costs.inject,
      'injection',
      kernel,
      entry.injectTimer,
    ),
    step(
      'timer-advance wait',
      `${LAPIC}:wait_lapic_expire`,
      'dynamic',
      'timer-advance wait',
      0,
      next,
    ),
    step(
      'D_ENTRY_IRQOFF',
      `${X86}:vcpu_enter_guest`,
      costs.entryPrepare,
      'entry preparation',
      0,
      entry.prepared,
    ),
    step(
      'timer-advance wait',
      `${LAPIC}:__kvm_wait_lapic_expire`,
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
      entry.tracked,
    ),
    step('C_L1D_FLUSH', `${VMX}:vmx_l1d_flush`, costs.l1dFlush, 'L1D flush', 0),
    step('C_ENTRY', `${VMX}:vmx_vcpu_enter_exit`, costs.entry, 'VM entry', 0, entry.enterGuest),
    ...serviceSteps(c),
  ]);
}
