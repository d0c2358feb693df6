/**
 * Which clock a Linux reads, and what that means for its tick.
 *
 * [S] kernel/time/clocksource.c __clocksource_unstable; kernel/time/tick-sched.c check_tick_dependency:
 * once the TSC is marked unstable, reading the clock is a system call and an access to the HPET or the
 * ACPI timer, and nohz_full CPUs keep their tick. [M] the cost. Left out: what the kernel's own reads
 * cost (hrtimer_interrupt and the tick read the clock each time), so timers are dearer still; that a
 * guest's kvmclock loses its master clock, and guests that read such a clock themselves (each read exits to QEMU or KVM).
 */
import type { Law } from '../base/law.js';
import type { Platform } from '../platform/platform.js';
import type { CmdlineFacts } from './commandLine.js';
import type { Scope } from './scope.js';

const slowRead = (minNs: number, p50Ns: number, maxNs: number): Law => ({
  minNs,
  quantiles: [{ p: 0.5, ns: p50Ns }],
  maxNs,
  status: 'assumed',
  source: 'a system call and an uncached read of the device: about 1 us, more when CPUs compete',
});
const READS: Readonly<Record<string, Law>> = {
  hpet: slowRead(600, 1200, 6000),
  acpi_pm: slowRead(1000, 2500, 10_000),
};

export interface ClockReading {
  /** Cost of a read; undefined: that of the platform. */
  readonly read?: Law;
  readonly unstable: boolean;
}

/**
 * Reads what is in use, `clocksource` of the plan before `clocksource=` and `tsc=unstable`.
 *
 * @example readClock('hpet', facts).unstable // true: nobody asked for it on the command line
 */
export function readClock(inUse: string | undefined, { words }: CmdlineFacts): ClockReading {
  const asked = Object.keys(READS).find((name) => words.has(`clocksource=${name}`));
  const unstable = words.has('tsc=unstable');
  const name = inUse ?? asked ?? (unstable ? 'hpet' : undefined);
  const read = name === undefined ? undefined : READS[name];
  return { read, unstable: read !== undefined && (unstable || asked === undefined) };
}

/** The platform of a host that reads a slow clock. */
export function withClock(platform: Platform, { read }: ClockReading, scope: Scope): Platform {
  if (!read) return platform;
  scope.assume(['clocksource'], `reading it: ${read.source}`);
  return { ...platform, host: { ...platform.host, clockRead: read } };
}
