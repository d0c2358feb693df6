import { setKvm } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const clockSync: Rule = {
  id: 'kvm/kvmclock-sync',
  severity: 'info',
  title: 'kvmclock is not synchronized from time to time',
  rationale:
    'Every 300 s a work item asks all vCPUs of a guest to update their clock, which makes each of them ' +
    'exit.',
  source:
    'arch/x86/kvm/x86.c, kvmclock_sync_fn; tuned realtime-virtual-host: kvmclock_periodic_sync=N',
  cannotShow: 'updates of kvmclock are not modelled',
  find: ({ host, document, realtimeGuests }) => {
    const stated = document.host?.kvm?.kvmclock_periodic_sync;
    const on = ['y', '1', 'true'].includes(String(stated ?? '').toLowerCase());
    if (!on || realtimeGuests.length === 0) return [];
    return [
      {
        path: [...host.path, 'kvm', 'kvmclock_periodic_sync'],
        message: 'every 300 s all vCPUs exit to update their clock',
        remedy: 'set kvmclock_periodic_sync=N of kvm',
        fix: setKvm({ kvmclock_periodic_sync: 'N' }),
      },
    ];
  },
};
