/**
 * Interrupts for a guest: requested in PIR or IRR, and how the guest comes to see them.
 * [S] arch/x86/kvm/vmx/vmx.c vmx_deliver_interrupt, vmx_deliver_posted_interrupt,
 * vmx_sync_pir_to_irr; x86.c kvm_check_and_inject_events.
 */
import { ACCEPT_IRQ } from '../engine/stepTable.js';
import { IRQ_CALL, IRQ_DEVICE, IRQ_POSTED, IRQ_RESCHEDULE, IRQ_TIMER } from '../kernel/cpu.js';
import { acceptPosted } from '../kernel/device.js';
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
    sendNotification(m, vcpu);
    return -1;
  }
  return m.wakeBlocked(vcpu, cpu);
}

/** The posted-interrupt vector is on its way to a vCPU in guest mode. */
function sendNotification(m: Hypervisor, vcpu: number): void {
  const flightNs = m.costs.draw(m.postedCost[vcpu]);
  const slot = m.vcpu.postedSlot[vcpu];
  if (m.nowNs + flightNs < m.slots.dueNs[slot]) m.schedule(slot, m.nowNs + flightNs);
}

/**
 * Slot handler: a notification reaches a pCPU. In guest mode the processor takes it without an exit;
 * outside it is a host interrupt without effect, or it waits for the VM entry that swallows it.
 */
export function postedInterrupt(m: Hypervisor, vcpu: number): void {
  if (m.cpu.inGuest[vcpu] === 0) return;
  const requested = takeRequested(m, vcpu, m.vcpu.requested[vcpu]);
  if (requested !== 0) raiseIrq(m, vcpu, requested);
}

/** Takes `bits` out of what is requested; returns those for which there is something to deliver. */
export function takeRequested(m: Hypervisor, vcpu: number, bits: number): number {
  m.vcpu.requested[vcpu] &= ~bits;
  if ((bits & IRQ_DEVICE) === 0 || acceptPosted(m.devices, vcpu)) return bits;
  return bits & ~IRQ_DEVICE;
}

/** Requests in the order of their vectors. */
const BY_VECTOR = [IRQ_RESCHEDULE, IRQ_CALL, IRQ_TIMER, IRQ_DEVICE] as const;

/**
 * What VM entry injects into a vCPU without APICv: one vector, and only if the guest has interrupts
 * on; for the rest the guest exits as soon as it can take one (kvm_x86_call(enable_irq_window)).
 */
export function injectOne(m: Hypervisor, vcpu: number): void {
  const { vcpu: state, cpu } = m;
  // An injection that an exit interrupted is repeated first (IDT-vectoring information).
  if (cpu.pendingIrq[vcpu] === 0 && guestTakesInterrupts(m, vcpu)) {
    const requested = state.requested[vcpu];
    const first = BY_VECTOR.find((bit) => (requested & bit) !== 0) ?? 0;
    cpu.pendingIrq[vcpu] |= takeRequested(m, vcpu, first);
  }
  state.irqWindow[vcpu] = state.requested[vcpu] !== 0 ? 1 : 0;
  if (cpu.pendingIrq[vcpu] !== 0 || state.irqWindow[vcpu] === 1) m.attention[vcpu] |= ACCEPT_IRQ;
}

/** True if the step at which the guest goes on lets interrupts through. */
function guestTakesInterrupts(m: Hypervisor, vcpu: number): boolean {
  const frame = m.guestFrame(vcpu);
  return (m.accepts(m.framePc[frame]) & ACCEPT_IRQ) !== 0;
}

/** A posted-interrupt notification that waited for the VM entry is no host interrupt any more. */
export function swallowNotification(m: Hypervisor, lane: number): void {
  const { pendingIrq } = m.cpu;
  if ((pendingIrq[lane] & IRQ_POSTED) === 0) return;
  pendingIrq[lane] &= ~IRQ_POSTED;
  if (pendingIrq[lane] === 0) m.attention[lane] &= ~ACCEPT_IRQ;
}

/**
 * An interrupt posted by something outside any CPU's program (an event): a vCPU that sleeps is woken
 * on the pCPU where it blocked.
 */
export function postInterrupt(m: Hypervisor, vcpu: number, bit: number): void {
  const lane = m.cpu.lane[vcpu];
  const blocked = m.vcpu.blocked[vcpu] === 1;
  const target = requestInterrupt(m, vcpu, bit, lane);
  if (blocked) raiseIrq(m, lane, IRQ_RESCHEDULE);
  // The thread may have been woken on another pCPU, which is told as well.
  if (target >= 0 && !(blocked && target === lane)) raiseIrq(m, target, IRQ_RESCHEDULE);
}
