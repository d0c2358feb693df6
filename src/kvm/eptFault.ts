/**
 * EPT violations: a guest touches a page that the host has not mapped for it, at first or again after
 * a THP split, a KSM merge, NUMA balancing or dirty logging took the mapping away.
 *
 * [S] arch/x86/kvm/vmx/vmx.c handle_ept_violation; mmu/mmu.c kvm_mmu_page_fault, direct_page_fault,
 * which takes mmu_lock: a lock that sleeps on RT, and that the host threads that zap mappings hold.
 * Readers exclude each other here; in the kernel they do not. Left out: swapping in.
 */
import type { Action } from '../engine/program.js';
import type { StepSpec } from '../engine/stepTable.js';
import { exitGuest, toRunLoop, vcpuOf, vcpuProgram } from './exits.js';
import type { Hypervisor } from './hypervisor.js';
import { type ProgramContext, VMX, X86 } from './programContext.js';
import { VCPU_EXIT_FAULT } from './vcpuColumns.js';

/** The next access of the guest faults: at once if it executes, else when it is entered. */
export function pageMissing(m: Hypervisor, vcpu: number): void {
  m.vcpu.faults[vcpu] = 1;
  if (m.cpu.inGuest[vcpu] === 0) return;
  const lane = m.cpu.lane[vcpu];
  // In SMM nothing executes; the entry after the next exit finds the fault.
  if (m.laneFrame[lane] === m.smmFrames + lane) return;
  m.pause(lane);
  exitGuest(m, vcpu, lane, vcpuProgram(m, vcpu, VCPU_EXIT_FAULT));
}

const mapped: Action<Hypervisor> = (m, frame, pc, lane) => {
  const vcpu = vcpuOf(m, frame);
  m.vcpu.faults[vcpu] = 0;
  // kvm_handle_page_fault asks for the L1D flush.
  m.vcpu.flushNeeded[vcpu] = 1;
  return toRunLoop(m, frame, pc, lane);
};

/** `locked`: the fault's steps with mmu_lock around them. */
export function addFaultProgram(
  c: ProgramContext,
  locked: (held: StepSpec<Hypervisor>) => Array<StepSpec<Hypervisor>>,
): void {
  const { add, step, exit, costs, kernel } = c;
  const cause = 'EPT violation';
  const fault = step('C_EPT_FAULT', `${X86}:kvm_mmu_page_fault`, costs.eptFault, cause, kernel);
  add(VCPU_EXIT_FAULT, 'EPT violation', [
    ...exit(),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', cause, kernel),
    step('C_HANDLE_EXIT', `${VMX}:handle_ept_violation`, costs.handleExit, cause, kernel),
    ...locked(fault),
    step('fault handled', `${X86}:kvm_mmu_page_fault`, 'zero', cause, kernel, mapped),
  ]);
}
