/** A thread that polls its ring: from the ring until its answer is in the send queue. */

import { answerFigures } from '../contract/answer.js';
import { late } from '../contract/arrivals.js';
import { rankOf } from '../contract/contract.js';
import { longest, sum } from '../contract/figure.js';
import { ringArrivals } from '../contract/receive.js';
import { networkFigure } from '../contract/surroundings.js';
import type { Once } from './busyWindow.js';
import { tickMoves } from './delays.js';
import { reasonsOutside } from './guestOuter.js';
import { lentPriorities } from './interference.js';
import { reasonsAgainst } from './question.js';
import type { Queue, StageResult } from './queueWindow.js';
import {
  hostQuestion,
  onItsVcpu,
  placeOf,
  type Receiving,
  shortest,
  threadsOf,
  windows,
  worldsOf,
} from './receiving.js';

/** A thread that polls its ring: no interrupt, no system call. */
export function polledStage(seen: Receiving, cpu: number, smiNs: number): StageResult {
  const receiving = onItsVcpu(seen, cpu);
  const { around, one, port, workload } = receiving;
  const { figures } = around;
  const place = placeOf(receiving, cpu);
  const outside = reasonsOutside(place.question);
  if (outside.length > 0) return { reasons: outside };
  const { contracts, vcpu } = place;
  const arrivals = ringArrivals(around, port);
  const [thread] = threadsOf(place, [`${workload.id}@${cpu}`]);
  if (!thread || arrivals === undefined) return { reasons: contracts.gaps };
  const { instance, costs, users } = contracts;
  const { path } = answerFigures({ around, instance, costs, users, cpu }, workload);
  const law = one.pollEmpty ?? around.plan.platform.network.pollEmpty;
  const path0 = one.pollEmpty ? `switch/${one.name}/pollEmpty` : 'network.pollEmpty';
  const start = sum(vcpu.wokenFromElsewhere, costs.contextSwitch, costs.deviceWrite);
  const queue: Queue = {
    name: `${thread.subject}: packets`,
    arrivals: late(arrivals, smiNs),
    each: path,
    ...(one.burst > 1
      ? { behind: { each: networkFigure(around, 'pollPacket'), most: one.burst - 1 } }
      : {}),
  };
  const worlds = worldsOf(place, { halted: false, elsewhere: false });
  if ('reasons' in worlds) return worlds;
  const results = worlds.map((world): StageResult => {
    const question = hostQuestion(receiving, place, world);
    const reasons = reasonsAgainst(question, thread);
    if (reasons.length > 0) return { reasons };
    const waits = question.remote?.once ?? [];
    const whole = { ...queue, each: sum(path, ...waits.map(({ figure }) => figure)) };
    const once: Once[] = [
      ...question.outer.once,
      ...lentPriorities(contracts, rankOf(thread), figures),
      tickMoves(question),
      {
        name: 'visit under way, or the start of the vCPU',
        figure: longest(figures.of(law, path0), start),
      },
      { name: `${thread.subject}: the packet`, figure: path },
    ];
    return windows(question, thread, rankOf(thread), once, whole, smiNs);
  });
  return shortest(results);
}
