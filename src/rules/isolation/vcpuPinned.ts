import { cpusText, cpuText, difference, union } from '../cpuSets.js';
import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const vcpuPinned: Rule = {
  id: 'isolation/vcpu-pinned',
  severity: 'error',
  title: 'Each realtime vCPU is pinned to one pCPU',
  rationale:
    'A vCPU thread that may move shares pCPUs with whatever runs there, pays for each migration and ' +
    'has no bound on its latency.',
  source: 'LWN "Realtime KVM" (2015); kernel/sched/rt.c, select_task_rq_rt and push_rt_task',
  find({ realtimeVcpus, host, occupants, siblingsOf }) {
    const free = realtimeVcpus.filter(({ pcpus }) => pcpus.length !== 1);
    const taken = occupants.flatMap(({ pcpus }) => (pcpus.length === 1 ? pcpus : []));
    // A free thread of a core in use is no place for realtime work, and of a free core only one is.
    const spare = difference(host.isolated, taken).filter((pcpu) =>
      siblingsOf(pcpu).every((other) => !taken.includes(other) && other > pcpu),
    );
    const used = union([], taken);
    return free.map(({ name, pcpus, path, guest, vcpu }, i) => {
      const target = spare[i];
      return {
        path,
        message: `${name} may run on ${cpusText('pCPU', pcpus)}`,
        remedy:
          target === undefined
            ? `pin it to one isolated pCPU of its own; in use are ${cpuText(used) || 'none'}`
            : `pin it to pCPU ${target}, which is isolated and free`,
        ...(target === undefined
          ? {}
          : {
              fix: (draft) => {
                const vcpus = guestDraft(draft, guest ?? 0).vcpus;
                const written = vcpus.find(({ id }) => Number(id) === vcpu);
                if (written) written.cpus = target;
              },
            }),
      };
    });
  },
};
