/** Numbers for the network of a part: interfaces, polling loops, packet sources, packets. */

import { type Law, ZERO_LAW } from '../base/law.js';
import { DROPS, LIST_RING, LIST_SEND, LIST_WIRE } from '../network/columns.js';
import { STOP_DRAIN } from '../network/loopColumns.js';
import { listOf } from '../network/packets.js';
import type { LinePlan, NormalizedPlan, WorkloadPlan } from '../plan/normalized.js';
import type {
  InterfacePlan,
  PacketSourcePlan,
  PollerPlan,
  SwitchPlan,
} from '../plan/normalizedSwitch.js';

import type { DeviceLayout, KernelLayout, TaskLayout } from './layout.js';

/** Interrupts of interfaces come before those of other devices of their CPU. */
const INTERFACE_VECTOR = 0x100;

export interface InterfaceLayout {
  readonly path: string;
  readonly switch: SwitchPlan;
  readonly plan: InterfacePlan;
  /** The workload that takes its packets. */
  readonly workload?: WorkloadPlan;
  /** Places for packets, from the first. */
  readonly firstPacket: number;
  readonly packets: number;
  /** True if its packets are measured; those of the first interfaces are. */
  readonly measured: boolean;
}

export interface LoopLayout {
  readonly path: string;
  readonly switch: SwitchPlan;
  readonly stops: readonly number[];
  /** Absent: a consumer that polls. */
  readonly poller?: PollerPlan;
  readonly workload?: WorkloadPlan;
}

export interface SourceLayout {
  readonly path: string;
  readonly plan: PacketSourcePlan;
  readonly interface: number;
}

export interface NetworkLayout {
  readonly interfaces: readonly InterfaceLayout[];
  readonly loops: readonly LoopLayout[];
  readonly sources: readonly SourceLayout[];
  readonly packets: number;
  /** Packets that have a window each; they are the first ones. */
  readonly measuredPackets: number;
}

const byPath = (a: { path: string }, b: { path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

/** The network as far as its pollers are on `pcpus`. */
export function layOutNetwork(plan: NormalizedPlan, pcpus: readonly number[]): NetworkLayout {
  const inside = new Set(pcpus);
  const here = plan.switches.flatMap((one) =>
    one.interfaces
      .filter(({ wirePoller }) => inside.has(one.pollers[wirePoller].pcpu))
      .map((port) => ({
        path: `switch/${one.name}/interface/${port.name}`,
        switch: one,
        plan: port,
        workload: plan.workloads.find((workload) => workload.interface === port.name),
      })),
  );
  // Measured ones first, so that windows are numbered without gaps.
  here.sort((a, b) => Number(!a.workload) - Number(!b.workload) || byPath(a, b));
  let packets = 0;
  let measuredPackets = 0;
  const interfaces = here.map((one): InterfaceLayout => {
    const firstPacket = packets;
    const count = packetsOf(one.switch, one.plan);
    packets += count;
    const measured = one.workload !== undefined;
    if (measured) measuredPackets = packets;
    return { ...one, firstPacket, packets: count, measured };
  });
  return {
    interfaces,
    loops: [...pollersOf(plan, inside, interfaces), ...consumersOf(interfaces)].sort(byPath),
    sources: sourcesOf(interfaces),
    packets,
    measuredPackets,
  };
}

/** Every place in which a packet can be at once: queues, held batches, hands. */
function packetsOf({ burst }: SwitchPlan, { ring, wireRing, socket }: InterfacePlan): number {
  return wireRing + 2 * ring + Math.max(socket, burst) + 4 * burst + DROPS;
}

function pollersOf(
  plan: NormalizedPlan,
  inside: ReadonlySet<number>,
  interfaces: readonly InterfaceLayout[],
): LoopLayout[] {
  return plan.switches.flatMap((one) =>
    one.pollers.flatMap((poller, position): LoopLayout[] => {
      if (!inside.has(poller.pcpu)) return [];
      const stops = one.interfaces.flatMap((port) => {
        const index = interfaces.findIndex(({ plan: other }) => other === port);
        if (index < 0) return [];
        return [
          ...(port.wirePoller === position ? [listOf(index, LIST_WIRE)] : []),
          ...(port.guest !== undefined && port.guestPoller === position
            ? [listOf(index, LIST_SEND)]
            : []),
        ];
      });
      const drains = one.flushNs > 0 && stops.length > 0;
      return [
        {
          path: pollerPath(one, poller),
          switch: one,
          poller,
          stops: drains ? [...stops, STOP_DRAIN] : stops,
        },
      ];
    }),
  );
}

/** Path of a poller's thread. */
export function pollerPath(one: SwitchPlan, poller: PollerPlan): string {
  return `host/poller/${one.name}/${poller.name}`;
}

function consumersOf(interfaces: readonly InterfaceLayout[]): LoopLayout[] {
  return interfaces.flatMap((one, index) =>
    one.workload?.receive === 'poll'
      ? [
          {
            path: `${one.path}/consumer`,
            switch: one.switch,
            stops: [listOf(index, LIST_RING)],
            workload: one.workload,
          },
        ]
      : [],
  );
}

function sourcesOf(interfaces: readonly InterfaceLayout[]): SourceLayout[] {
  return interfaces
    .flatMap((one, index) =>
      one.switch.sources
        .filter((source) => source.interface === one.plan.name)
        .map((plan) => ({
          path: `switch/${one.switch.name}/packets/${plan.name}`,
          plan,
          interface: index,
        })),
    )
    .sort(byPath);
}

/** Interrupts of the interfaces that lead to a guest and are not polled there. */
export function interfaceDevices(
  { platform }: NormalizedPlan,
  kernel: KernelLayout,
  network: NetworkLayout,
): DeviceLayout[] {
  return network.interfaces.flatMap(({ plan: port, workload }, index) => {
    const cpu = kernel.cpuIndex.get(port.vcpu);
    if (!kernel.guest || kernel.guest.name !== port.guest || cpu === undefined) return [];
    if (workload?.receive === 'poll') return [];
    const plan = interfaceLine(port, platform.network.guestInterrupt);
    return [{ path: `${kernel.name}/irq/${plan.name}`, kernel, plan, cpu, interface: index }];
  });
}

/** The interrupt that an interface has in its guest. A forced thread takes its handler over. */
function interfaceLine({ name, vcpu, irqThread }: InterfacePlan, handler: Law): LinePlan {
  return {
    name: `virtio-${name}`,
    vector: INTERFACE_VECTOR,
    cpus: [vcpu],
    hard: irqThread ? ZERO_LAW : handler,
    ...(irqThread ? { thread: { scheduling: irqThread, run: handler } } : {}),
  };
}

/** Threads of the pollers of the part. */
export function pollerTasks(host: KernelLayout, network: NetworkLayout): TaskLayout[] {
  return network.loops.flatMap(({ path, poller }, loop): TaskLayout[] => {
    if (!poller) return [];
    const cpus = [host.cpuIndex.get(poller.pcpu) as number];
    return [{ path, kernel: host, role: { kind: 'poller', loop }, cpus }];
  });
}
