/** Switches of a plan with every default filled in. */
import type { Law } from '../base/law.js';
import type { Scheduling } from './normalized.js';

/** A busy loop in user space that serves queues in a fixed order. */
export interface PollerPlan {
  readonly name: string;
  readonly scheduling: Scheduling;
  readonly pcpu: number;
}

/**
 * A port pair: the wire on one side, a guest's virtqueues (or, without a guest, the wire again) on
 * the other.
 */
export interface InterfacePlan {
  readonly name: string;
  /** Absent: what comes in goes out again. */
  readonly guest?: string;
  /** vCPU that gets its interrupts. */
  readonly vcpu: number;
  /** Position in the switch's pollers. */
  readonly wirePoller: number;
  readonly guestPoller: number;
  /** Descriptors: of each virtqueue, of the device's receive queue; packets of the socket. */
  readonly ring: number;
  readonly wireRing: number;
  readonly socket: number;
  /** Handler thread of its interrupt in the guest; absent: not threaded. */
  readonly irqThread?: Scheduling;
}

/** Where packets come from. */
export interface PacketSourcePlan {
  readonly name: string;
  readonly interface: string;
  /** Distance between two arrivals (bursts); of a list its mean. */
  readonly every: Law;
  readonly startNs?: number;
  /** Packets an arrival, and the distance between them. */
  readonly burst: number;
  readonly gapNs: number;
  /** Recorded arrivals instead, ascending; they start again after `repeatNs`, if that is not 0. */
  readonly listNs?: readonly number[];
  readonly repeatNs: number;
}

export interface SwitchPlan {
  readonly name: string;
  readonly pollers: readonly PollerPlan[];
  readonly interfaces: readonly InterfacePlan[];
  readonly sources: readonly PacketSourcePlan[];
  /** Packets a visit at most. */
  readonly burst: number;
  /** How long packets may wait for their batch to fill; 0: they do not. */
  readonly flushNs: number;
  /** Turns between two rounds of housekeeping; 0: none. */
  readonly housekeepingTurns: number;
  /** Visit of an empty queue; absent: the platform's figure. */
  readonly pollEmpty?: Law;
}
