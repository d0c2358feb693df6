import type { Rule } from '../rule.js';

export const sharedPcpu: Rule = {
  id: 'isolation/shared-pcpu',
  severity: 'error',
  title: 'A realtime vCPU shares its pCPU with no other vCPU',
  rationale:
    'The host sees one priority for everything in a guest: while the stronger vCPU runs, even its ' +
    'idle work, the weaker one waits. Equal priorities wait until the other sleeps.',
  source: 'kernel/sched/rt.c, enqueue_rt_entity; virt/kvm/kvm_main.c, kvm_sched_out',
  find({ occupants, realtimeVcpus }) {
    const pinned = occupants.filter(({ kind, pcpus }) => kind === 'vcpu' && pcpus.length === 1);
    return realtimeVcpus.flatMap((vcpu) => {
      if (vcpu.pcpus.length !== 1) return [];
      const others = pinned.filter(
        (other) => other.pcpus[0] === vcpu.pcpus[0] && other.name !== vcpu.name,
      );
      // A pair of realtime vCPUs is said once.
      const first = others.filter(
        (other) => !realtimeVcpus.includes(other) || pinned.indexOf(other) > pinned.indexOf(vcpu),
      );
      if (first.length === 0) return [];
      return [
        {
          path: [...vcpu.path, 'cpus'],
          message: `${vcpu.name} shares pCPU ${vcpu.pcpus[0]} with ${first.map(({ name }) => name).join(', ')}`,
          remedy: 'give each vCPU a pCPU of its own',
        },
      ];
    });
  },
};
