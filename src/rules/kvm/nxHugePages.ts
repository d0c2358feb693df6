import { setKvm } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const nxHugePages: Rule = {
  id: 'kvm/nx-huge-pages',
  severity: 'info',
  title: 'Huge pages of a realtime guest are not split',
  rationale:
    'The mitigation of ITLB_MULTIHIT splits huge pages that the guest executes from, and a worker ' +
    'joins them again from time to time: with the MMU lock held, and an exit of every vCPU.',
  source:
    'arch/x86/kvm/mmu/mmu.c, kvm_recover_nx_huge_pages; tuned realtime-virtual-host: nx_huge_pages=0',
  cannotShow: 'faults of guest memory are not modelled',
  find: ({ document, realtimeGuests }) => {
    const guests = realtimeGuests.filter(({ written }) => written.memory?.hugepages !== undefined);
    if (document.host?.kvm?.nx_huge_pages !== 'Y' || guests.length === 0) return [];
    return [
      {
        path: ['host', 'kvm', 'nx_huge_pages'],
        message: `huge pages of ${guests.map(({ plan }) => plan.name).join(', ')} are split and joined again`,
        remedy: 'set nx_huge_pages=never of kvm, if the guests can be trusted',
        fix: setKvm({ nx_huge_pages: 'never' }),
      },
    ];
  },
};
