import { cmdlineAt, tokenOf } from '../kernelView.js';
import { setOnCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

const DRIVERS = ['intel_pstate', 'amd_pstate', 'cpufreq.default_governor', 'cpufreq.off'];

export const frequency: Rule = {
  id: 'power/frequency',
  severity: 'info',
  title: 'The frequency of realtime pCPUs does not change',
  rationale:
    'A pCPU that slows down while it idles does the first microseconds of its work at a low frequency, ' +
    'and some changes of frequency stop it altogether.',
  source:
    'LWN "Realtime KVM" (2015); tuned latency-performance: force_latency, governor=performance',
  cannotShow: 'frequency changes are not modelled',
  find({ host }) {
    if (host.realtime.length === 0 || DRIVERS.some((key) => tokenOf(host, key))) return [];
    return [
      {
        ...cmdlineAt(host),
        message: 'the command line leaves the frequency of the pCPUs to the governor',
        remedy: 'add intel_pstate=disable or cpufreq.default_governor=performance',
        fix: setOnCmdline(host, 'cpufreq.default_governor', 'performance'),
      },
    ];
  },
};
