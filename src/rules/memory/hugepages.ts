import type { Rule } from '../rule.js';

export const hugepages: Rule = {
  id: 'memory/hugepages',
  severity: 'warning',
  title: 'A realtime guest is backed by huge pages',
  rationale:
    'A TLB miss in a guest walks two page tables, up to 24 accesses with small pages. Huge pages of ' +
    'hugetlbfs are also out of reach of reclaim, compaction and page merging.',
  source: 'LWN "Realtime KVM" (2015); libvirt: memoryBacking/hugepages',
  cannotShow: 'page sizes and the TLB are not modelled',
  find: ({ realtimeGuests }) =>
    realtimeGuests
      .filter(({ written }) => written.memory?.hugepages === undefined)
      .map(({ index, plan }) => ({
        path: ['guests', index, 'memory', 'hugepages'],
        message: `${plan.name} is backed by small pages`,
        remedy: 'reserve hugepages= on the host, and write <hugepages/> under memoryBacking',
      })),
};
