import { cpusText, cpuText } from '../cpuSets.js';
import { cmdlineAt } from '../kernelView.js';
import { setOnCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const irqaffinityMissing: Rule = {
  id: 'interrupts/irqaffinity-missing',
  severity: 'info',
  title: 'A command line that isolates CPUs has irqaffinity=',
  rationale:
    'Without it every interrupt may go to every CPU until irqbalance or an administrator moves it, ' +
    'and those of devices that come later start anew.',
  source: 'kernel/irq/irqdesc.c, irq_affinity_setup; tuned realtime-virtual-host: irqaffinity=',
  cannotShow: 'the plan states where each interrupt goes',
  find: ({ kernels }) =>
    kernels
      .filter(
        ({ isolated, housekeeping, facts }) =>
          isolated.length > 0 && housekeeping.length > 0 && facts.irqaffinity === undefined,
      )
      .map((view) => ({
        ...cmdlineAt(view),
        message: `${view.owner} isolates ${cpusText(view.cpuWord, view.isolated)} and has no irqaffinity=`,
        remedy: `add irqaffinity=${cpuText(view.housekeeping)}`,
        fix: setOnCmdline(view, 'irqaffinity', cpuText(view.housekeeping)),
      })),
};
