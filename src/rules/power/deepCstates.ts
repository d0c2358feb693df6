import { cpusText } from '../cpuSets.js';
import type { Rule } from '../rule.js';
import { deepState, fallsBackToAcpi, limitsWrongDriver, limitToC1 } from './cstateLimit.js';

export const deepCstates: Rule = {
  id: 'power/deep-cstates',
  severity: 'warning',
  title: 'Realtime pCPUs sleep no deeper than C1',
  rationale:
    'Waking from C6 takes a hundred microseconds and more, from C1 two. A vCPU that halts lets its ' +
    'pCPU idle, and the deepest state is chosen just when nothing was expected.',
  source:
    'drivers/idle/intel_idle.c, exit_latency; SEAPATH: processor.max_cstate=1 intel_idle.max_cstate=1',
  find(subject) {
    const { host, plan } = subject;
    const deepest = deepState(subject);
    if (deepest === undefined) return [];
    // Two other rules name the word that was meant to prevent it.
    if (fallsBackToAcpi(host) || limitsWrongDriver(host, plan.platform.vendor)) return [];
    const stated = host.written.idle?.deepest !== undefined;
    return [
      {
        path: stated ? ['host', 'idle', 'deepest'] : ['host', 'cmdline'],
        message: `${cpusText('pCPU', host.realtime)} may sleep as deep as ${deepest}`,
        remedy: stated
          ? `write ${plan.platform.cstates[0].name}`
          : 'add processor.max_cstate=1 intel_idle.max_cstate=1',
        fix: limitToC1(plan.platform.cstates[0].name),
      },
    ];
  },
};
