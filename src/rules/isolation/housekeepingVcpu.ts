import { cpusText, cpuText, intersection } from '../cpuSets.js';
import type { Rule } from '../rule.js';

export const housekeepingVcpu: Rule = {
  id: 'isolation/housekeeping-vcpu',
  severity: 'warning',
  title: 'The other vCPUs of a realtime guest are pinned, and share no pCPU with realtime work',
  rationale:
    'A vCPU that is preempted while it holds a raw lock of the guest, or that does not answer an ' +
    'interrupt of another vCPU, makes the realtime vCPUs wait for as long as it is away.',
  source: 'Friebel and Biemueller, "How to deal with lock holder preemption" (Xen Summit 2008)',
  find({ realtimeGuests, occupants, host, realtimeVcpus }) {
    const indexes = new Set(realtimeGuests.map(({ index }) => index));
    return occupants
      .filter(({ kind, guest }) => kind === 'vcpu' && indexes.has(guest ?? -1))
      .filter((vcpu) => !realtimeVcpus.includes(vcpu))
      .flatMap(({ name, pcpus, path }) => {
        const stolen = intersection(pcpus, host.realtime);
        if (pcpus.length === 1 && stolen.length === 0) return [];
        const where = stolen.length > 0 ? `, of which ${cpuText(stolen)} do realtime work` : '';
        return [
          {
            path: [...path, 'cpus'],
            message: `${name} may run on ${cpusText('pCPU', pcpus)}${where}`,
            remedy: 'pin it to a pCPU that nothing else keeps busy',
          },
        ];
      });
  },
};
