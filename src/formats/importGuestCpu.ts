/**
 * The CPU part of a guest: what does not exit, which KVM hints it has, and the features on which
 * timer paths depend. Features that the domain does not spell out are assumed and marked.
 */
import type { PlanDocument } from '../plan/schema.js';
import type { DraftPath, PlanDraft } from './importDraft.js';
import type { LibvirtDomain } from './libvirtDomainModel.js';

export type GuestCpuPart = NonNullable<NonNullable<PlanDocument['guests']>[number]['cpu']>;

/** Features that a modelled path depends on. */
const RELEVANT = ['tsc-deadline', 'x2apic', 'invtsc'] as const;

export function guestCpu(domain: LibvirtDomain, draft: PlanDraft, path: DraftPath): GuestCpuPart {
  const features: Record<string, boolean> = {};
  for (const name of RELEVANT) {
    const policy = domain.cpu.features.get(name);
    if (policy === 'require' || policy === 'force') features[name] = true;
    if (policy === 'disable' || policy === 'forbid') features[name] = false;
  }
  const hostCpu = domain.cpu.mode === 'host-passthrough' || domain.cpu.mode === 'maximum';
  // Without migration QEMU passes the invariant TSC of the host on.
  if (hostCpu && domain.cpu.migratable === false) features.invtsc ??= true;
  if (features['tsc-deadline'] === undefined) {
    features['tsc-deadline'] = true;
    draft.assume(
      [...path, 'cpu', 'features', 'tsc-deadline'],
      'the domain does not state tsc-deadline; KVM offers it on every modelled machine',
    );
  }
  const { hintDedicated, pollControl, pmu } = domain.features;
  return {
    ...(domain.qemu.cpuPm ? { passthrough: ['hlt', 'mwait', 'pause', 'cstate'] as const } : {}),
    ...(hintDedicated ? { hintDedicated } : {}),
    ...(pollControl ? { pollControl } : {}),
    ...(pmu === undefined ? {} : { pmu }),
    features,
  } as GuestCpuPart;
}
