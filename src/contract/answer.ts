/**
 * The thread of a guest that answers packets: it sleeps in recvmsg, or polls its ring. Source:
 * src/network/consumer.ts.
 */
import type { WorkloadPlan } from '../plan/normalized.js';
import type { InterfacePlan } from '../plan/normalizedSwitch.js';
import { atMost, NEVER } from './arrivals.js';
import type { ThreadContract } from './contract.js';
import { type Figure, NO_TIME, sum, times } from './figure.js';
import { lockSwitches, locksOf, stepsOfSections, type ThreadPlace } from './hostThread.js';
import { interfacesOf, ringArrivals, userOf } from './receive.js';
import { kernelStep, longestStretch, maskedStep, totalOf, userStep } from './steps.js';
import { networkFigure } from './surroundings.js';

/** What a packet takes in the thread that answers it. */
export interface AnswerFigures {
  /** From the wake-up (or the look at the ring) until the answer is in the send queue. */
  readonly path: Figure;
  /** What follows before the next packet is taken, or the thread sleeps. */
  readonly rest: Figure;
}

/** Threads that answer packets, wherever their interfaces are; only those of this CPU matter. */
export function consumerThreads(place: ThreadPlace): ThreadContract[] {
  const { around, instance, cpu } = place;
  if (!instance.guest) return [];
  return interfacesOf(around, instance.name).flatMap((port) => {
    const user = userOf(around, port);
    return user?.cpus.includes(cpu) ? [consumerThread(place, port, user)] : [];
  });
}

function consumerThread(
  place: ThreadPlace,
  port: InterfacePlan,
  user: WorkloadPlan,
): ThreadContract {
  const { around, instance, costs, cpu } = place;
  const { path, rest } = answerFigures(place, user);
  const polls = user.receive === 'poll';
  const name = `${user.id}@${cpu}`;
  const steps = [
    maskedStep(costs.contextTracking),
    kernelStep(sum(costs.userReturn, costs.syscall), instance),
    userStep(NO_TIME),
    ...stepsOfSections(place, name, user.sections),
    kernelStep(sum(costs.syscall, networkFigure(around, 'guestSend')), instance),
    kernelStep(sum(costs.userReturn, costs.syscall), instance),
  ];
  const switchIn = sum(costs.contextSwitch, costs.deviceWrite);
  return {
    mechanism: user.kind,
    subject: name,
    level: 'thread',
    arrivals: polls ? atMost(1) : (ringArrivals(around, port) ?? NEVER),
    largest: polls ? NO_TIME : sum(path, rest),
    blocking: longestStretch(switchIn, steps, ({ open }) => open),
    masked: longestStretch(switchIn, steps, ({ irqs }) => irqs),
    triggers: [],
    policy: user.scheduling.policy,
    priority: user.scheduling.priority,
    cpus: user.cpus,
    endless: polls,
    locks: locksOf(place, name, user.sections),
  };
}

export function answerFigures(place: ThreadPlace, user: WorkloadPlan): AnswerFigures {
  const { around, instance, costs, cpu } = place;
  const net = (name: Parameters<typeof networkFigure>[1]): Figure => networkFigure(around, name);
  const name = `${user.id}@${cpu}`;
  const echo = user.kind === 'packet-echo';
  const run = echo ? NO_TIME : around.figures.of(user.run, `${instance.name}/${name}/run`);
  const job = echo ? NO_TIME : sum(run, totalOf(stepsOfSections(place, name, user.sections)));
  const fought = echo ? 0 : lockSwitches(locksOf(place, name, user.sections), place);
  const switches = times(fought, costs.contextSwitch);
  if (user.receive === 'poll') {
    const taken = sum(net('pollBurst'), net('pollPacket'));
    return { path: sum(taken, job, switches, net('pollFlush')), rest: NO_TIME };
  }
  const toUser = sum(costs.contextTracking, costs.userReturn);
  const send = sum(costs.syscall, net('guestSend'));
  return {
    path: sum(costs.contextSwitch, toUser, job, switches, send),
    rest: sum(toUser, costs.syscall, costs.contextSwitch, costs.deviceWrite),
  };
}
