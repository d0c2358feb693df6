/** What became of the packets of a run. */
import type { PacketCounts, SwitchResult, Unfinished } from '../latency/result.js';
import { DROP_RING, DROP_SEND, DROP_SOCKET, DROP_WIRE, DROPS } from '../network/columns.js';
import type { NormalizedPlan, WorkloadPlan } from '../plan/normalized.js';
import type { BuiltPart } from './build.js';

interface Run {
  readonly plan: NormalizedPlan;
  readonly parts: readonly BuiltPart[];
  readonly simulatedNs: number;
}

interface Place {
  readonly part: BuiltPart;
  readonly index: number;
}

function placeOf({ parts }: Run, name: string): Place | undefined {
  for (const part of parts) {
    const index = part.layout.network.interfaces.findIndex(({ plan }) => plan.name === name);
    if (index >= 0) return { part, index };
  }
  return undefined;
}

function countsOf(run: Run, name: string): PacketCounts {
  const place = placeOf(run, name);
  const columns = place?.part.m.interfaces;
  const lost = (reason: number): number =>
    columns && place ? columns.dropped[place.index * DROPS + reason] : 0;
  return {
    arrived: columns && place ? columns.arrived[place.index] : 0,
    done: columns && place ? columns.done[place.index] : 0,
    lost: {
      wire: lost(DROP_WIRE),
      ring: lost(DROP_RING),
      socket: lost(DROP_SOCKET),
      send: lost(DROP_SEND),
    },
  };
}

/** Counts of the interface of a packet workload; undefined for any other. */
export function packetsOf(run: Run, workload: WorkloadPlan): PacketCounts | undefined {
  return workload.interface === undefined ? undefined : countsOf(run, workload.interface);
}

export const lostPackets = ({ lost }: PacketCounts): number =>
  lost.wire + lost.ring + lost.socket + lost.send;

/** Packets of a workload that were neither answered nor lost at the end. */
export function packetsUnderWay(run: Run, workload: WorkloadPlan): Unfinished {
  const place = placeOf(run, workload.interface ?? '');
  if (!place) return { count: 0, oldestNs: 0 };
  const { packets } = place.part.m;
  let count = 0;
  let oldestNs = 0;
  packets.interface.forEach((iface, packet) => {
    const ageNs = run.simulatedNs - packets.arrivedNs[packet];
    if (iface !== place.index || ageNs <= 0) return;
    count++;
    oldestNs = Math.max(oldestNs, ageNs);
  });
  return { count, oldestNs };
}

export function switchResults(run: Run): SwitchResult[] {
  return run.plan.switches.map(({ name, interfaces, pollers }) => ({
    name,
    interfaces: interfaces.map((port) => {
      const polled =
        port.guest === undefined || port.guestPoller === port.wirePoller
          ? [port.wirePoller]
          : [port.wirePoller, port.guestPoller];
      const guest = port.guest === undefined ? 'wire' : `guest ${port.guest}`;
      return {
        name: port.name,
        leadsTo: guest,
        pollers: polled.map((one) => `${pollers[one].name} (pCPU ${pollers[one].pcpu})`),
        ...countsOf(run, port.name),
      };
    }),
  }));
}
