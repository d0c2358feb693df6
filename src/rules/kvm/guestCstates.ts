import { setParameter } from '../cmdlineEdit.js';
import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const guestCstates: Rule = {
  id: 'kvm/guest-cstates',
  severity: 'warning',
  title: 'A guest that executes MWAIT itself limits its C-states',
  rationale:
    'With cpu-pm=on the guest puts the pCPU to sleep, as deep as it likes. The limits of the host, its ' +
    'command line and /dev/cpu_dma_latency do not reach it.',
  source: 'QEMU: -overcommit cpu-pm=on; drivers/idle/intel_idle.c in the guest',
  find: ({ plan, realtimeGuests }) =>
    realtimeGuests.flatMap(({ index, plan: guest, written }) => {
      const { idle } = guest.kernel;
      const depth = plan.platform.cstates.findIndex(({ name }) => name === idle.deepest);
      if (!guest.mwaitInGuest || idle.kind === 'poll' || depth < 1) return [];
      const stated = written.idle?.deepest !== undefined;
      return [
        {
          path: ['guests', index, ...(stated ? ['idle', 'deepest'] : ['cmdline'])],
          message: `${guest.name} may put its pCPUs to sleep as deep as ${idle.deepest}`,
          remedy:
            'add intel_idle.max_cstate=1 processor.max_cstate=1 to the command line of the guest',
          fix: (draft) => {
            const target = guestDraft(draft, index);
            if (target.idle?.deepest !== undefined) {
              target.idle.deepest = plan.platform.cstates[0].name;
              return;
            }
            const line = setParameter(target.cmdline ?? '', 'intel_idle.max_cstate', '1');
            target.cmdline = setParameter(line, 'processor.max_cstate', '1');
          },
        },
      ];
    }),
};
