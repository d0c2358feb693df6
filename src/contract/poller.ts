/**
 * A switch's poller: a thread that never sleeps and visits its queues in a fixed order. What a visit
 * takes, what a packet takes, how often it keeps house. Source: OVS lib/dpif-netdev.c
 * pmd_thread_main, as in src/network/pollLoop.ts and poller.ts.
 */
import type { InterfacePlan, PollerPlan, SwitchPlan } from '../plan/normalizedSwitch.js';
import { type Arrivals, atMost, late, NEVER, superpose } from './arrivals.js';
import type { ThreadContract } from './contract.js';
import { toSend } from './delays.js';
import { type Figure, longest, NO_TIME, sum } from './figure.js';
import { hostOf, isPreemptible, type LinuxFigures } from './instance.js';
import { wireArrivals } from './packetArrivals.js';
import { delayOf, kvmFigure, networkFigure, type Surroundings } from './surroundings.js';

/** One queue of a poller. */
export interface PollerStop {
  readonly port: InterfacePlan;
  /** From the wire, or from the guest. */
  readonly from: 'wire' | 'guest';
}

/** Name of a poller's thread. */
export const pollerName = (one: SwitchPlan, poller: PollerPlan): string =>
  `poller ${one.name}/${poller.name}`;

export const listName = ({ port, from }: PollerStop): string => `${from} of ${port.name}`;

/** Queues of a poller in the order of its visits. */
export function pollerStops(one: SwitchPlan, poller: PollerPlan): PollerStop[] {
  const position = one.pollers.indexOf(poller);
  return one.interfaces.flatMap((port): PollerStop[] => [
    ...(port.wirePoller === position ? [{ port, from: 'wire' as const }] : []),
    ...(port.guest !== undefined && port.guestPoller === position
      ? [{ port, from: 'guest' as const }]
      : []),
  ]);
}

/** Places that a turn of the loop looks at; held batches are one more. */
export function visitsOfTurn(one: SwitchPlan, poller: PollerPlan): number {
  return pollerStops(one, poller).length + (one.flushNs > 0 ? 1 : 0);
}

export function emptyVisit({ figures, plan }: Surroundings, one: SwitchPlan): Figure {
  const law = one.pollEmpty ?? plan.platform.network.pollEmpty;
  return figures.of(law, one.pollEmpty ? `switch/${one.name}/pollEmpty` : 'network.pollEmpty');
}

/** Packets that come into a queue; undefined if nobody knows how many. */
export function stopArrivals(
  around: Surroundings,
  { port, from }: PollerStop,
): Arrivals | undefined {
  const wire = wireArrivals(around.plan, port.name);
  if (from === 'wire') return wire;
  const user = around.plan.workloads.find((workload) => workload.interface === port.name);
  if (!user) return NEVER;
  const delay = delayOf(around, toSend(port.name));
  return typeof delay === 'number' ? late(wire, delay) : undefined;
}

/** What one packet takes that is alone in its visit. */
export interface PacketWork {
  /** From the begin of the visit until it stands in a batch. */
  readonly take: Figure;
  /** Handing the batch on, with the call of the guest. */
  readonly handOn: Figure;
  /** What it adds to a visit that others have begun. */
  readonly further: Figure;
}

export function packetWork(around: Surroundings, { port, from }: PollerStop): PacketWork {
  const net = (name: Parameters<typeof networkFigure>[1]): Figure => networkFigure(around, name);
  const toGuest = from === 'wire' && port.guest !== undefined;
  const copiesIn = from === 'guest' ? net('copyPacket') : NO_TIME;
  const copiesOut = toGuest ? net('copyPacket') : NO_TIME;
  return {
    take: sum(net('pollBurst'), net('pollPacket'), copiesIn),
    handOn: sum(copiesOut, net('pollFlush'), toGuest ? call(around, port) : NO_TIME),
    further: sum(net('pollPacket'), copiesIn, copiesOut),
  };
}

/** write() of the eventfd that interrupts the guest, unless the guest polls. */
function call(around: Surroundings, { name }: InterfacePlan): Figure {
  const { plan } = around;
  const polled = plan.workloads.some(
    (workload) => workload.interface === name && workload.receive === 'poll',
  );
  return polled ? NO_TIME : sum(networkFigure(around, 'pollCall'), injection(around));
}

/** Injecting an interrupt from host code: the vector, waking the vCPU's thread, the IPI. */
export function injection(around: Surroundings): Figure {
  const { figures, plan } = around;
  return sum(
    kvmFigure(around, 'inject'),
    figures.of(plan.platform.host.wakeup, 'host.wakeup'),
    figures.of(plan.platform.host.reschedIpi, 'host.reschedIpi'),
  );
}

/** Housekeeping, in time that the poller executes. */
export function housekeeping(
  around: Surroundings,
  one: SwitchPlan,
  poller: PollerPlan,
): { readonly arrivals: Arrivals; readonly each: Figure } {
  const each = networkFigure(around, 'pollHousekeeping');
  const { network } = around.plan.platform;
  if (each.ns === 0 || one.housekeepingTurns === 0) return { arrivals: NEVER, each };
  const visits = one.housekeepingTurns * visitsOfTurn(one, poller);
  const emptyNs = Math.max(1, (one.pollEmpty ?? network.pollEmpty).minNs);
  const servedNs = network.pollBurst.minNs + network.pollPacket.minNs + network.pollFlush.minNs;
  const loop = {
    distanceNs: visits * (servedNs > 0 ? Math.min(emptyNs, servedNs) : emptyNs),
    burst: 1,
    most: Number.POSITIVE_INFINITY,
    // The one that is under way when the window begins.
    jitterNs: each.ns,
  };
  if (servedNs > 0) return { arrivals: loop, each };
  // Visits that take no time: a turn may end with every packet.
  const packets = pollerStops(one, poller).map((stop) => stopArrivals(around, stop) ?? NEVER);
  return { arrivals: superpose([loop, ...packets]), each };
}

/** The pollers of a pCPU as threads that others have to live with. */
export function pollerThreads(
  around: Surroundings,
  pcpu: number,
  costs: LinuxFigures,
): ThreadContract[] {
  const host = hostOf(around.plan);
  return around.plan.switches.flatMap((one) =>
    one.pollers
      .filter((poller) => poller.pcpu === pcpu)
      .map((poller) => {
        const masked = longest(injection(around), sum(costs.contextSwitch, costs.deviceWrite));
        const stretch = sum(networkFigure(around, 'pollCall'), injection(around));
        return {
          mechanism: 'poller',
          subject: pollerName(one, poller),
          level: 'thread' as const,
          arrivals: atMost(1),
          largest: NO_TIME,
          blocking: isPreemptible(host) ? masked : longest(masked, stretch),
          masked,
          triggers: [],
          policy: poller.scheduling.policy,
          priority: poller.scheduling.priority,
          cpus: [pcpu],
          endless: true,
          locks: [],
        };
      }),
  );
}
