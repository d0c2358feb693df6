/**
 * Interrupts for a guest: requested in PIR or IRR, and how the guest comes to see them.
 * [S] arch/x86/kvm/vmx/vmx.c vmx_deliver_interrupt, vmx_deliver_posted_interrupt.
 */
import { IRQ_RESCHEDULE } from '../kernel/cpu.js';
import { raiseIrq } from '../kernel/interrupt.js';
import type { Hypervisor } from './hypervisor.js';

/**
 * Makes interrupt `bit` pending for a vCPU (vmx_deliver_interrupt). `cpu` executes the injection.
 * Returns the pCPU that must get an IPI for it, or -1.
 */
export function requestInterrupt(m: Hypervisor, vcpu: number, bit: number, cpu: number): number {
  const { vcpu: state } = m;
  if ((state.requested[vcpu] & bit) !== 0) return -1;
  state.requested[vcpu] |= bit;
  if (m.cpu.inGuest[vcpu] === 1) {
    if (state.apicv[vcpu] === 0) return m.cpu.lane[vcpu];
    const flightNs = m.costs.draw(m.postedCost[vcpu]);
    const slot = state.postedSlot[vcpu];
    if (m.nowNs + flightNs < m.slots.dueNs[slot]) m.schedule(slot, m.nowNs + flightNs);
    return -1;
  }
  return m.wakeBlocked(vcpu, cpu);
}

/** Slot handler: a notification reaches a pCPU; if the vCPU is in the guest it sees the vectors. */
export function postedInterrupt(m: Hypervisor, vcpu: number): void {
  if (m.cpu.inGuest[vcpu] === 0) return;
  const requested = m.vcpu.requested[vcpu];
  if (requested === 0) return;
  m.vcpu.requested[vcpu] = 0;
  raiseIrq(m, vcpu, requested);
}

/**
 * An interrupt posted by something outside any CPU's program (a device, an event): a vCPU that
 * sleeps is woken by the wake-up vector on the pCPU where it blocked ([S] posted_intr.c
 * pi_wakeup_handler).
 */
export function postInterrupt(m: Hypervisor, vcpu: number, bit: number): void {
  const lane = m.cpu.lane[vcpu];
  const blocked = m.vcpu.blocked[vcpu] === 1;
  const target = requestInterrupt(m, vcpu, bit, lane);
  if (blocked) raiseIrq(m, lane, IRQ_RESCHEDULE);
  // The thread may have been woken on another pCPU, which is told as well.
  if (target >= 0 && !(blocked && target === lane)) raiseIrq(m, target, IRQ_RESCHEDULE);
}
