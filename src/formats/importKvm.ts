/**
 * Module parameters of kvm, kvm_intel and kvm_amd that a plan has a place for.
 *
 * Covers the names of /sys/module/kvm*\/parameters; values as printed (Y, N, numbers). A parameter
 * that no file states keeps the default of the kernel preset.
 */
import type { Diagnostic } from '../base/diagnostics.js';
import type { PlanDraft } from './importDraft.js';
import type { HostFacts } from './importModel.js';

type KvmPart = NonNullable<NonNullable<PlanDraft['data']['host']>['kvm']>;

/** Whole numbers, with the range that a plan accepts. */
const NUMBERS = {
  halt_poll_ns: [0, 1e9],
  halt_poll_ns_grow: [0, 1000],
  halt_poll_ns_grow_start: [0, 1e9],
  halt_poll_ns_shrink: [0, 1000],
  lapic_timer_advance_ns: [-1, 1e9],
  pi_inject_timer: [-1, 1],
  ple_gap: [0, 1e6],
} as const;

const SWITCHES = [
  'lapic_timer_advance',
  'preemption_timer',
  'enable_apicv',
  'avic',
  'kvmclock_periodic_sync',
] as const;
const FLUSHES = ['never', 'cond', 'always'] as const;

/** Writes `host.kvm`; values that cannot be are warned of and left out. */
export function importKvm(draft: PlanDraft, facts: HostFacts, diagnostics: Diagnostic[]): void {
  const parameters = facts.kvmParameters;
  const kvm: Record<string, number | string> = {};
  for (const [name, value] of parameters ?? []) {
    const known = readParameter(name, value.trim());
    if (known === undefined) continue;
    if (known === 'bad') {
      diagnostics.push({
        code: 'import/kvm-parameter',
        severity: 'warning',
        path: `host.kvm.${name}`,
        message: `${name} has the value "${value.slice(0, 40)}", which it cannot have`,
        fix: 'left out of the plan: the default of the kernel preset counts',
      });
    } else {
      kvm[name] = known;
    }
  }
  if (Object.keys(kvm).length > 0) draft.data.host = { ...draft.data.host, kvm: kvm as KvmPart };
  if (!parameters || parameters.size === 0) {
    draft.assume(
      ['host', 'kvm'],
      'no KVM module parameters are known; the defaults of the kernel count',
    );
  }
}

/** undefined: a plan has no such parameter. */
function readParameter(name: string, value: string): number | string | undefined {
  if (Object.hasOwn(NUMBERS, name)) {
    const [min, max] = NUMBERS[name as keyof typeof NUMBERS];
    const number = /^-?[0-9]{1,12}$/.test(value) ? Number(value) : Number.NaN;
    // An unsigned parameter prints -1 as the largest 32-bit number.
    const signed = number === 0xffff_ffff ? -1 : number;
    return signed >= min && signed <= max ? signed : 'bad';
  }
  if ((SWITCHES as readonly string[]).includes(name)) {
    return /^[YyNn01]$/.test(value) ? (/^[Yy1]$/.test(value) ? 'Y' : 'N') : 'bad';
  }
  if (name === 'nx_huge_pages') {
    return ['Y', 'N', 'never'].includes(value) ? value : undefined;
  }
  if (name !== 'vmentry_l1d_flush') return undefined;
  // `not required` and its kin are states of the CPU, not settings.
  return FLUSHES.find((flush) => flush === value);
}
