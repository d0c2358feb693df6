import { cpusText, cpuText, difference, intersection } from '../cpuSets.js';
import { cmdlineAt, readList } from '../kernelView.js';
import { setOnCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const irqaffinity: Rule = {
  id: 'interrupts/irqaffinity',
  severity: 'warning',
  title: 'irqaffinity= names housekeeping CPUs only',
  rationale:
    'It is the affinity that interrupts get when they are set up. Naming isolated CPUs there sends ' +
    'new interrupts to the CPUs that were to be kept free of them.',
  source: 'kernel/irq/irqdesc.c, irq_affinity_setup; Documentation: irqaffinity=',
  find: ({ kernels }) =>
    kernels.flatMap((view) => {
      const list = view.facts.irqaffinity;
      const named = readList(list, view.plan.cpus);
      const wrong = intersection(named, view.isolated);
      if (!list || wrong.length === 0) return [];
      const kept = difference(named, wrong);
      const target = kept.length > 0 ? kept : view.housekeeping;
      return [
        {
          ...cmdlineAt(view, list.offset),
          message: `irqaffinity= names the isolated ${cpusText(view.cpuWord, wrong)}`,
          remedy: target.length > 0 ? `write irqaffinity=${cpuText(target)}` : 'name other CPUs',
          ...(target.length > 0 ? { fix: setOnCmdline(view, 'irqaffinity', cpuText(target)) } : {}),
        },
      ];
    }),
};
