/** The programs of a vCPU's host thread, from KVM's costs. */
import type { StepTableBuilder } from '../engine/stepTable.js';
import { addRunProgram } from './entryProgram.js';
import * as exits from './exits.js';
import { addKernelExitPrograms } from './guestExits.js';
import { addHaltPrograms } from './haltPrograms.js';
import type { Hypervisor } from './hypervisor.js';
import { addIrqWindowPrograms } from './irqWindow.js';
import { addPauseProgram } from './pauseLoop.js';
import {
  LAPIC,
  type ProgramContext,
  programContext,
  type VcpuCosts,
  VMX,
  X86,
} from './programContext.js';
import {
  addLapicCallbackProgram,
  addPreemptionTimerProgram,
  addTimerWriteProgram,
} from './timerPrograms.js';
import {
  VCPU_EXIT_ICR,
  VCPU_EXIT_INTERRUPT,
  VCPU_EXIT_NMI,
  VCPU_EXIT_SLEEP,
} from './vcpuColumns.js';

/** Builds the programs of `vcpu`; `preemptible`: the host can preempt kernel code. */
export function buildVcpuPrograms<M extends Hypervisor>(
  m: M,
  builder: StepTableBuilder<M>,
  vcpu: number,
  owner: string,
  costs: VcpuCosts,
  preemptible: boolean,
): ProgramContext {
  const c = programContext(m, builder, vcpu, owner, costs, preemptible);
  addRunProgram(c);
  addInterruptPrograms(c);
  addIpiProgram(c);
  addTimerWriteProgram(c);
  addPreemptionTimerProgram(c);
  addLapicCallbackProgram(c);
  addHaltPrograms(c);
  addKernelExitPrograms(c);
  addPauseProgram(c);
  if (m.vcpu.apicv[vcpu] === 0) addIrqWindowPrograms(c);
  return c;
}

/** An exit for a host interrupt; an ICR write by the guest. */
function addInterruptPrograms(c: ProgramContext): void {
  const { add, step, exit, costs, kernel } = c;
  add(VCPU_EXIT_SLEEP, 'guest C-state', [
    step(
      'C_CSTATE',
      'drivers/idle/intel_idle.c:intel_idle',
      'dynamic',
      'C-state exit of a guest',
      0,
      exits.sleepLeft,
    ),
  ]);
  add(VCPU_EXIT_INTERRUPT, 'interrupt exit', [
    ...exit(exits.interruptExit),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', 'VM exit', kernel),
    step(
      'C_HANDLE_EXIT',
      `${VMX}:vmx_handle_exit`,
      costs.handleExit,
      'exit handling',
      kernel,
      exits.toRunLoop,
    ),
  ]);
  add(VCPU_EXIT_NMI, 'NMI exit', [
    ...exit(exits.interruptExit),
    step('C_NMI', `${VMX}:handle_nmi_exception_irqoff`, costs.nmi, 'NMI', 0),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', 'VM exit', kernel),
    step(
      'C_HANDLE_EXIT',
      `${VMX}:handle_exception_nmi`,
      costs.handleExit,
      'exit handling',
      kernel,
      exits.toRunLoop,
    ),
  ]);
}

/** A guest sends an IPI: the fast path, and the full exit of kernels without it. */
function addIpiProgram(c: ProgramContext): void {
  const { add, step, exit, costs, kernel } = c;
  add(VCPU_EXIT_ICR, 'IPI exit', [
    ...exit(exits.icrExit),
    step(
      'C_FASTPATH_ICR',
      `${X86}:handle_fastpath_set_x2apic_icr_irqoff`,
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
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', 'guest IPI', kernel),
    step(
      'C_HANDLE_EXIT',
      `${LAPIC}:kvm_apic_send_ipi`,
      costs.handleExit,
      'guest IPI',
      kernel,
      exits.slowIcrDone,
    ),
    step(
      'C_TTWU',
      'kernel/sched/core.c:try_to_wake_up',
      costs.wakeup,
      'guest IPI',
      0,
      exits.slowIcrDelivered,
    ),
  ]);
}
