import { cpusIn, cpusText, cpuText, intersection, union } from '../cpuSets.js';
import type { Rule } from '../rule.js';
import { countNumbers } from './irqSources.js';

export const quietOnIsolated: Rule = {
  id: 'interrupts/quiet-on-isolated',
  severity: 'info',
  title: 'Interrupts that have not fired are routed to housekeeping CPUs too',
  rationale:
    'A queue that is silent today fires when a device is used for the first time, is reset or spreads ' +
    'its load. Its affinity decides where.',
  source: '/proc/irq/N/effective_affinity_list; kernel/irq/affinity.c for managed interrupts',
  cannotShow: 'an interrupt that never fires costs nothing',
  find({ document, plan, guarded, ordinary }) {
    const lastCpu = plan.host.cpus.at(-1) ?? 0;
    const hit = (document.host?.quietIrqs ?? []).flatMap(({ cpus, irqs }, i) => {
      const read = cpusIn(cpus, lastCpu);
      const at = intersection(read, guarded);
      return at.length > 0 ? [{ at, irqs, i }] : [];
    });
    if (hit.length === 0) return [];
    const count = hit.reduce((sum, { irqs }) => sum + countNumbers(irqs), 0);
    const pcpus = hit.reduce<number[]>((all, { at }) => union(all, at), []);
    return [
      {
        path: ['host', 'quietIrqs', hit[0].i],
        message: `${count} more interrupts have not fired and would go to isolated or realtime ${cpusText('pCPU', pcpus)}`,
        details: hit.map(({ at, irqs }) => `IRQs ${irqs} on pCPU ${cpuText(at)}`),
        remedy: `write ${cpuText(ordinary) || 'housekeeping CPUs'} to their smp_affinity_list`,
      },
    ];
  },
};
