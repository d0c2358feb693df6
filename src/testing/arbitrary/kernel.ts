/** Settings of a kernel, of the host or of a guest: preset, flags, command line, sysctls and what runs. */
import fc from 'fast-check';
import { KERNEL_FLAG_NAMES } from '../../plan/kernelFlags.js';
import { KERNEL_PRESET_NAMES } from '../../plan/presets.js';
import { cpusOf, documentOf, optional, priority } from './document.js';
import { irqs } from './interrupts.js';
import { threads } from './threads.js';

/** Command lines whose lists leave at least one CPU that keeps house, if there are two. */
function cmdline(count: number): fc.Arbitrary<string | undefined> {
  const list =
    count === 1
      ? fc.constant(undefined)
      : optional(fc.subarray([...Array(count).keys()].slice(1), { minLength: 1 }).map(String));
  return fc
    .tuple(list, list, fc.boolean(), fc.boolean(), fc.boolean())
    .map(([full, isolated, poll, threadirqs, unmitigated]) =>
      [
        full ? `nohz_full=${full}` : '',
        isolated ? `isolcpus=${isolated}` : '',
        poll ? 'idle=poll' : '',
        threadirqs ? 'threadirqs' : '',
        unmitigated ? 'mitigations=off' : '',
      ]
        .filter((word) => word !== '')
        .join(' '),
    );
}

/** The keys that hosts and guests share, with `count` CPUs and these idle states. */
export function kernelOf(
  count: number,
  scale: number,
  idleStates: readonly string[],
): Record<string, fc.Arbitrary<unknown>> {
  const flags = fc
    .array(fc.tuple(fc.constantFrom(...KERNEL_FLAG_NAMES), fc.boolean()), { maxLength: 2 })
    .map((entries) => Object.fromEntries(entries));
  const throttle = fc.constantFrom(
    { 'kernel.sched_rt_runtime_us': -1 },
    { 'kernel.sched_rt_runtime_us': 400 * scale, 'kernel.sched_rt_period_us': 1000 * scale },
  );
  return {
    kernel: documentOf({
      preset: fc.constantFrom(...KERNEL_PRESET_NAMES),
      preemption: optional(fc.constantFrom('none', 'voluntary', 'full', 'lazy', 'rt')),
      hz: fc.constantFrom(...(scale === 1 ? [1000, 5000] : [100, 1000])),
      flags: optional(flags, 3),
    }),
    cmdline: cmdline(count),
    sysctl: optional(
      fc
        .tuple(throttle, fc.constantFrom(0, 1))
        .map(([runtime, migration]) => ({ ...runtime, 'kernel.timer_migration': migration })),
    ),
    fairServerOff: optional(cpusOf(count)),
    idle: optional(
      documentOf({
        deepest: optional(fc.constantFrom(...idleStates)),
        governor: optional(fc.constantFrom('deepestAllowed', 'menu')),
      }),
    ),
    kernelThreads: optional(
      fc
        .tuple(fc.constantFrom('ksoftirqd', 'ktimers', 'rcuc'), priority)
        .map(([name, p]) => [{ name, policy: `fifo:${p}` }]),
    ),
    rcu: fc.constant({ gracePeriod: `${30 * scale}us`, callback: '300ns' }),
    threads: threads(count, scale, !idleStates.includes('C1')),
    irqs: irqs(count, scale),
  };
}
