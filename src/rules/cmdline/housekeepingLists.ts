import { formatCpuList, parseCpuList } from '../../base/cpulist.js';
import { setParameter } from '../cmdlineEdit.js';
import { cpusText, difference, intersection } from '../cpuSets.js';
import { cmdlineAt, tokenOf } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

/** Parameters that programs in user space read, with the dialect of their list. */
const LISTS = [
  ['systemd.cpu_affinity', 'systemd'],
  ['tuned.non_isolcpus', 'hex-groups'],
] as const;

export const housekeepingLists: Rule = {
  id: 'cmdline/housekeeping-lists',
  severity: 'warning',
  title: 'The lists of housekeeping CPUs for systemd and tuned name no isolated CPU',
  rationale:
    'systemd starts every service on the CPUs of systemd.cpu_affinity=, and tuned takes those of ' +
    'tuned.non_isolcpus= for kernel work. A list that was not changed along with isolcpus= sends services to ' +
    'isolated CPUs; there they stay, since nothing balances them away.',
  source: 'systemd: src/core/main.c, CPUAffinity; tuned: cpu-partitioning/bootcmdline',
  cannotShow: 'the plan states where each thread runs',
  find: ({ kernels }) =>
    kernels.flatMap((view) =>
      LISTS.flatMap(([key, dialect]) => {
        const token = tokenOf(view, key);
        const read = parseCpuList(token?.value ?? '', dialect);
        if (!token?.value || read.error !== undefined) return [];
        const wrong = intersection(read.cpus, view.isolated);
        if (wrong.length === 0) return [];
        const kept = difference(read.cpus, wrong);
        const list = formatCpuList(kept, dialect);
        return [
          {
            ...cmdlineAt(view, token.valueOffset),
            message: `${key}= names the isolated ${cpusText(view.cpuWord, wrong)}`,
            remedy: kept.length > 0 ? `write ${key}=${list}` : 'name housekeeping CPUs',
            ...(kept.length > 0
              ? { fix: editCmdline(view, (line) => setParameter(line, key, list)) }
              : {}),
          },
        ];
      }),
    ),
};
