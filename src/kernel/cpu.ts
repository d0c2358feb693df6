/**
 * Per-CPU state. A CPU is a pCPU (an index below the number of lanes, executed by the lane of that
 * number) or a vCPU (an index above, executed by the lane of the pCPU on which its host thread is
 * in the guest). Everything in this folder works on both alike.
 */

/** What a CPU is in the middle of, strongest last; each level has a frame of its own. */
export const LEVEL_SWITCH = 0;
export const LEVEL_SOFTIRQ = 1;
export const LEVEL_IRQ = 2;
export const LEVELS = 3;

/**
 * Pending interrupts of a CPU. x86 takes the highest vector first ([S] arch/x86/include/asm/
 * irq_vectors.h): reschedule 0xfd, call function 0xfc, posted interrupt 0xf2, its wake-up 0xf1,
 * local timer 0xec, devices below.
 */
export const IRQ_RESCHEDULE = 1;
export const IRQ_TIMER = 2;
export const IRQ_DEVICE = 4;
/** A function call from another CPU; above the timer and devices, below the reschedule vector. */
export const IRQ_CALL = 8;
/** Posted interrupts: the notification outside guest mode, and the wake-up vector. */
export const IRQ_POSTED = 16;
export const IRQ_POSTED_WAKEUP = 32;

/** What a lane's time is spent on, for the account of what a partition costs. */
export const USAGE_OTHER = 0;
export const USAGE_IDLE = 1;
export const USAGE_POLLING = 2;
export const USAGE_REALTIME = 3;
/** idle=poll: burnt like polling, but there for whoever wants to run. */
export const USAGE_IDLE_POLLING = 4;
export const USAGE_CLASSES = 5;

/** Programs that every CPU has; `program[cpu * CPU_PROGRAMS + x]` is the first step of program x. */
export const PROGRAM_SWITCH = 0;
export const PROGRAM_TIMER_IRQ = 1;
export const PROGRAM_RESCHEDULE_IRQ = 2;
export const PROGRAM_CALL_IRQ = 3;
export const PROGRAM_POSTED_IRQ = 4;
export const PROGRAM_POSTED_WAKEUP_IRQ = 5;
export const CPU_PROGRAMS = 6;

export class CpuColumns {
  /** Which Linux the CPU belongs to. */
  readonly kernel: Int32Array;
  /** Lane that executes it. */
  readonly lane: Int32Array;
  /** Bits of the levels in progress. */
  readonly levels: Uint8Array;
  readonly current: Int32Array;
  readonly idleTask: Int32Array;
  readonly switchingTo: Int32Array;
  readonly pendingIrq: Uint8Array;
  readonly program: Int32Array;
  /** The expired timer, the device or the task that the interrupt in progress is about. */
  readonly irqSubject: Int32Array;
  /** CPU to which the wake-up in progress must send a reschedule IPI; -1: none. */
  readonly ipiTarget: Int32Array;
  readonly ipiSlot: Int32Array;
  readonly callSlot: Int32Array;
  readonly clockeventSlot: Int32Array;
  /** When the timer device is programmed to fire; Infinity: stopped. */
  readonly deviceDueNs: Float64Array;
  /** 1: an idle CPU spins (idle=poll). */
  readonly idlePolls: Uint8Array;
  /** 1: an idle CPU sees need_resched without an IPI: it polls, or waits in MWAIT on its flags. */
  readonly idleSeesFlag: Uint8Array;
  readonly nohzFull: Uint8Array;
  /** 1: off the scheduler domains. */
  readonly isolated: Uint8Array;
  /** vCPUs: 1 while the guest executes. */
  readonly inGuest: Uint8Array;
  /** vCPUs: the host task that runs it; -1 for pCPUs. */
  readonly hostTask: Int32Array;
  /** Last time the current task's CPU time was accounted. */
  readonly accountedNs: Float64Array;

  constructor(cpus: number) {
    this.kernel = new Int32Array(cpus);
    this.lane = new Int32Array(cpus);
    this.levels = new Uint8Array(cpus);
    this.current = new Int32Array(cpus).fill(-1);
    this.idleTask = new Int32Array(cpus).fill(-1);
    this.switchingTo = new Int32Array(cpus).fill(-1);
    this.pendingIrq = new Uint8Array(cpus);
    this.program = new Int32Array(cpus * CPU_PROGRAMS);
    this.irqSubject = new Int32Array(cpus).fill(-1);
    this.ipiTarget = new Int32Array(cpus).fill(-1);
    this.ipiSlot = new Int32Array(cpus).fill(-1);
    this.callSlot = new Int32Array(cpus).fill(-1);
    this.clockeventSlot = new Int32Array(cpus).fill(-1);
    this.deviceDueNs = new Float64Array(cpus).fill(Number.POSITIVE_INFINITY);
    this.idlePolls = new Uint8Array(cpus);
    this.idleSeesFlag = new Uint8Array(cpus);
    this.nohzFull = new Uint8Array(cpus);
    this.isolated = new Uint8Array(cpus);
    this.inGuest = new Uint8Array(cpus);
    this.hostTask = new Int32Array(cpus).fill(-1);
    this.accountedNs = new Float64Array(cpus);
  }
}
