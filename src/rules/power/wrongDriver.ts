import { cmdlineAt, tokenOf } from '../kernelView.js';
import { setOnCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';
import { deepState, limitsWrongDriver } from './cstateLimit.js';

export const wrongDriver: Rule = {
  id: 'power/wrong-driver',
  severity: 'error',
  title: 'The limit of C-states is one for the idle driver in use',
  rationale:
    'processor.max_cstate= limits acpi_idle only. On Intel CPUs intel_idle is in charge and does not ' +
    'read it.',
  source: 'drivers/idle/intel_idle.c; drivers/acpi/processor_idle.c',
  covers: ['plan/max-cstate'],
  find(subject) {
    const { host, plan } = subject;
    const deepest = deepState(subject);
    if (deepest === undefined || !limitsWrongDriver(host, plan.platform.vendor)) return [];
    return [
      {
        ...cmdlineAt(host, tokenOf(host, 'processor.max_cstate')?.offset),
        message: `processor.max_cstate does not limit intel_idle, which sleeps as deep as ${deepest}`,
        remedy: 'add intel_idle.max_cstate=1',
        fix: setOnCmdline(host, 'intel_idle.max_cstate', '1'),
      },
    ];
  },
};
