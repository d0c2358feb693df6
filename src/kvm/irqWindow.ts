/**
 * What a guest without APICv pays beyond an injection: the irq-window exit and the exit at the end of
 * an interrupt.
 *
 * [S] arch/x86/kvm/x86.c kvm_check_and_inject_events; vmx/vmx.c vmx_enable_irq_window,
 * handle_interrupt_window; lapic.c apic_set_eoi, apic_sync_pv_eoi_to_guest. A vector that arrives
 * while the guest has interrupts off waits for an exit at the moment when they are on again. The EOI
 * is an MSR write with a full exit; with PV EOI (which QEMU offers by default) the guest saves it
 * unless another interrupt is pending.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_IRQ } from '../engine/stepTable.js';
import type { Kernel } from '../kernel/kernel.js';
import { exitGuest, toRunLoop, vcpuProgram } from './exits.js';
import type { Hypervisor } from './hypervisor.js';
import { LAPIC, type ProgramContext, VMX, X86 } from './programContext.js';
import { VCPU_EXIT_EOI, VCPU_EXIT_IRQ_WINDOW } from './vcpuColumns.js';

/** True if the guest's frame stops here because KVM waits for the irq window. */
export function exitForIrqWindow(m: Hypervisor, lane: number, frame: number): boolean {
  const vcpu = m.frameCpu[frame];
  if (vcpu < m.lanes || m.vcpu.irqWindow[vcpu] === 0) return false;
  // What was injected at the entry comes first; a reschedule alone is the guest's own business.
  if (m.cpu.pendingIrq[vcpu] !== 0) return false;
  if ((m.accepts(m.framePc[frame]) & ACCEPT_IRQ) === 0) return false;
  m.vcpu.irqWindow[vcpu] = 0;
  m.attention[vcpu] &= ~ACCEPT_IRQ;
  exitGuest(m, vcpu, lane, vcpuProgram(m, vcpu, VCPU_EXIT_IRQ_WINDOW));
  return true;
}

/** End of the entry code of a guest's interrupt handler: apic_eoi. Only for guests without APICv. */
export const endOfInterrupt: Action<Kernel> = (k, frame, pc, lane) => {
  const m = k as Hypervisor;
  const vcpu = m.frameCpu[frame];
  const { vcpu: state } = m;
  const more = state.requested[vcpu] !== 0;
  // Taking the vector has cleared what makes the guest look again.
  if (state.irqWindow[vcpu] === 1) m.attention[vcpu] |= ACCEPT_IRQ;
  if (state.pvEoi[vcpu] === 1 && !more) return pc + 1;
  m.framePc[frame] = pc + 1;
  m.frameRemainingNs[frame] = -1;
  exitGuest(m, vcpu, lane, vcpuProgram(m, vcpu, VCPU_EXIT_EOI));
  return -1;
};

/** The exits themselves. */
export function addIrqWindowPrograms(c: ProgramContext): void {
  const { add, step, exit, costs, kernel } = c;
  add(VCPU_EXIT_IRQ_WINDOW, 'irq-window exit', [
    ...exit(),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', 'irq-window exit', kernel),
    step(
      'C_HANDLE_EXIT',
      `${VMX}:handle_interrupt_window`,
      costs.handleExit,
      'irq-window exit',
      kernel,
      toRunLoop,
    ),
  ]);
  add(VCPU_EXIT_EOI, 'EOI exit', [
    ...exit(),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', 'EOI exit', kernel),
    step('C_HANDLE_EXIT', `${LAPIC}:apic_set_eoi`, costs.handleExit, 'EOI exit', kernel, toRunLoop),
  ]);
}
