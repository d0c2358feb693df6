import { cmdlineAt, tokenOf } from '../kernelView.js';
import { setOnCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

const TRUSTED = ['reliable', 'nowatchdog'];

export const clockWatchdog: Rule = {
  id: 'clock/watchdog',
  severity: 'info',
  title: 'The TSC is trusted, so that no watchdog checks it on every CPU',
  rationale:
    'Twice a second the clock source watchdog arms a timer on the next online CPU, isolated or not. ' +
    'Kernels since 5.17 leave it off by themselves where the TSC is invariant and the sockets are few.',
  source:
    'kernel/time/clocksource.c, clocksource_watchdog; arch/x86/kernel/tsc.c, check_system_tsc_reliable',
  find({ host }) {
    const said = tokenOf(host, 'tsc')?.value ?? '';
    if (host.realtime.length === 0 || TRUSTED.includes(said)) return [];
    // Another rule speaks of a TSC that is given up.
    if (said === 'unstable') return [];
    return [
      {
        ...cmdlineAt(host),
        message: 'nothing says that the TSC can be trusted; its watchdog may visit isolated pCPUs',
        remedy: 'add tsc=reliable if the firmware keeps the TSC of all sockets in step',
        fix: setOnCmdline(host, 'tsc', 'reliable'),
      },
    ];
  },
};
