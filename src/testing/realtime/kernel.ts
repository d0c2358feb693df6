/** One Linux of a realtime plan: realtime runtime without a limit, idle modes, command line. */
import fc from 'fast-check';
import { documentOf, optional } from '../arbitrary/document.js';
import { irqs, threads } from './threads.js';

export function kernel(
  count: number,
  idle: readonly string[],
): Record<string, fc.Arbitrary<unknown>> {
  const full = count === 1 ? fc.constant('') : fc.constantFrom('', '', `nohz_full=1-${count - 1}`);
  return {
    kernel: documentOf({
      preset: fc.constantFrom(
        '6.12',
        '6.12',
        '6.13',
        '6.6',
        '5.14-rt',
        '6.1-rt',
        '4.4-rt',
        '4.1-rt',
        '5.4',
      ),
      preemption: fc.constantFrom('rt', 'rt', 'rt', 'full', 'voluntary'),
      hz: fc.constantFrom(250, 1000, 5000),
      flags: optional(documentOf({ fairServer: fc.constant(false) }), 5),
    }),
    cmdline: fc
      .tuple(
        full,
        fc.constantFrom('', '', 'idle=poll'),
        fc.constantFrom('', '', '', 'threadirqs'),
        fc.constantFrom('', 'mitigations=off'),
        fc.constantFrom('', '', '', '', 'nohz=off'),
      )
      .map((words) => words.filter((word) => word !== '').join(' ')),
    sysctl: fc.constantFrom(0, 1).map((migration) => ({
      'kernel.sched_rt_runtime_us': -1,
      'kernel.timer_migration': migration,
    })),
    idle: optional(
      documentOf({
        deepest: optional(fc.constantFrom(...idle)),
        governor: optional(fc.constantFrom('deepestAllowed', 'menu')),
      }),
    ),
    kernelThreads: optional(
      fc
        .tuple(fc.constantFrom('ksoftirqd', 'ktimers'), fc.constantFrom(1, 2, 30))
        .map(([name, p]) => [{ name, policy: `fifo:${p}` }]),
      3,
    ),
    threads: threads(count),
    irqs: irqs(count),
  };
}
