import { cpusText } from '../cpuSets.js';
import type { Rule } from '../rule.js';

export const busySibling: Rule = {
  id: 'isolation/busy-sibling',
  severity: 'warning',
  title: 'The SMT sibling of a realtime pCPU is left idle',
  rationale:
    'A busy sibling takes execution units, cache and TLB entries from the realtime thread. The ' +
    'slow-down varies with what the sibling does, so it shows as jitter.',
  source: 'Intel 64 Optimization Manual, Hyper-Threading; practice of tuned cpu-partitioning users',
  cannotShow: 'SMT siblings do not slow each other down in the model',
  find({ host, occupants, siblingsOf }) {
    const pairs = host.realtime.flatMap((pcpu) =>
      siblingsOf(pcpu).flatMap((sibling) => {
        const busy = occupants.filter(({ pcpus }) => pcpus.length === 1 && pcpus[0] === sibling);
        // Two realtime pCPUs of one core are said once, at the lower one.
        const told = host.realtime.includes(sibling) && sibling < pcpu;
        return busy.length === 0 || told ? [] : [{ pcpu, sibling, busy }];
      }),
    );
    if (pairs.length === 0) return [];
    const siblings = pairs.map(({ sibling }) => sibling);
    return [
      {
        path: pairs[0].busy[0].path,
        message: `${cpusText('pCPU', siblings)} ${siblings.length === 1 ? 'is' : 'are'} busy beside realtime work on the same core`,
        details: pairs.map(
          ({ pcpu, sibling, busy }) =>
            `${busy.map(({ name }) => name).join(', ')} on pCPU ${sibling}, beside realtime pCPU ${pcpu}`,
        ),
        remedy: `move it to other cores and leave ${cpusText('pCPU', siblings)} idle`,
      },
    ];
  },
};
