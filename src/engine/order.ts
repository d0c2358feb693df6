/**
 * The ranks of simultaneous events: one table, a reason each. The end of a running step comes
 * before all of them (work that is finished is finished before the next thing happens), then the
 * slots by rank, then by name.
 */
export const SLOT_RANKS = [
  /** The whole machine stops before anything else of that instant is served. */
  'smi',
  /** Before whatever the machine masks. */
  'nmi',
  /** Bookkeeping without a cost: it must be seen by every event of its instant. */
  'rtPeriod',
  /** The preemption timer counts down inside the guest: it is due before any interrupt arrives. */
  'preemptionTimer',
  /** Interprocessor interrupts were sent before the events of this instant. */
  'ipi',
  /** The local timer of a CPU. */
  'clockevent',
  /** Devices come last: nothing in the machine waits for their exact instant. */
  'deviceIrq',
  /** A batch that a poller holds back is due: seen by the loop's next turn, never at once. */
  'pollerDrain',
  /** A packet on the wire: whoever polls at the same instant has just missed it. */
  'packet',
] as const;

export type SlotRank = (typeof SLOT_RANKS)[number];
