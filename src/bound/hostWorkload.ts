/**
 * Bounds of what is measured on a host: jobs, cyclictest, timerlat, oslat, hwlatdetect. What a
 * latency spans is what src/simulation measures: from the nominal release to the end of the job, to
 * the clock read in user mode, to the handler or the thread of timerlat.
 */
import { rankOf, type ThreadContract } from '../contract/contract.js';
import { type Figure, NO_TIME, sum } from '../contract/figure.js';
import { type LinuxFigures, timerInterrupt } from '../contract/instance.js';
import {
  busyWindow,
  type Once,
  type OwnJobs,
  own,
  responseTime,
  type Stream,
} from './busyWindow.js';
import { delays, jittered, tickMoves } from './delays.js';
import { serverStreams } from './demand.js';
import {
  blockingOf,
  interruptStreams,
  lentPriorities,
  lockReasons,
  maskingOf,
  smiStreams,
} from './interference.js';
import { type HostQuestion, reasonsAgainst } from './question.js';
import { type CpuBound, hasBound, noBound } from './result.js';
import { softirqsLeft } from './softirqsLeft.js';

export function hostBound(question: HostQuestion): CpuBound {
  const { workload, kind, contracts } = question;
  const name = `${workload.id}@${contracts.cpu}`;
  const thread = contracts.threads.find(({ subject }) => subject === name);
  if (!thread) return noBound(`${name} is not there`);
  if (kind === 'irq') return irqLatency(question, thread);
  const reasons = reasonsAgainst(question, thread);
  if (reasons.length > 0) return noBound(...reasons);
  const left = softirqsLeft(contracts, question.figures, question.outer);
  if ('reasons' in left) return noBound(...left.reasons);
  const loops = ['busy', 'oslat', 'hwlatdetect'].includes(workload.kind);
  const alternatives = serverStreams(contracts, question.figures, question.outer).map((server) =>
    loops
      ? interruption(question, thread, server, left.once)
      : activation(question, thread, server, left.once),
  );
  const found = alternatives.filter(hasBound).sort((a, b) => a.ns - b.ns);
  return found[0] ?? alternatives[0];
}

function activation(
  question: HostQuestion,
  thread: ThreadContract,
  server: readonly Stream[],
  left: readonly Once[],
): CpuBound {
  const { workload, kind, contracts, figures, outer, detour, jitterNs } = question;
  const { costs } = contracts;
  const rank = rankOf(thread);
  const toUser = sum(costs.contextTracking, costs.userReturn);
  const arrives = detour.ns > 0 && !contracts.instance.guest;
  const interrupt = arrives ? costs.irqEntry : timerInterrupt(costs, costs.wakeup);
  const timer = sum(interrupt, outer.ownTimer);
  const path: Once[] = [
    own('timer interrupt', timer),
    own('switch to the thread', costs.contextSwitch),
  ];
  const further = kind === 'user' || kind === 'asleep';
  if (further || workload.kind !== 'timerlat') path.push(own('return to user', toUser));
  if (further || workload.kind === 'cyclictest') path.push(own('clock read', costs.clockRead));
  if (kind === 'asleep') path.push(own('going to sleep', goingToSleep(costs)));
  const waits = question.remote?.once ?? [];
  if (workload.kind === 'periodic')
    path.push(...jobParts(question, thread), ...waits.map(({ name, figure }) => own(name, figure)));
  const job: OwnJobs = {
    each: sum(
      timerInterrupt(costs, costs.wakeup),
      outer.ownTimer,
      thread.largest,
      ...waits.map(({ figure }) => figure),
    ),
    distanceNs: workload.intervalNs,
    jitterNs,
    detour,
  };
  const once = [
    ...outer.once,
    ...left,
    ...(outer.idle ? [] : [blockingOf(contracts, rank, thread.subject, figures)]),
    ...lentPriorities(contracts, rank, figures),
    tickMoves(question),
    ...path,
  ];
  const streams = [...delays(question, thread), ...jittered(question, server)];
  const closed = path.slice(1).every(({ figure }) => figure.ns === 0);
  return responseTime({ once, streams, closed }, job, figures);
}

const goingToSleep = (costs: LinuxFigures): Figure =>
  sum(costs.syscall, costs.hrtimerArm, costs.deviceWrite, costs.contextSwitch);

/** What a job computes, its sections with the locks included. */
function jobParts({ contracts, workload, figures }: HostQuestion, thread: ThreadContract): Once[] {
  const { costs, instance } = contracts;
  const name = `${instance.name}/${thread.subject}`;
  const run = figures.of(workload.run, `${name}/run`);
  const tail = sum(goingToSleep(costs), costs.contextSwitch);
  const before = sum(costs.contextTracking, costs.userReturn, run);
  const sections = {
    ns: thread.largest.ns - tail.ns - before.ns,
    assumed: thread.largest.assumed,
  };
  return [own('run', run), own('sections', sections.ns > 0 ? sections : NO_TIME)];
}

/** From the expiry to timerlat's handler: only what masks interrupts, and other interrupts. */
function irqLatency(question: HostQuestion, thread: ThreadContract): CpuBound {
  const { contracts, figures, outer } = question;
  const late = lateToSleep(question, thread);
  if (late) return noBound(...late);
  if (contracts.gaps.length > 0) return noBound(...contracts.gaps);
  const reasons = lockReasons(
    contracts,
    contracts.threads.filter(({ locks }) => locks.some(({ irqOff }) => irqOff)),
  );
  if (reasons.length > 0) return noBound(...reasons);
  const left = softirqsLeft(contracts, figures, outer);
  if ('reasons' in left) return noBound(...left.reasons);
  const { costs } = contracts;
  const once = [
    ...outer.once,
    ...left.once,
    { name: 'expiry on a housekeeping pCPU', figure: question.detour },
    maskingOf(contracts, figures),
    tickMoves(question),
    own(
      'timer interrupt',
      sum(outer.ownTimer, costs.irqEntry, costs.hrtimerInterrupt, costs.hrtimerCallback),
    ),
  ];
  const streams = [
    ...outer.streams,
    ...smiStreams(contracts, figures),
    ...jittered(
      question,
      interruptStreams(contracts, Number.NEGATIVE_INFINITY, thread.subject, figures, outer),
    ),
  ];
  return busyWindow({ once, streams }, figures);
}

/**
 * A thread that is still on its way to sleep at its next release arms its timer late: then the
 * handler's latency is one of the thread. Undefined if that cannot happen.
 */
function lateToSleep(
  question: HostQuestion,
  thread: ThreadContract,
): readonly string[] | undefined {
  const whole = { ...question, kind: 'asleep' as const };
  const bound = hostBound(whole);
  if (!hasBound(bound)) return bound.reasons;
  if (bound.ns <= question.workload.intervalNs) return undefined;
  return [`${thread.subject} may still be on its way to sleep at its next release`];
}

/** The longest time that a loop is kept from its CPU in one piece. */
function interruption(
  question: HostQuestion,
  thread: ThreadContract,
  server: readonly Stream[],
  left: readonly Once[],
): CpuBound {
  const { contracts, figures } = question;
  const once = [
    ...left,
    ...lentPriorities(contracts, rankOf(thread), figures),
    tickMoves(question),
  ];
  const streams = [...delays(question, thread), ...server];
  return busyWindow({ once, streams, closed: true }, figures);
}
