import { addIsolcpusFlag } from '../cmdlineEdit.js';
import { cpusText } from '../cpuSets.js';
import { cmdlineAt } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const managedIrq: Rule = {
  id: 'interrupts/managed-irq',
  severity: 'info',
  title: 'isolcpus= keeps managed interrupts away too',
  rationale:
    'Drivers of storage and network spread managed interrupts over all CPUs, and nobody can move ' +
    'them afterwards. The flag managed_irq prefers housekeeping CPUs where the queue has one.',
  source: 'kernel/irq/affinity.c; kernel/sched/isolation.c, HK_TYPE_MANAGED_IRQ',
  cannotShow: 'the plan states where each interrupt goes',
  find: ({ host }) => {
    const token = host.tokens.find(({ key, value }) => key === 'isolcpus' && value);
    const value = token?.value ?? '';
    if (!token || /(^|,)managed_irq,/.test(value)) return [];
    return [
      {
        ...cmdlineAt(host, token.valueOffset),
        message: `managed interrupts may go to the isolated ${cpusText('pCPU', host.isolated)}`,
        remedy: `write ${addIsolcpusFlag(`isolcpus=${value}`, 'managed_irq')}`,
        fix: editCmdline(host, (line) => addIsolcpusFlag(line, 'managed_irq')),
      },
    ];
  },
};
