import { cpusText, cpuText, difference } from '../cpuSets.js';
import { changeLists } from '../planFixes.js';
import type { Rule } from '../rule.js';

const LISTS = ['isolcpus', 'nohz_full', 'rcu_nocbs'];

export const smtSibling: Rule = {
  id: 'isolation/smt-sibling',
  severity: 'warning',
  title: 'A core is isolated whole or not at all',
  rationale:
    'SMT siblings share execution units and the first caches. Housekeeping on the sibling slows ' +
    'down what runs on the isolated thread of the core by a factor of up to two.',
  source: 'OpenShift: full-pcpus-only; Documentation/admin-guide/hw-vuln/core-scheduling.rst',
  partition: true,
  cannotShow: 'SMT siblings do not slow each other down in the model',
  find({ host, siblingsOf }) {
    const isolated = new Set(host.isolated);
    const split = host.isolated.filter((pcpu) => siblingsOf(pcpu).some((s) => !isolated.has(s)));
    if (split.length === 0) return [];
    const details = split.map((pcpu) => {
      const outside = siblingsOf(pcpu).filter((s) => !isolated.has(s));
      return `pCPU ${pcpu} is isolated, its sibling ${cpuText(outside)} is not`;
    });
    // Where most cores are split, whole cores were not thought of: their other threads come in. Single
    // ones are given back, unless realtime work is on them.
    const most = split.length * 2 > host.isolated.length;
    const kept = split.filter((pcpu) => most || host.realtime.includes(pcpu));
    const add = difference(kept.flatMap(siblingsOf), host.isolated);
    const remove = difference(split, [...kept, ...add.flatMap(siblingsOf)]);
    return [
      {
        path: ['host', 'cmdline'],
        message: `the isolated ${cpusText('pCPU', split)} share their cores with pCPUs that are not`,
        details,
        remedy: [
          ...(add.length > 0 ? [`isolate ${cpuText(add)} too, and leave them idle`] : []),
          ...(remove.length > 0 ? [`take ${cpuText(remove)} out of the isolated set`] : []),
        ].join('; '),
        fix: changeLists(
          host,
          LISTS.filter((key) => host.tokens.some((token) => token.key === key && token.value)),
          { add, remove },
        ),
      },
    ];
  },
};
