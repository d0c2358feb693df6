/**
 * The way of a packet: from the wire through a poller into a guest, and its answer back onto the wire.
 * Its latency is the sum of its stages, and of the SMIs that come meanwhile, which stop all of them.
 */
import { arrivalsIn } from '../contract/arrivals.js';
import { times } from '../contract/figure.js';
import { smiContract } from '../contract/smi.js';
import type { Surroundings } from '../contract/surroundings.js';
import type { GuestPlan, WorkloadPlan } from '../plan/normalized.js';
import type { InterfacePlan, SwitchPlan } from '../plan/normalizedSwitch.js';
import { byLength } from './busyWindow.js';
import type { PollerVisit } from './pollerKeeping.js';
import { handedOnStage, takenStage } from './pollerStage.js';
import { isStage, type StageBound } from './queueWindow.js';
import { receiveStages } from './receiveStage.js';
import type { Receiving, Stage } from './receiving.js';
import type { BoundTerm, CpuBound } from './result.js';

/** An interface with what is around it. */
export interface Way {
  readonly around: Surroundings;
  readonly one: SwitchPlan;
  readonly port: InterfacePlan;
  readonly guest?: GuestPlan;
  /** Who answers. */
  readonly workload?: WorkloadPlan;
  throttledPcpu(pcpu: number): string | undefined;
}

/** A path as the analysis sees it. */
export interface Path {
  readonly stages: readonly Stage[];
  /** Time in which it waits for a clock and nothing else. */
  readonly waitsNs: number;
}

const visitOf = (
  { around, one, port, throttledPcpu }: Way,
  from: 'wire' | 'guest',
): PollerVisit => {
  const poller = one.pollers[from === 'wire' ? port.wirePoller : port.guestPoller];
  return { around, one, poller, stop: { port, from }, throttledPcpu };
};

/** From a queue until its poller has put the packet into a batch. */
export function toBatch(way: Way, from: 'wire' | 'guest'): Path {
  return { stages: [(smiNs) => takenStage(visitOf(way, from), smiNs)], waitsNs: 0 };
}

/** From a queue of a poller until it has handed the packet on. */
export function throughPoller(way: Way, from: 'wire' | 'guest'): Path {
  const visit = visitOf(way, from);
  const taken: Stage = (smiNs) => takenStage(visit, smiNs);
  if (way.one.flushNs === 0) return { stages: [taken], waitsNs: 0 };
  const handedOn: Stage = (smiNs) => handedOnStage(visit, smiNs);
  return { stages: [taken, handedOn], waitsNs: way.one.flushNs };
}

/** From the wire until the answer is in the send queue. */
export function toAnswer(way: Way): Path {
  const { guest, workload } = way;
  const first = throughPoller(way, 'wire');
  if (!guest || !workload) return first;
  const receiving: Receiving = { ...way, guest, workload };
  return { ...first, stages: [...first.stages, ...receiveStages(receiving)] };
}

/** From the wire to the wire. */
export function roundTrip(way: Way): Path {
  const inward = toAnswer(way);
  const outward = throughPoller(way, 'guest');
  return {
    stages: [...inward.stages, ...outward.stages],
    waitsNs: inward.waitsNs + outward.waitsNs,
  };
}

const ROUNDS_MAX = 1000;

/** Longest latency of a path, with the SMIs in it and in the windows around it. */
export function pathBound(around: Surroundings, { stages, waitsNs }: Path): CpuBound {
  const smi = around.plan.smi ? smiContract(around) : undefined;
  const { figures } = around;
  let count = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const each = figures.term('SMI', smi?.largest ?? { ns: 0, assumed: new Set() });
    const smis = times(count, each);
    const found: StageBound[] = [];
    for (const stage of stages) {
      const result = stage(smis.ns);
      if (!isStage(result)) return result;
      found.push(result);
    }
    const ownNs = found.reduce((sum, { ns }) => sum + ns, waitsNs);
    const before = found.reduce((most, { windowNs }) => Math.max(most, windowNs), 0);
    const lengthNs = Math.max(1, ownNs + smis.ns + before);
    const next = smi && each.ns > 0 ? arrivalsIn(smi.arrivals, lengthNs) : 0;
    if (next <= count) {
      const terms = [...merged(found), ...waits(waitsNs), ...smiTerm(count, smis)];
      return { ns: ownNs + smis.ns, terms: terms.sort(byLength) };
    }
    count = next;
  }
  return { reasons: ['the analysis does not end: SMIs take almost all of the time'] };
}

const sorted = (names: ReadonlySet<string>): string[] =>
  [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

function smiTerm(count: number, figure: ReturnType<typeof times>): BoundTerm[] {
  if (figure.ns === 0) return [];
  return [{ name: 'SMI', count, ns: figure.ns, assumed: sorted(figure.assumed) }];
}

const waits = (ns: number): BoundTerm[] =>
  ns === 0 ? [] : [{ name: 'waiting for a batch to fill', count: 1, ns, assumed: [] }];

/** Terms of several stages; those of one name are one. */
function merged(stages: readonly StageBound[]): BoundTerm[] {
  const byName = new Map<string, BoundTerm>();
  for (const term of stages.flatMap(({ terms }) => terms)) {
    const known = byName.get(term.name);
    byName.set(term.name, {
      name: term.name,
      count: term.count + (known?.count ?? 0),
      ns: term.ns + (known?.ns ?? 0),
      assumed: sorted(new Set([...term.assumed, ...(known?.assumed ?? [])])),
    });
  }
  return [...byName.values()];
}
