/**
 * Softirq work of one CPU: in ksoftirqd or ktimers on RT, at the end of the interrupt otherwise.
 * Source: kernel/softirq.c, kernel/time/hrtimer.c hrtimer_run_softirq.
 */
import type { IrqPlan } from '../plan/normalized.js';
import { type Arrivals, sporadic } from './arrivals.js';
import { type Figure, NO_TIME, sum, times } from './figure.js';
import { type Instance, isRt, type LinuxFigures, timedWorkloads } from './instance.js';
import { servedOn } from './irqHome.js';
import type { Surroundings } from './surroundings.js';

/** True if the expiry of a sleep timer of this policy is served in a softirq. */
export function sleepsSoftly(instance: Instance, policy: string): boolean {
  return isRt(instance) && policy === 'other';
}

/** What the softirq of a device takes in its executor, besides waking a thread for it. */
export function deviceSoftirq(
  { figures }: Surroundings,
  instance: Instance,
  irq: IrqPlan,
  costs: LinuxFigures,
): Figure {
  if (!irq.softirq || irq.thread) return NO_TIME;
  const work = figures.of(irq.softirq, `${instance.name}/irq ${irq.name}/softirq`);
  return sum(costs.softirq, work, costs.deviceWrite);
}

/** One soft sleep timer in its executor. */
export function softTimerWork(costs: LinuxFigures): Figure {
  return sum(
    costs.softirq,
    costs.hrtimerCallback,
    costs.wakeup,
    costs.reschedIpi,
    times(2, costs.deviceWrite),
  );
}

/**
 * Softirqs that a thread finds when it enables bottom halves on RT: it serves them all itself. The
 * soft timers of the CPU wait there at most once each, since their threads sleep until then.
 */
export function servedAtEnable(
  { plan }: Surroundings,
  instance: Instance,
  cpu: number,
  costs: LinuxFigures,
): Figure {
  if (!isRt(instance)) return NO_TIME;
  const { kernel } = instance;
  const soft = [...kernel.threads, ...timedWorkloads(plan, instance)].filter(
    ({ scheduling, cpus }) => scheduling.policy === 'other' && reaches(instance, cpus, cpu),
  );
  return times(soft.length, softTimerWork(costs));
}

const reaches = ({ kernel }: Instance, cpus: readonly number[], cpu: number): boolean =>
  cpus.includes(cpu) || (kernel.timerMigration && kernel.nohzFull.length > 0);

/** Longest stretch of an executor thread that lets nobody in; without RT all of its work is one. */
export function executorStretch(instance: Instance, costs: LinuxFigures): Figure {
  const rt = sum(costs.wakeup, costs.reschedIpi, costs.deviceWrite);
  return isRt(instance) ? sum(rt, costs.contextSwitch, costs.deviceWrite) : rt;
}

/** Work of a device that softirqs do where they find it: at the end of an interrupt, or when bottom halves are enabled. */
export interface InlineSoftirq {
  readonly name: string;
  readonly arrivals: Arrivals;
  readonly each: Figure;
}

/** Without RT and forced threads; what their interrupts bring is in the contracts of the interrupts. */
export function inlineSoftirqs(
  around: Surroundings,
  instance: Instance,
  cpu: number,
  costs: LinuxFigures,
): InlineSoftirq[] {
  const { kernel } = instance;
  if (isRt(instance) || kernel.forcedThreads) return [];
  return kernel.irqs.flatMap((irq) => {
    if (!irq.softirq || irq.thread || !servedOn(around, instance, irq, cpu)) return [];
    const arrivals = sporadic(Math.max(1, irq.arrival.every.minNs));
    const each = sum(deviceSoftirq(around, instance, irq, costs), costs.wakeup);
    return [{ name: irq.name, arrivals, each }];
  });
}
