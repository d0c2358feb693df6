/** The network of a part on top of its hypervisor: columns, and what measuring has to be told. */
import type { KernelSize } from '../kernel/kernel.js';
import { Hypervisor } from '../kvm/hypervisor.js';
import { InterfaceColumns, type NetworkSize, PacketColumns } from './columns.js';
import { LoopColumns, SourceColumns } from './loopColumns.js';

export interface NetworkMachineSize extends KernelSize {
  readonly network: NetworkSize;
  /** Polling loops step through every empty visit: slow, and the oracle of the arithmetic. */
  readonly plainPolling: boolean;
}

export abstract class Network extends Hypervisor {
  readonly packets: PacketColumns;
  readonly interfaces: InterfaceColumns;
  readonly loops: LoopColumns;
  readonly sources: SourceColumns;
  readonly plainPolling: boolean;
  /** Cause of the time in which an interrupt for a packet is on its way. */
  flightCause = -1;
  /** Packets of all interfaces whose interrupt is on its way. */
  packetsCalled = 0;

  constructor(size: NetworkMachineSize) {
    super(size);
    const { interfaces, packets, loops, stops, sources } = size.network;
    this.packets = new PacketColumns(packets);
    this.interfaces = new InterfaceColumns(interfaces);
    this.loops = new LoopColumns(loops, stops);
    this.sources = new SourceColumns(sources);
    this.plainPolling = size.plainPolling;
  }

  /** A measured packet is on the wire again: its latency ends now. */
  abstract packetAnswered(packet: number): void;
}
