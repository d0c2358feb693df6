/** ksoftirqd and ktimers of one CPU as threads: their work is what interrupts leave to them. */
import type { ThreadContract } from './contract.js';
import { type Figure, longest, sum, times } from './figure.js';
import type { ThreadPlace } from './hostThread.js';
import { isRt, timedWorkloads } from './instance.js';
import { servedOn } from './irqHome.js';
import { timerPlaces } from './sleepTimer.js';
import { deviceSoftirq, executorStretch, sleepsSoftly, softTimerWork } from './softirq.js';
import { BOTTOM_HALVES } from './steps.js';

interface Work {
  readonly name: string;
  readonly distanceNs: number;
  readonly most: number;
  readonly each: Figure;
}

/** One contract for each source of softirq work, at the rank of the thread that serves it. */
export function softirqThreads(place: ThreadPlace): ThreadContract[] {
  const { instance, cpu, costs } = place;
  const { kernel } = instance;
  const position = kernel.cpus.indexOf(cpu);
  const timers = kernel.flags.ktimersThread ? 'ktimers' : 'ksoftirqd';
  const works = [
    ...deviceWork(place).map((work) => ({ work, executor: 'ksoftirqd' as const })),
    ...timerWork(place).map((work) => ({ work, executor: timers as 'ktimers' | 'ksoftirqd' })),
  ];
  return works.map(({ work, executor }) => {
    const scheduling = kernel[executor][position];
    const stretch = executorStretch(instance, costs);
    return {
      mechanism: executor,
      subject: `${executor} for ${work.name}`,
      level: 'thread',
      arrivals: { distanceNs: work.distanceNs, burst: 1, most: work.most },
      largest: sum(
        work.each,
        times(4, costs.contextSwitch),
        costs.piStep,
        costs.wakeup,
        times(2, costs.reschedIpi),
      ),
      blocking: isRt(instance) ? stretch : longest(stretch, work.each),
      masked: stretch,
      triggers: [],
      policy: scheduling.policy,
      priority: scheduling.priority,
      cpus: [cpu],
      endless: false,
      locks: isRt(instance)
        ? [{ lock: BOTTOM_HALVES, spins: false, irqOff: false, hold: work.each }]
        : [],
    };
  });
}

function deviceWork({ around, instance, cpu, costs }: ThreadPlace): Work[] {
  return instance.kernel.irqs.flatMap((irq) => {
    const here = servedOn(around, instance, irq, cpu);
    if (!here || !irq.softirq || irq.thread) return [];
    return {
      name: `irq ${irq.name}`,
      distanceNs: Math.max(1, irq.arrival.every.minNs),
      most: Number.POSITIVE_INFINITY,
      each: deviceSoftirq(around, instance, irq, costs),
    };
  });
}

function timerWork({ around, instance, cpu, costs }: ThreadPlace): Work[] {
  const threads = [
    ...instance.kernel.threads.map(({ name, cpus, scheduling, arrival }) => ({
      name,
      cpus,
      policy: scheduling.policy,
      distanceNs: arrival?.every.minNs ?? 0,
    })),
    ...timedWorkloads(around.plan, instance).map(({ id, kind, cpus, scheduling, intervalNs }) => ({
      name: id,
      cpus,
      policy: kind === 'timerlat' ? 'fifo' : scheduling.policy,
      distanceNs: intervalNs,
    })),
  ];
  return threads.flatMap(({ name, cpus, policy, distanceNs }) => {
    const here = cpus.some((home) => timerPlaces(instance, home).includes(cpu));
    if (!here || distanceNs === 0 || !sleepsSoftly(instance, policy)) return [];
    return {
      name: `timer of ${name}`,
      distanceNs,
      most: Number.POSITIVE_INFINITY,
      each: softTimerWork(costs),
    };
  });
}
