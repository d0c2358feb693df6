/** What comes again while a thread waits for its CPU, and what the switch to it may bring with it. */
import { late } from '../contract/arrivals.js';
import { type Rank, rankOf, type ThreadContract } from '../contract/contract.js';
import { times } from '../contract/figure.js';
import type { Once, Stream } from './busyWindow.js';
import { interruptStreams, smiStreams, strongerThreads, threadStreams } from './interference.js';
import type { HostQuestion } from './question.js';

/** Streams that delay a thread of this rank, or work for it that is weaker. */
export function delays(
  question: HostQuestion,
  thread: ThreadContract,
  rank: Rank = rankOf(thread),
): Stream[] {
  const { contracts, figures, outer, remote } = question;
  // While it waits for a lock weaker threads run, and arm their timers again.
  const waits = remote !== undefined && remote.once.length > 0;
  const running = waits ? Number.NEGATIVE_INFINITY : rank;
  return [
    ...outer.streams,
    ...smiStreams(contracts, figures),
    ...jittered(question, [
      ...interruptStreams(contracts, running, thread.subject, figures, outer),
      ...threadStreams(strongerThreads(contracts, rank, thread.subject), figures),
    ]),
  ];
}

/** What timers of this CPU bring about may come late from another one. */
export function jittered({ jitterNs }: HostQuestion, streams: readonly Stream[]): Stream[] {
  if (jitterNs === 0) return [...streams];
  return streams.map((one) => ({ ...one, arrivals: late(one.arrivals, jitterNs) }));
}

/** The tick starts or stops with the switch to the thread. */
export function tickMoves({ contracts, figures }: HostQuestion): Once {
  const { instance, cpu, costs } = contracts;
  const full = instance.kernel.nohzFull.includes(cpu);
  const figure = times(costs.tickless ? 0 : full ? 2 : 1, costs.deviceWrite);
  return { name: 'tick restart', figure: figures.term('tick restart', figure) };
}
