import type { Rule } from '../rule.js';
import { memoryDraft } from './memoryDraft.js';

export const locked: Rule = {
  id: 'memory/locked',
  severity: 'warning',
  title: 'The memory of a realtime guest is locked',
  rationale:
    'Memory that is not locked is filled at the first access and may be reclaimed and swapped later. ' +
    'Each such access is an exit with a page fault of microseconds, or of milliseconds from disk.',
  source:
    'libvirt: memoryBacking/locked; mlockall(2); arch/x86/kvm/mmu/mmu.c, kvm_mmu_do_page_fault',
  cannotShow: 'faults of guest memory are not modelled',
  find: ({ realtimeGuests }) =>
    realtimeGuests
      .filter(({ written }) => written.memory?.locked !== true)
      .map(({ index, plan }) => ({
        path: ['guests', index, 'memory', 'locked'],
        message: `the memory of ${plan.name} is not locked`,
        remedy: 'write <locked/> under memoryBacking, and a hard limit with headroom',
        fix: (draft) => {
          memoryDraft(draft, index).locked = true;
        },
      })),
};
