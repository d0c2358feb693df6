import { setKvm } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const pleGap: Rule = {
  id: 'kvm/ple-gap',
  severity: 'warning',
  title: 'PAUSE loops of a realtime guest do not exit',
  rationale:
    'A guest that idles by polling, or spins on a lock, runs PAUSE in a loop, and KVM makes it exit to ' +
    'yield to another vCPU. To a FIFO vCPU nothing can be yielded: the exit is pure cost, and on ' +
    'the path of an interrupt it is latency.',
  source:
    'kernel/sched/syscalls.c, yield_to; arch/x86/kvm/vmx/vmx.c, ple_gap; tuned realtime-virtual-host: ple_gap=0',
  cannotShow: 'PAUSE-loop exits are not modelled',
  find: ({ plan, realtimeGuests }) => {
    const exits = plan.kvm.pleGap !== 0 && plan.platform.vendor === 'intel';
    const polling = realtimeGuests.filter((guest) => !guest.plan.pauseInGuest);
    if (!exits || polling.length === 0) return [];
    const loops = polling.filter((guest) => guest.plan.kernel.idle.kind === 'poll');
    const why =
      loops.length > 0
        ? `, which idle by polling: ${loops.map((g) => g.plan.name).join(', ')}`
        : '';
    return [
      {
        path: ['host', 'kvm', 'ple_gap'],
        message: `ple_gap is ${plan.kvm.pleGap}: PAUSE loops of realtime guests exit${why}`,
        remedy: 'set ple_gap=0 of kvm_intel',
        fix: setKvm({ ple_gap: 0 }),
      },
    ];
  },
};
