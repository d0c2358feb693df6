import { cmdlineAt, tokenOf } from '../kernelView.js';
import { hostDraft, setOnCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const transparentHugepages: Rule = {
  id: 'memory/transparent-hugepages',
  severity: 'warning',
  title: 'khugepaged leaves realtime guests alone',
  rationale:
    'With transparent huge pages set to always khugepaged copies the small pages of a guest into huge ones, ' +
    'with its memory map locked and its mappings removed: all vCPUs exit and fault.',
  source: 'mm/khugepaged.c, collapse_huge_page; tuned realtime: transparent_hugepage=never',
  cannotShow: 'faults of guest memory are not modelled',
  find({ host, document, realtimeGuests }) {
    const word = tokenOf(host, 'transparent_hugepage');
    const setting = document.host?.memory?.transparentHugepages ?? word?.value;
    const small = realtimeGuests.filter(({ written }) => written.memory?.hugepages === undefined);
    if (setting !== 'always' || small.length === 0) return [];
    const stated = document.host?.memory?.transparentHugepages !== undefined;
    return [
      {
        ...(stated
          ? { path: ['host', 'memory', 'transparentHugepages'] }
          : cmdlineAt(host, word?.offset)),
        message: `khugepaged works on the memory of ${small.map(({ plan }) => plan.name).join(', ')}`,
        remedy: 'add transparent_hugepage=never, or back the guests by hugetlbfs',
        fix: stated
          ? (draft) => {
              const { memory } = hostDraft(draft);
              if (memory) memory.transparentHugepages = 'never';
            }
          : setOnCmdline(host, 'transparent_hugepage', 'never'),
      },
    ];
  },
};
