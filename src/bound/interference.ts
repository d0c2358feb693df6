/**
 * What keeps a thread of some rank from its CPU, from the contracts of that CPU: interrupts, stronger
 * threads, one stretch of something weaker that is under way, lent priorities.
 */
import { atMost } from '../contract/arrivals.js';
import { type Rank, rankOf, type ThreadContract } from '../contract/contract.js';
import type { CpuContracts } from '../contract/cpuContracts.js';
import { type Figure, type Figures, longest, NO_TIME, sum, times } from '../contract/figure.js';
import type { LinuxFigures } from '../contract/instance.js';
import { lockGap, strongestUser } from '../contract/locks.js';
import { BOTTOM_HALVES } from '../contract/steps.js';
import type { Once, Stream } from './busyWindow.js';

/** Everything that delays, or the reasons why it has no bound. */
export interface Interference {
  readonly once: readonly Once[];
  readonly streams: readonly Stream[];
  readonly reasons: readonly string[];
}

/** What surrounds a Linux: nothing for the host, the hypervisor and the host for a guest. */
export interface Outer {
  readonly once: readonly Once[];
  readonly streams: readonly Stream[];
  /** The Linux inside was idle when the window began: nothing weaker of it is under way. */
  readonly idle: boolean;
  /** What the expiry of the measured thread's timer takes outside. */
  readonly ownTimer: Figure;
  /** The same of every other timer, with waiting for its deadline. */
  readonly eachTimer: Figure;
  /** What an interrupt from a device or another CPU takes outside. */
  readonly delivery: Figure;
}

export const NOTHING_OUTSIDE: Outer = {
  idle: false,
  once: [],
  streams: [],
  ownTimer: NO_TIME,
  eachTimer: NO_TIME,
  delivery: NO_TIME,
};

/** SMIs; their distance too is a figure. */
export function smiStreams({ smi }: CpuContracts, figures: Figures): Stream[] {
  if (!smi) return [];
  return [{ name: 'SMI', arrivals: smi.arrivals, each: figures.term('SMI', smi.largest) }];
}

/**
 * Interrupts of a CPU in a window in which nothing weaker than `rank` runs: a weaker thread's timer
 * interrupts once, since the thread does not get to arm it again. `except` is the measured thread.
 */
export function interruptStreams(
  contracts: CpuContracts,
  rank: Rank,
  except: string,
  figures: Figures,
  outer: Outer = NOTHING_OUTSIDE,
): Stream[] {
  const strong = new Set(
    contracts.threads.filter((one) => rankOf(one) >= rank).map(({ subject }) => subject),
  );
  return contracts.interrupts.flatMap((one) => {
    if (one.armedBy === except || one.subject.endsWith(` of ${except}`)) return [];
    const held = one.armedBy !== undefined && !strong.has(one.armedBy);
    const arrivals = held && one.arrivals.most > 1 ? atMost(1, one.arrivals) : one.arrivals;
    const byTimer = one.mechanism === 'tick' || one.mechanism === 'sleep timer';
    const largest = sum(one.largest, byTimer ? outer.eachTimer : outer.delivery);
    return { name: one.subject, arrivals, each: figures.term(one.mechanism, largest) };
  });
}

/** Threads of at least this rank, the measured one excluded. */
export function strongerThreads(
  contracts: CpuContracts,
  rank: Rank,
  except: string,
): ThreadContract[] {
  return contracts.threads.filter((one) => one.subject !== except && rankOf(one) >= rank);
}

export function threadStreams(threads: readonly ThreadContract[], figures: Figures): Stream[] {
  return threads.map(({ subject, mechanism, policy, priority, arrivals, largest }) => ({
    name: `${subject} (${policy === 'deadline' ? policy : `${policy}:${priority}`})`,
    arrivals,
    each: figures.term(`interference by ${mechanism}`, largest),
  }));
}

/** The way into the idle loop has interrupts off; what comes meanwhile still finds the CPU asleep. */
const idling = (costs: LinuxFigures, idleExit: Figure, figures: Figures): Figure =>
  sum(
    figures.term('C-state exit', idleExit),
    figures.term('switch under way', sum(costs.contextSwitch, costs.deviceWrite)),
  );

/** One stretch of something weaker, or an idle CPU that has to wake up. */
export function blockingOf(
  contracts: CpuContracts,
  rank: Rank,
  except: string,
  figures: Figures,
): Once {
  const { costs, idleExit, threads } = contracts;
  const weaker = threads.filter((one) => one.subject !== except && rankOf(one) < rank);
  const stretches = weaker.map(({ blocking }) => blocking);
  const figure = longest(
    idling(costs, idleExit, figures),
    figures.term('blocking', longest(NO_TIME, ...stretches)),
  );
  return { name: 'blocking by what is under way, or C-state exit', figure };
}

/** The longest stretch without interrupts of anything on the CPU. */
export function maskingOf(contracts: CpuContracts, figures: Figures): Once {
  const { costs, idleExit, threads } = contracts;
  const figure = longest(
    idling(costs, idleExit, figures),
    figures.term('masked interrupts', longest(NO_TIME, ...threads.map(({ masked }) => masked))),
  );
  return { name: 'interrupts off, or C-state exit', figure };
}

/**
 * Sections of weaker threads that hold a sleeping lock for which a thread of this rank may wait:
 * each such thread holds at most one when the window begins, and gets to take no other.
 */
export function lentPriorities(contracts: CpuContracts, rank: Rank, figures: Figures): Once[] {
  const { costs, threads } = contracts;
  const handOver = sum(
    times(2, costs.contextSwitch),
    costs.piStep,
    costs.wakeup,
    times(2, costs.reschedIpi),
    costs.irqEntry,
  );
  return threads.flatMap((thread) => {
    if (rankOf(thread) >= rank) return [];
    const sections: Figure[] = thread.locks
      .filter(({ lock, spins }) => !spins && userRank(contracts, lock) >= rank)
      .map(({ hold }) => hold);
    if (sections.length === 0) return [];
    const figure = figures.term('lent priority', sum(longest(...sections), handOver));
    return { name: `lock held by ${thread.subject}`, figure };
  });
}

/** Strongest thread that may wait for a lock; each CPU has a lock of its own for bottom halves. */
function userRank({ users, threads }: CpuContracts, lock: string): Rank {
  if (lock !== BOTTOM_HALVES) return strongestUser(users, lock);
  const here = threads.filter(({ locks }) => locks.some((use) => use.lock === lock));
  return Math.max(0, ...here.map(rankOf));
}

/** Why threads of at least this rank may wait without a bound. */
export function lockReasons(contracts: CpuContracts, threads: readonly ThreadContract[]): string[] {
  const { users, instance } = contracts;
  const locks = new Set(threads.flatMap((thread) => thread.locks.map(({ lock }) => lock)));
  return [...locks].flatMap((lock) => lockGap(users, lock, instance) ?? []);
}
