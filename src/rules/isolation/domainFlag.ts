import { addIsolcpusFlag } from '../cmdlineEdit.js';
import { cpusText } from '../cpuSets.js';
import { cmdlineAt, tokenOf } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const domainFlag: Rule = {
  id: 'isolation/domain-flag',
  severity: 'error',
  title: 'isolcpus= with flags names `domain`',
  rationale:
    'A list of flags replaces the default flag. isolcpus=managed_irq,2-7 keeps interrupts away and ' +
    'leaves the CPUs in the scheduler domains, so the balancer goes on using them. OpenShift writes ' +
    'that on purpose, since it isolates with cpusets; a plan cannot show those yet.',
  source: 'kernel/sched/isolation.c, housekeeping_isolcpus_setup',
  partition: true,
  covers: ['plan/isolcpus-flags'],
  find: ({ kernels }) =>
    kernels.flatMap((view) => {
      const trap = view.facts.isolcpusWithoutDomain;
      if (!trap) return [];
      const cpus = view.isolated;
      const right = addIsolcpusFlag(`isolcpus=${tokenOf(view, 'isolcpus')?.value}`, 'domain');
      return [
        {
          ...cmdlineAt(view, trap.offset),
          message: `isolcpus= has flags but not \`domain\`: the scheduler still balances ${cpusText(view.cpuWord, cpus)}`,
          remedy: `write ${right}, unless a cpuset partition isolates them`,
          fix: editCmdline(view, (line) => addIsolcpusFlag(line, 'domain')),
        },
      ];
    }),
};
