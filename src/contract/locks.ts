/**
 * Locks of one Linux: who takes them, and how long waiting by spinning may take. Source:
 * kernel/locking/qspinlock.c: waiters are served in order of arrival, so a waiter waits for one
 * holder of each other CPU at most, if holders cannot be interrupted.
 */
import type { Scheduling, Section } from '../plan/normalized.js';
import { type Rank, rankOf } from './contract.js';
import { type Figure, longest, NO_TIME, sum } from './figure.js';
import { type Instance, isRt, workloadsOn } from './instance.js';
import type { Surroundings } from './surroundings.js';

/** A thread that takes a lock. */
export interface LockUser {
  readonly thread: string;
  readonly cpus: readonly number[];
  readonly hold: Figure;
  readonly kind: Section['kind'];
  readonly rank: Rank;
}

export type LockUsers = ReadonlyMap<string, readonly LockUser[]>;

export function lockUsers(around: Surroundings, instance: Instance): LockUsers {
  const users = new Map<string, LockUser[]>();
  const add = (
    thread: string,
    cpus: readonly number[],
    sections: readonly Section[],
    scheduling: Scheduling,
  ): void => {
    sections.forEach(({ lock, kind, run }, i) => {
      if (lock === undefined) return;
      const hold = around.figures.of(run, `${instance.name}/${thread}/section ${i}`);
      const user = { thread, cpus, hold, kind, rank: rankOf(scheduling) };
      users.set(lock, [...(users.get(lock) ?? []), user]);
    });
  };
  for (const { name, cpus, sections, scheduling } of instance.kernel.threads) {
    add(name, cpus, sections, scheduling);
  }
  for (const { id, cpus, sections, scheduling } of workloadsOn(around.plan, instance)) {
    for (const cpu of cpus) add(`${id}@${cpu}`, [cpu], sections, scheduling);
  }
  return users;
}

/** Longest wait by spinning for a lock on `cpu`. */
export function spinWait(users: LockUsers, lock: string, cpu: number): Figure {
  const others = new Set((users.get(lock) ?? []).flatMap(({ cpus }) => cpus));
  others.delete(cpu);
  let wait = NO_TIME;
  for (const other of [...others].sort((a, b) => a - b)) {
    const there = (users.get(lock) ?? []).filter(({ cpus }) => cpus.includes(other));
    wait = sum(wait, longest(...there.map(({ hold }) => hold)));
  }
  return wait;
}

/** True if threads of several CPUs can fight for the lock. */
export function crossesCpus(users: LockUsers, lock: string): boolean {
  const cpus = new Set((users.get(lock) ?? []).flatMap((user) => user.cpus));
  return cpus.size > 1;
}

/** True if the first waiter of a sleeping lock may spin for an owner on another CPU. */
export function spinsForOwners(around: Surroundings, instance: Instance): boolean {
  if (!isRt(instance)) return false;
  const users = lockUsers(around, instance);
  return [...users.keys()].some((lock) => crossesCpus(users, lock));
}

/** Why waiting for a lock has no bound here; undefined if it has one, or never happens. */
export function lockGap(users: LockUsers, lock: string, instance: Instance): string | undefined {
  const list = users.get(lock) ?? [];
  const kinds = new Set(list.map(({ kind }) => kind));
  if (kinds.size > 1) return `lock ${lock} is taken in different ways`;
  if (kinds.has('mutex')) {
    return list.length > 1 ? `lock ${lock} is a mutex without priority inheritance` : undefined;
  }
  if (!crossesCpus(users, lock)) return undefined;
  if (kinds.has('raw')) {
    if (!instance.guest) return undefined;
    return `lock ${lock} is shared by vCPUs, and a holder's vCPU may be preempted`;
  }
  if (isRt(instance))
    return `lock ${lock} is shared with other CPUs, where its holder waits its turn`;
  return `lock ${lock} is shared with other CPUs, where interrupts prolong its holder`;
}

/** Strongest user of a lock, whose strength its holder may be lent. */
export function strongestUser(users: LockUsers, lock: string): Rank {
  return Math.max(0, ...(users.get(lock) ?? []).map(({ rank }) => rank));
}
