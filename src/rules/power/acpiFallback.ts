import { cmdlineAt, tokenOf } from '../kernelView.js';
import { setOnCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';
import { deepState, fallsBackToAcpi } from './cstateLimit.js';

export const acpiFallback: Rule = {
  id: 'power/acpi-fallback',
  severity: 'error',
  title: 'intel_idle.max_cstate=0 comes with processor.max_cstate=1',
  rationale:
    '0 does not mean the shallowest state: it switches intel_idle off, and acpi_idle takes over with ' +
    'all the states that the firmware lists.',
  source: 'drivers/idle/intel_idle.c, intel_idle_init: "disabled"; drivers/acpi/processor_idle.c',
  find(subject) {
    const { host } = subject;
    const deepest = deepState(subject);
    if (deepest === undefined || !fallsBackToAcpi(host)) return [];
    return [
      {
        ...cmdlineAt(host, tokenOf(host, 'intel_idle.max_cstate')?.offset),
        message: `intel_idle.max_cstate=0 leaves idling to acpi_idle, as deep as ${deepest}`,
        remedy: 'add processor.max_cstate=1, or write intel_idle.max_cstate=1',
        fix: setOnCmdline(host, 'processor.max_cstate', '1'),
      },
    ];
  },
};
