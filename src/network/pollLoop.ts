/**
 * Threads that poll: a busy loop that visits its queues in a fixed order and never sleeps, on the
 * host (a switch) or in a guest (a poll-mode driver).
 *
 * [P] OVS lib/dpif-netdev.c pmd_thread_main: for each queue one burst; housekeeping after so many
 * turns. An empty visit makes no event. The visits between two packets form a stretch: all of them
 * take the same time, drawn when the stretch begins, so the visit that finds a packet is computed
 * when the packet comes. A visit sees what was there before it began, counted in time that the
 * thread has executed, so interruptions shift the visits and change nothing else.
 * `plainPolling` steps through the visits one by one and gives the same.
 *
 * Left out: lengths that vary inside a stretch; sleeping pollers (pmd-sleep-max).
 */
import type { Action } from '../engine/program.js';
import { BEFORE } from './columns.js';
import { NO_DRAIN, STOP_DRAIN } from './loopColumns.js';
import type { Network } from './network.js';
import { laneOfLoop } from './packets.js';

/** Without housekeeping a stretch ends after about so long; a new one follows. */
const STRETCH_NS = 1_000_000_000;

/** Time that the loop has executed in its stretch. */
function executedNs(m: Network, loop: number): number {
  const frame = m.taskFrames + m.loops.task[loop];
  const lane = laneOfLoop(m, loop);
  let leftNs = m.frameRemainingNs[frame];
  if (m.laneFrame[lane] === frame) leftNs = m.segmentEndNs[lane] - m.nowNs;
  else if (leftNs < 0) leftNs = m.frameDynamicNs[frame];
  return m.loops.untilNs[loop] - leftNs;
}

/** A packet came into a list: the loop that polls the list will see it. */
export function arrived(m: Network, list: number, packet: number): void {
  const { packets, interfaces } = m;
  const loop = interfaces.loop[list];
  if (loop < 0) return;
  packets.stretch[packet] = BEFORE;
  if (m.loops.idle[loop] === 0) return;
  const atNs = executedNs(m, loop);
  packets.stretch[packet] = m.loops.stretch[loop];
  packets.stampNs[packet] = atNs;
  visitAfter(m, loop, interfaces.stop[list], atNs);
}

/** Slot handler: a held batch of the loop has waited long enough. */
export function drainDue(m: Network, loop: number): void {
  const { loops } = m;
  loops.drainStretch[loop] = BEFORE;
  if (loops.idle[loop] === 0) return;
  const atNs = executedNs(m, loop);
  loops.drainStretch[loop] = loops.stretch[loop];
  loops.drainStampNs[loop] = atNs;
  visitAfter(m, loop, loops.first[loop + 1] - loops.first[loop] - 1, atNs);
}

/** Ends the stretch at the first visit of `stop` that begins after `atNs` of it. */
function visitAfter(m: Network, loop: number, stop: number, atNs: number): void {
  if (m.plainPolling) return;
  const { loops } = m;
  const stops = loops.first[loop + 1] - loops.first[loop];
  const visitNs = loops.visitNs[loop];
  let visit = Math.floor(atNs / visitNs) + 1;
  const ahead = (stop - ((loops.cursor[loop] + visit) % stops) + stops) % stops;
  visit += ahead;
  if (visit >= loops.visits[loop]) return;
  const soonerNs = loops.untilNs[loop] - visit * visitNs;
  if (soonerNs <= 0) return;
  loops.untilNs[loop] -= soonerNs;
  const frame = m.taskFrames + loops.task[loop];
  const lane = laneOfLoop(m, loop);
  if (m.laneFrame[lane] === frame) m.endSegmentAt(lane, m.segmentEndNs[lane] - soonerNs);
  else if (m.frameRemainingNs[frame] < 0) m.frameDynamicNs[frame] -= soonerNs;
  else m.frameRemainingNs[frame] -= soonerNs;
}

/** True if a visit that begins at `atNs` of the stretch finds something at its stop. */
function finds(m: Network, loop: number, stop: number, atNs: number): boolean {
  const { loops, packets, interfaces } = m;
  if (stop === STOP_DRAIN) {
    const since = loops.drainStretch[loop];
    if (since === NO_DRAIN) return false;
    return since !== loops.stretch[loop] || loops.drainStampNs[loop] < atNs;
  }
  const packet = interfaces.head[stop];
  if (packet < 0) return false;
  return packets.stretch[packet] !== loops.stretch[loop] || packets.stampNs[packet] < atNs;
}

/** The visit finds something: how many packets it takes, and the step that serves it. */
function serve(m: Network, loop: number, stop: number, atNs: number): number {
  const { loops, packets, interfaces } = m;
  loops.idle[loop] = 0;
  if (stop === STOP_DRAIN) {
    loops.drainStretch[loop] = NO_DRAIN;
    return loops.drainStep[loop];
  }
  let count = 0;
  let packet = interfaces.head[stop];
  while (packet >= 0 && count < loops.burst[loop]) {
    const seen = packets.stretch[packet] !== loops.stretch[loop] || packets.stampNs[packet] < atNs;
    if (!seen) break;
    count++;
    packet = packets.next[packet];
  }
  loops.left[loop] = count;
  loops.list[loop] = stop;
  return loops.serveStep[loop];
}

function advance(m: Network, loop: number, visits: number): void {
  const { loops } = m;
  const stops = loops.first[loop + 1] - loops.first[loop];
  const at = loops.cursor[loop] + visits;
  loops.cursor[loop] = at % stops;
  loops.turn[loop] += Math.floor(at / stops);
}

/** The visit under way has been served: the next one. */
export function served(m: Network, loop: number): number {
  advance(m, loop, 1);
  return beginStretch(m, loop);
}

/** Goes on polling from the cursor: the step that the thread runs next. */
export function beginStretch(m: Network, loop: number): number {
  const { loops } = m;
  if (loops.turns[loop] > 0 && loops.turn[loop] >= loops.turns[loop]) return loops.houseStep[loop];
  const first = loops.first[loop];
  const stops = loops.first[loop + 1] - first;
  loops.stretch[loop]++;
  let empty = 0;
  while (
    empty < stops &&
    !finds(m, loop, loops.stops[first + ((loops.cursor[loop] + empty) % stops)], 0)
  ) {
    empty++;
  }
  if (empty === 0) return serve(m, loop, loops.stops[first + loops.cursor[loop]], 0);
  const visitNs = Math.max(1, m.costs.draw(loops.emptyCost[loop]));
  const visits =
    loops.turns[loop] > 0
      ? (loops.turns[loop] - loops.turn[loop]) * stops - loops.cursor[loop]
      : stops * Math.max(1, Math.floor(STRETCH_NS / visitNs / stops));
  loops.idle[loop] = 1;
  loops.visitNs[loop] = visitNs;
  loops.visits[loop] = visits;
  const found = empty < stops ? Math.min(empty, visits) : visits;
  loops.untilNs[loop] = m.plainPolling ? visitNs : found * visitNs;
  m.frameDynamicNs[m.taskFrames + loops.task[loop]] = loops.untilNs[loop];
  return loops.pollStep[loop];
}

/** End of the polling step: a visit that finds something, housekeeping, or another stretch. */
export const polled: Action<Network> = (m, _frame, pc, lane) => {
  const loop = m.argument(pc);
  const { loops } = m;
  const atNs = loops.untilNs[loop];
  const visit = atNs / loops.visitNs[loop];
  if (visit >= loops.visits[loop]) {
    loops.idle[loop] = 0;
    advance(m, loop, visit);
    return beginStretch(m, loop);
  }
  const first = loops.first[loop];
  const stops = loops.first[loop + 1] - first;
  const stop = loops.stops[first + ((loops.cursor[loop] + visit) % stops)];
  if (!finds(m, loop, stop, atNs)) {
    // The step goes on: user code does not look at need_resched between two visits.
    loops.untilNs[loop] = atNs + loops.visitNs[loop];
    m.endSegmentAt(lane, m.nowNs + loops.visitNs[loop]);
    return -1;
  }
  advance(m, loop, visit);
  return serve(m, loop, stop, atNs);
};

/** Housekeeping is done. */
export const keptHouse: Action<Network> = (m, _frame, pc) => {
  const loop = m.argument(pc);
  m.loops.turn[loop] = 0;
  return beginStretch(m, loop);
};
