/**
 * State of the network of a part: packets, the lists they stand in, interfaces. Lists are numbered by interface; a packet stands in at most one of them.
 */

/** Lists of an interface; `interface * LISTS + x` is its list x. */
export const LIST_WIRE = 0;
/** Packets of the wire that the poller has handled and not handed on. */
export const LIST_INWARD = 1;
/** Virtqueue towards the guest. */
export const LIST_RING = 2;
/** The guest's socket; of a guest that polls, the batch in its hands. */
export const LIST_SOCKET = 3;
/** Virtqueue from the guest. */
export const LIST_SEND = 4;
/** Packets of the guest that the poller has handled and not handed on. */
export const LIST_OUTWARD = 5;
export const LISTS = 6;

/** Where a packet can be lost; `dropped[interface * DROPS + x]` counts. */
export const DROP_WIRE = 0;
export const DROP_RING = 1;
export const DROP_SOCKET = 2;
export const DROP_SEND = 3;
export const DROPS = 4;

/** Of a packet's stamp: it was there before the stretch that its loop is in. */
export const BEFORE = -1;

export interface NetworkSize {
  readonly interfaces: number;
  readonly packets: number;
  readonly loops: number;
  readonly stops: number;
  readonly sources: number;
}

export class PacketColumns {
  /** Next in its list, or in the list of free ones. */
  readonly next: Int32Array;
  readonly arrivedNs: Float64Array;
  /** Window of the segment log; -1: not measured. */
  readonly window: Int32Array;
  readonly interface: Int32Array;
  /** Executed time of its loop's stretch when it came into the list, and which stretch that was. */
  readonly stampNs: Float64Array;
  readonly stretch: Float64Array;
  /** Since when its interrupt is on its way; Infinity: it is not. */
  readonly calledNs: Float64Array;

  constructor(packets: number) {
    this.next = new Int32Array(packets).fill(-1);
    this.arrivedNs = new Float64Array(packets).fill(Number.POSITIVE_INFINITY);
    this.window = new Int32Array(packets).fill(-1);
    this.interface = new Int32Array(packets);
    this.stampNs = new Float64Array(packets).fill(BEFORE);
    this.stretch = new Float64Array(packets).fill(-1);
    this.calledNs = new Float64Array(packets).fill(Number.POSITIVE_INFINITY);
  }
}

export class InterfaceColumns {
  /** Packets that are nowhere. */
  readonly free: Int32Array;
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly count: Int32Array;
  readonly capacity: Int32Array;
  /** Loop that polls a list, and at which of its stops; -1: nobody does. */
  readonly loop: Int32Array;
  readonly stop: Int32Array;
  /** When a held list must be handed on. */
  readonly heldUntilNs: Float64Array;
  /** CPU of the vCPU that its interrupts go to; -1: no guest. */
  readonly vcpu: Int32Array;
  /** Device whose interrupt it raises; -1: none. */
  readonly device: Int32Array;
  /** Thread that takes its packets; -1: the guest's kernel drops them after counting. */
  readonly consumer: Int32Array;
  /** 1: the consumer polls the ring; no interrupts. */
  readonly polled: Uint8Array;
  /** 1: the guest wants to be interrupted. */
  readonly callback: Uint8Array;
  /** Packets taken in the poll of NAPI that is under way. */
  readonly taken: Int32Array;
  /** Packet that the consumer works on; -1: none. */
  readonly inHand: Int32Array;
  /** Packets in the ring whose interrupt is on its way. */
  readonly called: Int32Array;
  readonly arrived: Float64Array;
  /** Packets that reached the wire again, or the guest's kernel if nobody answers. */
  readonly done: Float64Array;
  readonly dropped: Float64Array;

  constructor(interfaces: number) {
    const lists = interfaces * LISTS;
    this.free = new Int32Array(interfaces).fill(-1);
    this.head = new Int32Array(lists).fill(-1);
    this.tail = new Int32Array(lists).fill(-1);
    this.count = new Int32Array(lists);
    this.capacity = new Int32Array(lists);
    this.loop = new Int32Array(lists).fill(-1);
    this.stop = new Int32Array(lists).fill(-1);
    this.heldUntilNs = new Float64Array(lists).fill(Number.POSITIVE_INFINITY);
    this.vcpu = new Int32Array(interfaces).fill(-1);
    this.device = new Int32Array(interfaces).fill(-1);
    this.consumer = new Int32Array(interfaces).fill(-1);
    this.polled = new Uint8Array(interfaces);
    this.callback = new Uint8Array(interfaces).fill(1);
    this.taken = new Int32Array(interfaces);
    this.inHand = new Int32Array(interfaces).fill(-1);
    this.called = new Int32Array(interfaces);
    this.arrived = new Float64Array(interfaces);
    this.done = new Float64Array(interfaces);
    this.dropped = new Float64Array(interfaces * DROPS);
  }
}
