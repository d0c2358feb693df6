/**
 * Pulling of realtime threads: a CPU that has nothing stronger any more has the overloaded ones push,
 * one after the other, by an interrupt each.
 * [S] kernel/sched/rt.c balance_rt, need_pull_rt_task, tell_cpu_to_push, rto_next_cpu (RT_PUSH_IPI).
 */
import type { Kernel } from './kernel.js';
import { balances, priorityOf, pushable, rootDomain } from './rtBalance.js';
import { CLASS_RT } from './task.js';

/**
 * tell_cpu_to_push: the first overloaded CPU of the root domain that must get the push work, or -1.
 * `cpu` has nothing stronger to run than before.
 */
export function pullTarget(k: Kernel, cpu: number): number {
  const { balance } = k;
  const domain = rootDomain(k, cpu);
  if (nextOverloaded(k, cpu, domain, -1) < 0) return -1;
  balance.loopNext[domain]++;
  return balance.workCpu[domain] < 0 ? nextWorkCpu(k, cpu) : -1;
}

/** True if the push work has arrived at this CPU. */
export function workIsHere(k: Kernel, cpu: number): boolean {
  return balances(k, cpu) && k.balance.workCpu[rootDomain(k, cpu)] === cpu;
}

/** rto_next_cpu: where the push work goes from `cpu`; -1: it has been everywhere. */
export function nextWorkCpu(k: Kernel, cpu: number): number {
  const { balance } = k;
  const domain = rootDomain(k, cpu);
  for (;;) {
    const next = nextOverloaded(k, cpu, domain, balance.workCpu[domain]);
    balance.workCpu[domain] = next;
    if (next >= 0) return next;
    if (balance.loop[domain] === balance.loopNext[domain]) return -1;
    balance.loop[domain] = balance.loopNext[domain];
  }
}

/** balance_dl, balance_rt, prio_changed_rt: has the CPU lost its strongest realtime thread, `previous`? */
export function nothingStronger(k: Kernel, cpu: number, previous: number): boolean {
  const wanted = k.balance.pullWanted[cpu] === 1;
  k.balance.pullWanted[cpu] = 0;
  if (wanted) return true;
  const left = k.task.runnable[previous] === 0 || k.task.throttled[previous] === 1;
  if (k.task.class[previous] > CLASS_RT || !left) return false;
  // prev_balance begins at the class of `previous`, and ends where a class has something to run.
  if (k.task.class[previous] < CLASS_RT && strongerClassReady(k, cpu)) return false;
  return k.rt.highestPriority(cpu) < priorityOf(k, previous);
}

/** balance_dl: a stopper or a deadline thread, or the fair server, is what comes next. */
function strongerClassReady(k: Kernel, cpu: number): boolean {
  const stopper = k.stop.stopper[cpu];
  if (stopper >= 0 && k.task.runnable[stopper] === 1) return true;
  return k.deadlineCount[cpu] > 0 || k.server.state[cpu] === 2;
}

/** First overloaded CPU of the root domain above `after` that is not `cpu`. */
function nextOverloaded(k: Kernel, cpu: number, domain: number, after: number): number {
  for (const other of k.traitsOf(cpu).cpus) {
    if (other <= after || other === cpu || rootDomain(k, other) !== domain) continue;
    if (pushable(k, other) >= 0) return other;
  }
  return -1;
}
