/**
 * Exits that a guest's own code asks for: instructions that KVM emulates, kicks of ioeventfds, and
 * registers of devices that QEMU emulates.
 *
 * [S] arch/x86/kvm/x86.c vcpu_run, vcpu_enter_guest; vmx/vmx.c handle_io, handle_ept_misconfig;
 * virt/kvm/eventfd.c ioeventfd_write. An exit to QEMU ends KVM_RUN: the device's code runs under the
 * big lock, whoever holds it, and KVM_RUN begins anew. Left out: coalesced MMIO, instruction
 * emulation as a cost of its own.
 */
import type { Action } from '../engine/program.js';
import type { StepSpec } from '../engine/stepTable.js';
import { exitGuest, toRunLoop, vcpuOf, vcpuProgram } from './exits.js';
import type { Hypervisor } from './hypervisor.js';
import { type ProgramContext, VMX, X86 } from './programContext.js';
import { VCPU_EXIT_IOEVENTFD, VCPU_EXIT_KERNEL, VCPU_EXIT_USER } from './vcpuColumns.js';

/** The guest leaves at step `pc` and goes on at `after`; the step's argument is the work's source. */
function leave(m: Hypervisor, frame: number, pc: number, lane: number, program: number): number {
  const vcpu = m.frameCpu[frame];
  m.vcpu.exitWorkNs[vcpu] = m.costs.draw(m.argument(pc));
  m.framePc[frame] = pc + 1;
  m.frameRemainingNs[frame] = -1;
  exitGuest(m, vcpu, lane, vcpuProgram(m, vcpu, program));
  return -1;
}

/** Guest steps that exit: handled by KVM, a kick, and to QEMU. */
export const exitToKernel: Action<Hypervisor> = (m, frame, pc, lane) =>
  leave(m, frame, pc, lane, VCPU_EXIT_KERNEL);
export const exitToIoeventfd: Action<Hypervisor> = (m, frame, pc, lane) =>
  leave(m, frame, pc, lane, VCPU_EXIT_IOEVENTFD);
export const exitToUser: Action<Hypervisor> = (m, frame, pc, lane) =>
  leave(m, frame, pc, lane, VCPU_EXIT_USER);

/** The work of this exit is what its guest step drew. */
export const withWork: Action<Hypervisor> = (m, frame, pc) => {
  m.frameDynamicNs[frame] = m.vcpu.exitWorkNs[vcpuOf(m, frame)];
  return pc + 1;
};

/** KVM_RUN begins anew: kvm_arch_vcpu_load asks for the L1D flush. */
export const runAgain: Action<Hypervisor> = (m, frame, pc, lane) => {
  m.vcpu.flushNeeded[vcpuOf(m, frame)] = 1;
  return toRunLoop(m, frame, pc, lane);
};

/** Exits that KVM handles. */
export function addKernelExitPrograms(c: ProgramContext): void {
  const { add, step, exit, costs, kernel } = c;
  const handled = 'emulation exit';
  add(VCPU_EXIT_KERNEL, 'emulation exit', [
    ...exit(),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', handled, kernel),
    step('C_HANDLE_EXIT', `${VMX}:vmx_handle_exit`, costs.handleExit, handled, kernel, withWork),
    step('exit work', `${VMX}:vmx_handle_exit`, 'dynamic', handled, kernel, toRunLoop),
  ]);
  const kick = 'ioeventfd exit';
  const write = 'virt/kvm/eventfd.c:ioeventfd_write';
  add(VCPU_EXIT_IOEVENTFD, 'ioeventfd exit', [
    ...exit(),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', kick, kernel),
    step('C_IOEVENTFD', `${VMX}:handle_ept_misconfig`, costs.ioeventfd, kick, kernel),
    step('C_EVENTFD', write, costs.eventfdSignal, kick, kernel, withWork),
    step('exit work', write, 'dynamic', kick, kernel, toRunLoop),
  ]);
}

/** An exit to QEMU; `device` is what QEMU does there, made from the step that does the work. */
export function addUserExitProgram(
  c: ProgramContext,
  syscall: ProgramContext['costs']['wakeup'],
  device: (work: StepSpec<Hypervisor>) => Array<StepSpec<Hypervisor>>,
): void {
  const { add, step, exit, costs, kernel, open } = c;
  const cause = 'exit to QEMU';
  add(VCPU_EXIT_USER, 'exit to QEMU', [
    ...exit(),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', cause, kernel),
    step('C_HANDLE_EXIT', `${VMX}:handle_io`, costs.handleExit, cause, kernel),
    step('C_USEREXIT', `${X86}:kvm_arch_vcpu_ioctl_run`, costs.userExit, cause, kernel),
    ...device(step('device code', 'QEMU', 'dynamic', 'device code in QEMU', open)),
    step('C_SYSCALL', 'virt/kvm/kvm_main.c:kvm_vcpu_ioctl', syscall, cause, kernel, runAgain),
  ]);
}
