/**
 * From a queue of a poller until the poller has handed the packet on. The window begins when the
 * poller's queues were last empty and nothing stronger was at work on its pCPU.
 *
 * Between two visits that serve there is less than a turn of empty ones, since something waits; before
 * the first there is one more, which had begun when the first packet came.
 */
import { type Arrivals, atMost, late } from '../contract/arrivals.js';
import { toHandOver, toSend } from '../contract/delays.js';
import { type Figure, sum, times } from '../contract/figure.js';
import {
  emptyVisit,
  housekeeping,
  listName,
  type PollerStop,
  packetWork,
  pollerStops,
  stopArrivals,
  visitsOfTurn,
} from '../contract/poller.js';
import { delayOf } from '../contract/surroundings.js';
import type { Stream, Window } from './busyWindow.js';
import { keepingOf, onItsPcpu, type PollerVisit } from './pollerKeeping.js';
import { besideSmis, isStage, type Queue, queueResponse, type StageResult } from './queueWindow.js';

/** Until the packet is in its batch and, without a flush interval, handed on. */
export function takenStage(seen: PollerVisit, smiNs: number): StageResult {
  const visit = onItsPcpu(seen);
  const { around, one, stop } = visit;
  const work = packetWork(around, stop);
  const whole = one.flushNs > 0 ? work.take : sum(work.take, work.handOn);
  const arrivals = stopArrivals(around, stop);
  return arrivals ? stageOf(visit, whole, arrivals, smiNs) : unknown(stop);
}

const unknown = (stop: PollerStop) => ({
  reasons: [`nobody knows how late packets are at ${listName(stop)}`],
});

/** With a flush interval: until a batch that is due has been handed on. */
export function handedOnStage(seen: PollerVisit, smiNs: number): StageResult {
  const visit = onItsPcpu(seen);
  const { around, stop } = visit;
  // All batches, its own among them, are part of the window.
  return stageOf(visit, packetWork(around, stop).handOn, atMost(1), smiNs);
}

function stageOf(visit: PollerVisit, each: Figure, arrivals: Arrivals, smiNs: number): StageResult {
  const { around, one, poller, stop } = visit;
  const { figures } = around;
  const keeping = keepingOf(visit);
  if ('reasons' in keeping) return keeping;
  const idle = times(Math.max(0, visitsOfTurn(one, poller) - 1), emptyVisit(around, one));
  const kept = housekeeping(around, one, poller);
  const house: Stream = {
    name: `poller ${one.name}/${poller.name}: housekeeping`,
    arrivals: kept.arrivals,
    each: figures.term('housekeeping', kept.each),
  };
  const packets = packetStreams(visit, idle);
  if (!Array.isArray(packets)) return packets;
  const work = packetWork(around, stop);
  const own: Queue = {
    name: `packet at ${listName(stop)}`,
    arrivals: late(arrivals, smiNs),
    each: figures.term('packet work', sum(each, idle)),
    ...(one.burst > 1
      ? { behind: { each: figures.term('packet work', work.further), most: one.burst - 1 } }
      : {}),
  };
  const once = [
    ...keeping.once,
    { name: 'visit under way', figure: figures.term('poll loop', emptyVisit(around, one)) },
    {
      name: `poller ${one.name}/${poller.name}: empty visits`,
      figure: figures.term('poll loop', idle),
    },
    {
      name: `poller ${one.name}/${poller.name}: packet`,
      figure: figures.term('packet work', each),
    },
  ];
  let best: StageResult | undefined;
  for (const streams of keeping.streams) {
    // Housekeeping comes with the turns of the loop, which an SMI stops too.
    const late = besideSmis([...streams, ...packets], smiNs);
    const window: Window = { once, streams: [house, ...late] };
    const found = queueResponse(window, own, figures);
    if (best === undefined || (isStage(found) && (!isStage(best) || found.ns < best.ns)))
      best = found;
  }
  return best ?? { reasons: ['there is nothing to analyse'] };
}

/** The packets of all other queues, or of all batches that wait to be handed on. */
function packetStreams(
  { around, one, poller, stop }: PollerVisit,
  idle: Figure,
): Stream[] | { readonly reasons: readonly string[] } {
  const { figures } = around;
  const who = `poller ${one.name}/${poller.name}`;
  const streams: Stream[] = [];
  for (const other of pollerStops(one, poller)) {
    const arrivals = stopArrivals(around, other);
    if (arrivals === undefined) {
      const delay = delayOf(around, toSend(other.port.name));
      return typeof delay === 'number' ? unknown(other) : delay;
    }
    const { take, handOn } = packetWork(around, other);
    const own = other.port === stop.port && other.from === stop.from;
    const name = `${who}: packets ${listName(other)}`;
    if (one.flushNs === 0) {
      if (own) continue;
      const each = figures.term('packet work', sum(take, handOn, idle));
      streams.push({ name, arrivals, each });
      continue;
    }
    // With a flush interval a packet is worked on twice, the second time that much later.
    const held = delayOf(around, toHandOver(listName(other)));
    if (typeof held !== 'number') return held;
    const batches = figures.term('packet work', sum(handOn, idle));
    if (!own) streams.push({ name, arrivals, each: figures.term('packet work', sum(take, idle)) });
    streams.push({ name: `${name}: batches`, arrivals: late(arrivals, held), each: batches });
  }
  return streams;
}
