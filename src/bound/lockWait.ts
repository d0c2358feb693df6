/**
 * Waiting for a sleeping lock that threads of other CPUs take, on PREEMPT_RT. Its owner is as strong as
 * its strongest waiter, so it waits on its own CPU for nothing weaker; the owner's section is one window
 * there. Waiters are served by strength and, among equals, in their order. Source:
 * kernel/locking/rtmutex.c; L. Sha et al., Priority inheritance protocols (1990), with the suspension
 * counted as work of the thread that waits. A thread holds one lock at a time.
 */
import { arrivalsIn } from '../contract/arrivals.js';
import { rankOf, type ThreadContract } from '../contract/contract.js';
import { type Figure, longest, NO_TIME, sum, times } from '../contract/figure.js';
import { isRt } from '../contract/instance.js';
import { haltsWithExit } from '../contract/lapicTimer.js';
import { crossesCpus, type LockUser, lockGap } from '../contract/locks.js';
import type { Once } from './busyWindow.js';
import { blockingOf, lentPriorities, NOTHING_OUTSIDE } from './interference.js';
import { holdOf, outersOf, told, type Waiting } from './lockHolder.js';
import type { RemoteLocks } from './question.js';

const ROUNDS_MAX = 100;

/** What the locks of a thread cost that reach over CPUs. */
export function remoteLocks(waiting: Waiting, thread: ThreadContract | undefined): RemoteLocks {
  const { contracts } = waiting;
  const { users, instance } = contracts;
  const crossing = (thread?.locks ?? []).filter(
    ({ lock, spins }) => !spins && crossesCpus(users, lock) && isRt(instance),
  );
  const locks = new Set(crossing.map(({ lock }) => lock));
  if (!thread || crossing.length === 0) return { locks, reasons: [], once: [] };
  const kinds = [...locks].filter((lock) =>
    (users.get(lock) ?? []).some((one) => one.kind !== 'spin'),
  );
  const reasons = kinds.flatMap((lock) => lockGap(users, lock, instance) ?? []);
  if (instance.guest && haltsWithExit(instance.guest)) {
    reasons.push('a vCPU that waits for a lock of another one halts meanwhile');
  }
  if (reasons.length > 0) return { locks, reasons, once: [] };
  const once: Once[] = [];
  for (const { lock } of crossing) {
    const wait = waitFor(waiting, thread, users.get(lock) ?? []);
    if ('reasons' in wait)
      return { locks, reasons: wait.reasons.map((one) => `lock ${lock}: ${one}`), once: [] };
    once.push({ name: `waiting for lock ${lock}`, figure: wait.figure });
    once.push({ name: `going on after lock ${lock}`, figure: goingOn(waiting, thread) });
  }
  return { locks, reasons: [], once };
}

type Wait = { readonly figure: Figure } | { readonly reasons: readonly string[] };

/** Until the lock is its own: those before it in the queue, and one weaker owner. */
function waitFor(waiting: Waiting, thread: ThreadContract, users: readonly LockUser[]): Wait {
  const rank = rankOf(thread);
  const others = users.filter(({ cpus }) => !cpus.includes(waiting.contracts.cpu));
  const holds: Array<{ user: LockUser; figure: Figure; stream?: ThreadContract }> = [];
  for (const user of others) {
    if (user.cpus.length > 1) return { reasons: [`${user.thread} is not pinned`] };
    const held = holdOf(waiting, user, Math.max(rank, user.rank));
    if (!('figure' in held)) return held;
    holds.push({ user, figure: held.figure, stream: held.contract });
  }
  const weaker = longest(
    NO_TIME,
    ...holds.filter(({ user }) => user.rank < rank).map((h) => h.figure),
  );
  let figure = NO_TIME;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const parts = holds.map(({ user, figure: each, stream }) => {
      if (user.rank < rank) return NO_TIME;
      if (user.rank === rank) return each;
      return times(1 + (stream ? arrivalsIn(stream.arrivals, figure.ns + each.ns) : 0), each);
    });
    const next = sum(weaker, ...parts);
    if (next.ns === figure.ns) return { figure };
    figure = next;
  }
  return { reasons: ['stronger threads take it again and again'] };
}

/** The thread gets its lock and its CPU back, where weaker ones have run meanwhile. */
function goingOn(waiting: Waiting, thread: ThreadContract): Figure {
  const { around, contracts } = waiting;
  const { figures } = around;
  const { costs } = contracts;
  const worlds = outersOf(waiting, contracts);
  const outers = 'reasons' in worlds ? [NOTHING_OUTSIDE] : worlds;
  const outside = longest(
    ...outers.map((outer) =>
      sum(told(around, contracts, outer), ...outer.once.map(({ figure }) => figure)),
    ),
  );
  const rank = rankOf(thread);
  return sum(
    outside,
    blockingOf(contracts, rank, thread.subject, figures).figure,
    ...lentPriorities(contracts, rank, figures).map(({ figure }) => figure),
    times(2, costs.contextSwitch),
    times(2, costs.deviceWrite),
  );
}
