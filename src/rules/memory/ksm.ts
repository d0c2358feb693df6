import type { Rule } from '../rule.js';
import { memoryDraft } from './memoryDraft.js';

export const ksm: Rule = {
  id: 'memory/ksm',
  severity: 'warning',
  title: 'Pages of a realtime guest are not merged',
  rationale:
    'ksmd write-protects pages and merges them: each step makes all vCPUs exit, and the next write is ' +
    'a page fault with a copy.',
  source:
    'mm/ksm.c, try_to_merge_one_page; virt/kvm/kvm_main.c, kvm_mmu_notifier_invalidate_range_start',
  cannotShow: 'faults of guest memory are not modelled',
  find: ({ realtimeGuests, document }) => {
    if (document.host?.memory?.ksm === false) return [];
    const runs = document.host?.memory?.ksm === true ? ', and ksmd runs' : '';
    return realtimeGuests
      .filter(({ written }) => written.memory?.nosharepages !== true)
      .map(({ index, plan }) => ({
        path: ['guests', index, 'memory', 'nosharepages'],
        message: `pages of ${plan.name} may be merged${runs}`,
        remedy: 'write <nosharepages/> under memoryBacking, or stop ksmd',
        fix: (draft) => {
          memoryDraft(draft, index).nosharepages = true;
        },
      }));
  },
};
