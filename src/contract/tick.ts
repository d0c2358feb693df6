/**
 * The scheduler tick. A nohz_full CPU stops it while one realtime thread runs, at the next end of an
 * interrupt; round robin among several, deadline threads and the fair server keep it.
 * Source: kernel/sched/core.c sched_can_stop_tick, kernel/time/tick-sched.c.
 */
import { type Arrivals, atMost, NEVER, sporadic } from './arrivals.js';
import type { Contract, ThreadContract } from './contract.js';
import { NO_TIME, sum } from './figure.js';
import { exitWrites, type Instance, type LinuxFigures, timerInterrupt } from './instance.js';

const RESIDUAL_NS = 1_000_000_000;

export function tickNs({ kernel }: Instance): number {
  return Math.round(1e9 / kernel.hz);
}

export function tickContract(
  instance: Instance,
  cpu: number,
  costs: LinuxFigures,
  threads: readonly ThreadContract[],
): Contract {
  return {
    mechanism: 'tick',
    subject: 'tick',
    level: 'hardirq',
    arrivals: costs.tickless ? NEVER : tickArrivals(instance, cpu, threads),
    largest: sum(timerInterrupt(costs, costs.tick), exitWrites(instance, cpu, costs)),
    blocking: NO_TIME,
    masked: NO_TIME,
    triggers: ['reschedule'],
  };
}

/** In windows in which a realtime thread is ready. */
function tickArrivals(
  instance: Instance,
  cpu: number,
  threads: readonly ThreadContract[],
): Arrivals {
  const { kernel } = instance;
  const all = sporadic(tickNs(instance));
  if (!kernel.nohzFull.includes(cpu) || kernel.clockUnstable) return all;
  const roundRobin = threads.filter(({ policy }) => policy === 'rr').length;
  const deadline = threads.some(({ policy }) => policy === 'deadline');
  const server = kernel.flags.fairServer && !kernel.fairServerOff.includes(cpu);
  if (roundRobin > 1 || deadline || server) return all;
  if (kernel.flags.localResidualTick) return { ...sporadic(RESIDUAL_NS / 2), burst: 2 };
  return atMost(1, all);
}
