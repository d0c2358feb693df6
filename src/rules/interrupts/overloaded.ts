import { usualNs } from '../../base/law.js';
import type { IrqPlan } from '../../plan/normalized.js';
import type { KernelView } from '../kernelView.js';
import type { Rule } from '../rule.js';
import type { Subject } from '../subject.js';
import { type IrqSource, irqSources } from './irqSources.js';

export const overloaded: Rule = {
  id: 'interrupts/overloaded',
  severity: 'error',
  title: 'The interrupts of a CPU leave time for other work',
  rationale:
    'Where handlers, interrupt threads and softirqs take as long as the distance of their interrupts, hardly ' +
    'anything else runs on the CPU. Mostly a rate or a cost of the plan is off by a factor, or the interrupts ' +
    'of many queues were put on one CPU.',
  source: 'kernel/softirq.c, irq_exit and handle_softirqs; kernel/irq/manage.c, irq_thread',
  find: (subject) => subject.kernels.flatMap((view) => overloadsOf(view, subject)),
};

/** One finding for each CPU; entry and exit of the interrupts come on top of what it counts. */
function overloadsOf(view: KernelView, subject: Subject) {
  const byCpu = new Map<number, IrqSource[]>();
  for (const source of irqSources(view, subject)) {
    const [cpu] = source.irq.cpus;
    byCpu.set(cpu, [...(byCpu.get(cpu) ?? []), source]);
  }
  const cpus = [...byCpu].sort(([a], [b]) => a - b);
  return cpus.flatMap(([cpu, sources]) => {
    const shares = sources.map((source) => ({ ...source, share: shareOf(source.irq) }));
    const share = shares.reduce((sum, one) => sum + one.share, 0);
    if (share < 1) return [];
    shares.sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
    return [
      {
        path: shares[0].path,
        message: `the interrupts of ${view.cpuWord} ${cpu} take ${percent(share)} of its time`,
        details: shares.map(({ name, rate, share: part }) =>
          [name, rate, percent(part)].filter((word) => word !== '').join(', '),
        ),
        remedy: 'correct the rates and costs, or spread the interrupts over more CPUs',
      },
    ];
  });
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Share of its CPU that an interrupt usually takes, with its thread and its softirq. */
function shareOf({ arrival, hard, thread, softirq }: IrqPlan): number {
  const workNs = [hard, thread?.run, softirq].reduce(
    (sum, law) => sum + (law ? usualNs(law) : 0),
    0,
  );
  return workNs / Math.max(1, usualNs(arrival.every));
}
