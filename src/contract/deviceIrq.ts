/**
 * Device interrupts: the hard handler, its thread, its softirq. An interrupt that is pending is not
 * latched a second time. Source: kernel/irq/handle.c, manage.c; kernel/softirq.c irq_exit_rcu.
 */
import type { IrqPlan } from '../plan/normalized.js';
import { sporadic } from './arrivals.js';
import type { Contract } from './contract.js';
import { NO_TIME, sum } from './figure.js';
import { exitWrites, type Instance, isRt, type LinuxFigures } from './instance.js';
import { deviceSoftirq } from './softirq.js';
import type { Surroundings } from './surroundings.js';

export function deviceContract(
  around: Surroundings,
  instance: Instance,
  irq: IrqPlan,
  cpu: number,
  costs: LinuxFigures,
): Contract {
  const hard = around.figures.of(irq.hard, `${instance.name}/irq ${irq.name}/hard`);
  const softirq = deviceSoftirq(around, instance, irq, costs);
  const wakes = irq.thread !== undefined || (irq.softirq !== undefined && isRt(instance));
  return {
    mechanism: 'device interrupt',
    subject: `irq ${irq.name}`,
    level: 'hardirq',
    arrivals: sporadic(Math.max(1, irq.arrival.every.minNs)),
    largest: sum(
      costs.irqEntry,
      hard,
      wakes ? costs.wakeup : NO_TIME,
      isRt(instance) || !irq.softirq ? NO_TIME : sum(softirq, costs.wakeup),
      exitWrites(instance, cpu, costs),
    ),
    blocking: NO_TIME,
    masked: NO_TIME,
    triggers: wakes ? [`thread of irq ${irq.name}`] : [],
  };
}
