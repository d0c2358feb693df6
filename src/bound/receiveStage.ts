/**
 * From a guest's ring until the answer to the packet is in the send queue: the interrupt, the handler
 * thread with NAPI, and the thread that answers; or a thread that polls the ring. Where all of it is on
 * one vCPU it is one window, as strong as the weakest of them; else there is one for each vCPU.
 */
import { answerFigures } from '../contract/answer.js';
import { arrivalsIn, late } from '../contract/arrivals.js';
import { rankOf, type ThreadContract } from '../contract/contract.js';
import { type Figure, sum } from '../contract/figure.js';
import { haltsWithExit } from '../contract/lapicTimer.js';
import { lineThread, overBudget, ringArrivals } from '../contract/receive.js';
import type { Once } from './busyWindow.js';
import { tickMoves } from './delays.js';
import { reasonsOutside } from './guestOuter.js';
import { blockingOf, lentPriorities, type Outer } from './interference.js';
import { polledStage } from './polledStage.js';
import { reasonsAgainst } from './question.js';
import { isStage, type Queue, type StageResult } from './queueWindow.js';
import {
  hostQuestion,
  onItsVcpu,
  type Place,
  placeOf,
  type Receiving,
  type Stage,
  shortest,
  threadsOf,
  windows,
  worldsOf,
} from './receiving.js';

/** The stages of a packet in its guest, in their order. */
export function receiveStages(receiving: Receiving): Stage[] {
  const { port, workload } = receiving;
  const [cpu] = workload.cpus;
  if (workload.receive === 'poll') return [(smiNs) => polledStage(receiving, cpu, smiNs)];
  const line = lineThread(port);
  const user = `${workload.id}@${cpu}`;
  if (cpu === port.vcpu) return [(smiNs) => wokenStage(receiving, cpu, [line, user], smiNs)];
  return [
    (smiNs) => wokenStage(receiving, port.vcpu, [line], smiNs),
    (smiNs) => wokenStage(receiving, cpu, [user], smiNs),
  ];
}

/** The chain of threads that are woken one after the other on one vCPU. */
function wokenStage(
  seen: Receiving,
  cpu: number,
  names: readonly string[],
  smiNs: number,
): StageResult {
  const receiving = onItsVcpu(seen, cpu);
  const { guest } = receiving;
  const outside = reasonsOutside(placeOf(receiving, cpu).question);
  if (outside.length > 0) return { reasons: outside };
  const worlds = haltsWithExit(guest) ? [false, true] : [false];
  let worst: StageResult | undefined;
  for (const halted of worlds) {
    const found = inWorld(receiving, cpu, names, halted, smiNs);
    if (!isStage(found)) return found;
    if (worst === undefined || !isStage(worst) || found.ns > worst.ns) worst = found;
  }
  return worst ?? { reasons: ['there is nothing to analyse'] };
}

function inWorld(
  receiving: Receiving,
  cpu: number,
  names: readonly string[],
  halted: boolean,
  smiNs: number,
): StageResult {
  const place = placeOf(receiving, cpu);
  const scenario = { halted, elsewhere: true };
  const worlds = worldsOf(place, scenario);
  if ('reasons' in worlds) return worlds;
  return shortest(worlds.map((outer) => inOuter(receiving, place, names, outer, smiNs)));
}

function inOuter(
  receiving: Receiving,
  place: Place,
  names: readonly string[],
  outer: Outer,
  smiNs: number,
): StageResult {
  const { around, port } = receiving;
  const { figures } = around;
  const { contracts, vcpu } = place;
  const question = hostQuestion(receiving, place, outer);
  const chain = threadsOf(place, names);
  const arrivals = ringArrivals(around, port);
  if (chain.length < names.length || arrivals === undefined) {
    const none = `interface ${port.name} has no handler thread`;
    return { reasons: contracts.gaps.length > 0 ? contracts.gaps : [none] };
  }
  const reasons = new Set(chain.flatMap((thread) => reasonsAgainst(question, thread, names)));
  if (reasons.size > 0) return { reasons: [...reasons] };
  const last = threadsOf(place, names.slice(-1))[0];
  const answers = last.subject !== lineThread(port);
  const waits = answers ? (question.remote?.once ?? []) : [];
  const rank = Math.min(...chain.map(rankOf));
  const once: Once[] = [
    { name: 'interrupt on its way', figure: figures.term('flight', vcpu.flight) },
    ...outer.once,
    ...(outer.idle ? [] : [blockingOf(contracts, rank, last.subject, figures)]),
    ...lentPriorities(contracts, rank, figures),
    tickMoves(question),
    { name: `${last.subject}: the packet`, figure: ownPath(receiving, place, last) },
    ...waits,
  ];
  const queue: Queue = {
    name: `${last.subject}: packets`,
    arrivals: late(arrivals, smiNs),
    each: sum(last.largest, ...waits.map(({ figure }) => figure)),
  };
  const found = windows(question, last, rank, once, queue, smiNs);
  if (isStage(found) && overBudget(arrivalsIn(queue.arrivals, found.windowNs))) {
    return { reasons: [`more packets than NAPI takes in one go may wait at ${port.name}`] };
  }
  return found;
}

/** Of the last thread of a chain: until the answer is sent, or the next thread is woken. */
function ownPath(
  { around, workload, port }: Receiving,
  place: Place,
  last: ThreadContract,
): Figure {
  if (last.subject === lineThread(port)) return last.largest;
  const { instance, costs, users, cpu } = place.contracts;
  return answerFigures({ around, instance, costs, users, cpu }, workload).path;
}
