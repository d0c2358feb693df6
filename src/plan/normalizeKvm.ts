/**
 * KVM's module parameters with their defaults. Source: arch/x86/kvm of 6.12 (lapic.c, vmx.c,
 * x86.c) and of 4.4.50-rt62; which default holds is a flag of the kernel preset.
 */
import type { Platform } from '../platform/platform.js';
import type { KvmPlan } from './normalized.js';
import type { KernelReading } from './normalizeKernel.js';
import type { KvmDoc } from './schemaKernel.js';
import type { Scope } from './scope.js';

const PLE_GAP = 128;

export function readKvm(
  doc: KvmDoc | undefined,
  host: KernelReading,
  platform: Platform,
  scope: Scope,
): KvmPlan {
  const given = doc ?? {};
  const { flags } = host.plan;
  const { cmdline, preset } = host;
  const intel = platform.vendor === 'intel';
  const wantsApicv = intel ? (given.enable_apicv ?? true) : (given.avic ?? false);
  warnOtherVendor(given, intel, scope);
  const mitigated = preset.mitigations && !cmdline.mitigationsOff;
  const flushOff = cmdline.l1tfOff || given.vmentry_l1d_flush === 'never';
  const timerAdvance = readAdvance(given, flags.adaptiveTimerAdvance, scope);
  return {
    apicv: wantsApicv && platform.cpu.apicv,
    preemptionTimer:
      (given.preemption_timer ?? true) && platform.cpu.preemptionTimer && flags.preemptionTimer,
    piInjectTimer: postsTimers(given, host) ? 1 : 0,
    timerAdvance,
    haltPollNs: given.halt_poll_ns ?? preset.haltPollNs,
    haltPollGrow: given.halt_poll_ns_grow ?? 2,
    haltPollGrowStartNs: given.halt_poll_ns_grow_start ?? 10_000,
    haltPollShrink: given.halt_poll_ns_shrink ?? (flags.haltPollHalves ? 2 : 0),
    pleGap: given.ple_gap ?? PLE_GAP,
    l1dFlush: mitigated && platform.cpu.l1tfVulnerable && !flushOff,
    exitMitigations: mitigated,
    ipiVirtualization: intel && wantsApicv && (given.enable_ipiv ?? false),
  };
}

/** The default -1 follows nohz_full= itself; isolcpus=nohz does not count. */
function postsTimers(given: KvmDoc, host: KernelReading): boolean {
  if (!host.plan.flags.postedTimer) return false;
  const wanted = given.pi_inject_timer ?? -1;
  return wanted === -1 ? host.hasNohzFull : wanted === 1;
}

function readAdvance(given: KvmDoc, adaptive: boolean, scope: Scope): KvmPlan['timerAdvance'] {
  const ns = given.lapic_timer_advance_ns;
  if (given.lapic_timer_advance === false) {
    if (ns !== undefined && ns !== 0) {
      const message = 'lapic_timer_advance=N and lapic_timer_advance_ns contradict each other';
      const path = [...scope.path, 'kvm', 'lapic_timer_advance_ns'];
      scope.problems.warning('plan/timer-advance', path, message, 'remove one; N is taken');
    }
    return 0;
  }
  if (ns !== undefined && ns >= 0) return ns;
  return adaptive ? 'adaptive' : 0;
}

function warnOtherVendor(given: KvmDoc, intel: boolean, scope: Scope): void {
  const foreign = intel
    ? (['avic'] as const)
    : (['enable_apicv', 'enable_ipiv', 'preemption_timer', 'vmentry_l1d_flush'] as const);
  for (const key of foreign) {
    if (given[key] === undefined) continue;
    const message = `${key} belongs to the other vendor's module and has no effect`;
    scope.problems.warning('plan/kvm-vendor', [...scope.path, 'kvm', key], message, 'remove it');
  }
}
