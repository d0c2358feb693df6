/** Per-vCPU state of KVM, indexed by CPU number (pCPU entries stay unused). */

/** Programs of a vCPU's host thread; `program[vcpu * VCPU_PROGRAMS + x]` is the first step of x. */
export const VCPU_RUN = 0;
export const VCPU_EXIT_INTERRUPT = 1;
export const VCPU_EXIT_MSR = 2;
export const VCPU_EXIT_TIMER = 3;
export const VCPU_EXIT_HLT = 4;
export const VCPU_EXIT_ICR = 5;
export const VCPU_LAPIC_CALLBACK = 6;
export const VCPU_HALT = 7;
export const VCPU_EXIT_SLEEP = 8;
export const VCPU_EXIT_IRQ_WINDOW = 9;
export const VCPU_EXIT_EOI = 10;
export const VCPU_EXIT_NMI = 11;
export const VCPU_EXIT_KERNEL = 12;
export const VCPU_EXIT_IOEVENTFD = 13;
export const VCPU_EXIT_USER = 14;
export const VCPU_EXIT_PAUSE = 15;
export const VCPU_EXIT_FAULT = 16;
export const VCPU_PROGRAMS = 17;

export class VcpuColumns {
  readonly program: Int32Array;
  /** Deadline that the guest programmed (IA32_TSC_DEADLINE), ns; Infinity: none. */
  readonly deadlineNs: Float64Array;
  /** lapic_timer_advance of this vCPU, ns. */
  readonly advanceNs: Float64Array;
  readonly advanceAdapts: Uint8Array;
  /** VMX preemption timer may be used; it is in use. */
  readonly preemptionTimer: Uint8Array;
  readonly preemptionTimerArmed: Uint8Array;
  /** The expiry may be posted from another pCPU (kvm_can_post_timer_interrupt). */
  readonly canPost: Uint8Array;
  readonly apicv: Uint8Array;
  /** hrtimer that emulates the LAPIC timer. */
  readonly timer: Int32Array;
  /** Expiries not yet turned into a pending vector (apic->lapic_timer.pending). */
  readonly expired: Uint8Array;
  /** Deadline of the expiry whose delivery may be waited for; NaN: none. */
  readonly expiredDeadlineNs: Float64Array;
  /** Interrupts for the guest that it has not seen yet (PIR or IRR), in bits of the CPU. */
  readonly requested: Uint8Array;
  /** Without APICv: the guest exits as soon as it can take an interrupt. */
  readonly irqWindow: Uint8Array;
  /** The guest's end of an interrupt needs no exit unless more is pending (PV EOI). */
  readonly pvEoi: Uint8Array;
  /** How long the exit in progress is worked on beyond its own cost. */
  readonly exitWorkNs: Float64Array;
  /** Requests that the run loop serves before entry (SERVICE_*). */
  readonly service: Uint8Array;
  /** No vCPU of the guest is entered before (KVM_REQ_MCLOCK_INPROGRESS), ns. */
  readonly masterclockNs: Float64Array;
  /** 1: the guest's next access faults. */
  readonly faults: Uint8Array;
  /** PAUSE-loop exits: the event, the window of the vCPU now, and the loop that was seen. */
  readonly pauseSlot: Int32Array;
  readonly pauseWindowNs: Float64Array;
  readonly faultSlot: Int32Array;
  /** MSR writes still to come for the timer operation in progress. */
  readonly msrWrites: Uint8Array;
  /** The LAPIC timer was stopped: arming it again takes one more write. */
  readonly timerStopped: Uint8Array;
  /** Step after the C-state in which the guest was when it was left. */
  readonly afterSleep: Int32Array;
  /** HLT was executed and nothing has ended it. */
  readonly halted: Uint8Array;
  /** The thread blocks in kvm_vcpu_block; polls before it. */
  readonly blocked: Uint8Array;
  readonly polling: Uint8Array;
  readonly pollWindowNs: Float64Array;
  readonly haltedAtNs: Float64Array;
  /**
   * An interrupt of the host or a vcpu_load happened since the last entry: the L1D is flushed
   * (l1tf_flush_l1d). Exits for MSR writes and HLT do not ask for it; page faults and emulation,
   * which do, are not modelled.
   */
  readonly flushNeeded: Uint8Array;
  /** The thread was switched out since vcpu_load. */
  readonly unloaded: Uint8Array;
  readonly preemptionTimerSlot: Int32Array;
  readonly postedSlot: Int32Array;
  readonly haltInGuest: Uint8Array;
  readonly mwaitInGuest: Uint8Array;
  readonly pollControl: Uint8Array;
  /** Target and vector of the guest IPI in progress. */
  readonly ipiTarget: Int32Array;
  readonly ipiBit: Uint8Array;

  constructor(cpus: number) {
    this.program = new Int32Array(cpus * VCPU_PROGRAMS);
    this.deadlineNs = new Float64Array(cpus).fill(Number.POSITIVE_INFINITY);
    this.advanceNs = new Float64Array(cpus);
    this.advanceAdapts = new Uint8Array(cpus);
    this.preemptionTimer = new Uint8Array(cpus);
    this.preemptionTimerArmed = new Uint8Array(cpus);
    this.canPost = new Uint8Array(cpus);
    this.apicv = new Uint8Array(cpus);
    this.timer = new Int32Array(cpus).fill(-1);
    this.expired = new Uint8Array(cpus);
    this.expiredDeadlineNs = new Float64Array(cpus).fill(Number.NaN);
    this.requested = new Uint8Array(cpus);
    this.service = new Uint8Array(cpus);
    this.masterclockNs = new Float64Array(cpus);
    this.faults = new Uint8Array(cpus);
    this.pauseSlot = new Int32Array(cpus).fill(-1);
    this.pauseWindowNs = new Float64Array(cpus);
    this.faultSlot = new Int32Array(cpus).fill(-1);
    this.exitWorkNs = new Float64Array(cpus);
    this.irqWindow = new Uint8Array(cpus);
    this.pvEoi = new Uint8Array(cpus);
    this.msrWrites = new Uint8Array(cpus);
    this.timerStopped = new Uint8Array(cpus).fill(1);
    this.afterSleep = new Int32Array(cpus).fill(-1);
    this.halted = new Uint8Array(cpus);
    this.blocked = new Uint8Array(cpus);
    this.polling = new Uint8Array(cpus);
    this.pollWindowNs = new Float64Array(cpus);
    this.haltedAtNs = new Float64Array(cpus);
    this.flushNeeded = new Uint8Array(cpus);
    this.unloaded = new Uint8Array(cpus).fill(1);
    this.preemptionTimerSlot = new Int32Array(cpus).fill(-1);
    this.postedSlot = new Int32Array(cpus).fill(-1);
    this.haltInGuest = new Uint8Array(cpus);
    this.mwaitInGuest = new Uint8Array(cpus);
    this.pollControl = new Uint8Array(cpus).fill(1);
    this.ipiTarget = new Int32Array(cpus).fill(-1);
    this.ipiBit = new Uint8Array(cpus);
  }
}
