import { cpusText, cpuText, union } from '../cpuSets.js';
import { listField } from '../planFixes.js';
import type { Rule } from '../rule.js';
import { type IrqSource, irqSources } from './irqSources.js';

/** Sources that follow the pCPU and cannot be moved: interrupts between processors. */
const PER_CPU = /^(call-function|reschedule|irq-work|tlb|smi|nmi|mce|thermal)/i;

export const onIsolated: Rule = {
  id: 'interrupts/on-isolated',
  severity: 'warning',
  title: 'Device interrupts go to housekeeping CPUs',
  rationale:
    'Each interrupt on the pCPU of a vCPU costs a VM exit, its handler and an entry; its thread and ' +
    'softirq cost more. irqaffinity= sets the default only: the driver, irqbalance and managed ' +
    'interrupts may choose otherwise.',
  source: 'Documentation/core-api/irq/irq-affinity.rst; kernel/irq/manage.c, irq_setup_affinity',
  find: (subject) =>
    subject.kernels.flatMap((view) => {
      const guarded = new Set(union(view.isolated, view.realtime));
      const measured = new Set(
        subject.plan.workloads.flatMap(({ device }) => (device === undefined ? [] : [device])),
      );
      const hit = irqSources(view, subject).filter(
        ({ irq }) =>
          !PER_CPU.test(irq.name) &&
          guarded.has(irq.cpus[0]) &&
          // What a realtime workload of this kernel waits for belongs to its CPU.
          !measured.has(irq.name),
      );
      if (hit.length === 0) return [];
      const count = hit.reduce((sum, source) => sum + source.count, 0);
      const cpus = union(
        [],
        hit.map(({ irq }) => irq.cpus[0]),
      );
      const target = view.housekeeping.filter((cpu) => !guarded.has(cpu));
      return [
        {
          path: hit[0].path,
          message: `${count} device ${count === 1 ? 'interrupt goes' : 'interrupts go'} to isolated or realtime ${cpusText(view.cpuWord, cpus)}`,
          details: busiestFirst(hit).map(
            ({ name, irq, rate }) =>
              `${name} on ${view.cpuWord} ${irq.cpus[0]}${rate === '' ? '' : `, ${rate}`}`,
          ),
          remedy:
            target.length > 0
              ? `write ${cpuText(target)} to their smp_affinity_list, and keep irqbalance off the isolated set`
              : 'leave a CPU for housekeeping',
          ...(target.length > 0
            ? {
                fix: (draft) => {
                  for (const source of hit) source.move(draft, listField(target));
                },
              }
            : {}),
        },
      ];
    }),
};

const busiestFirst = (sources: readonly IrqSource[]): IrqSource[] =>
  [...sources].sort((a, b) => a.distanceNs - b.distanceNs || (a.name < b.name ? -1 : 1));
