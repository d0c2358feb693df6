/**
 * From a libvirt domain to a guest of a plan, with a workload that measures it.
 *
 * Covers threads, memory backing, CPU features and the guest kernel. What the domain does not say of
 * the guest's kernel is taken from the host's and marked. Plan ids of vCPUs count from 0 over the
 * enabled ones, as the guest's own kernel numbers them. Leaves out: devices (a headline says who
 * moves packets and blocks), cache allocation.
 */
import { formatCpuList } from '../base/cpulist.js';
import type { Diagnostic } from '../base/diagnostics.js';
import type { PlanDocument } from '../plan/schema.js';
import { fitCmdline } from './importCmdline.js';
import { cpuField } from './importCpuField.js';
import type { DraftPath, PlanDraft } from './importDraft.js';
import { type GuestCpuPart, guestCpu } from './importGuestCpu.js';
import { memoryOf } from './importGuestMemory.js';
import { hardwareOf, hasQuota } from './importHardware.js';
import type { PresetChoice } from './importKernel.js';
import type { ImportedDomain } from './importModel.js';
import type { HostCpus } from './importTopology.js';
import { workloadOf } from './importWorkload.js';
import type { LibvirtScheduling, LibvirtVcpu } from './libvirtDomainModel.js';

type Guest = NonNullable<PlanDocument['guests']>[number];
type Workload = NonNullable<PlanDocument['workloads']>[number];

interface GuestContext {
  readonly draft: PlanDraft;
  readonly diagnostics: Diagnostic[];
  readonly host: HostCpus;
  /** Where a thread without a pin runs: the host's CPUs without those isolcpus= took away. */
  readonly unpinned: readonly number[];
  readonly kernel: PresetChoice;
  /** Name in the plan. */
  readonly name: string;
  readonly index: number;
}

/** Adds the guest to the draft and returns it with the workload made up for it. */
export function importGuest(
  imported: ImportedDomain,
  context: GuestContext,
): { readonly guest: Guest; readonly workload: Workload } {
  const { domain } = imported;
  const { draft, name } = context;
  const path: DraftPath = ['guests', context.index];
  const enabled = domain.vcpus.filter((vcpu) => vcpu.enabled);
  draft.note(path, `from ${imported.file}${domain.name ? `, domain ${domain.name}` : ''}`);
  noteThreads(imported, context, path, enabled);
  const memory = memoryOf(domain);
  const cpu: GuestCpuPart = guestCpu(domain, draft, path);
  const cmdline =
    domain.kernelCmdline &&
    fitCmdline(
      domain.kernelCmdline.replace(/\s+/g, ' ').slice(0, 65_536),
      enabled.map((_vcpu, id) => id),
      `guests[${context.index}].cmdline`,
      context.diagnostics,
    );
  draft.assume([...path, 'kernel'], "no file states the guest's kernel; taken from the host's");
  if (!cmdline)
    draft.assume([...path, 'cmdline'], "no file states the guest's kernel command line");
  const guest: Guest = {
    name,
    vcpus: enabled.map((vcpu, id) => ({
      id,
      cpus: placed(vcpu.cpus, imported, context, `vCPU ${vcpu.id}`),
      policy: policyOf(vcpu.scheduling),
    })),
    emulator: {
      cpus: placed(domain.emulator.cpus, imported, context, 'the emulator'),
      policy: policyOf(domain.emulator.scheduling),
    },
    ...(domain.iothreads.length > 0 ? { iothreads: iothreadsOf(imported, context) } : {}),
    ...(memory ? { memory } : {}),
    ...(Object.keys(cpu).length > 0 ? { cpu } : {}),
    ...hardwareOf(domain),
    kernel: {
      preset: context.kernel.preset,
      ...(context.kernel.preemption ? { preemption: context.kernel.preemption } : {}),
    },
    ...(cmdline ? { cmdline } : {}),
  };
  return { guest, workload: workloadOf(enabled, context) };
}

function iothreadsOf(imported: ImportedDomain, context: GuestContext): Guest['iothreads'] {
  return imported.domain.iothreads.flatMap((thread) =>
    thread.id > 65_535
      ? []
      : [
          {
            id: thread.id,
            cpus: placed(thread.cpus, imported, context, `IOThread ${thread.id}`),
            policy: policyOf(thread.scheduling),
          },
        ],
  );
}

/** batch and idle are fair classes; the model has one. */
function policyOf({ scheduler, priority }: LibvirtScheduling): string {
  return scheduler === 'fifo' || scheduler === 'rr' ? `${scheduler}:${priority}` : 'other';
}

/** The pCPUs of a thread as a list; those that the host lacks are dropped with a diagnostic. */
function placed(
  cpus: readonly number[] | undefined,
  imported: ImportedDomain,
  context: GuestContext,
  who: string,
): string | number {
  if (!cpus) return cpuField(context.unpinned);
  const there = cpus.filter((cpu) => context.host.has.has(cpu));
  if (there.length < cpus.length) {
    const missing = cpus.filter((cpu) => !context.host.has.has(cpu));
    const shown = formatCpuList(missing.slice(0, 64), 'kernel');
    context.diagnostics.push({
      code: 'import/cpu-outside',
      severity: there.length > 0 ? 'warning' : 'error',
      path: `guests[${context.index}]`,
      message: `${who} of ${context.name} is pinned to CPU ${shown}, which the host does not have`,
      fix:
        there.length > 0
          ? `the plan keeps ${formatCpuList(there, 'kernel')}; mend the pin in the domain`
          : `pin it to CPUs of ${formatCpuList(context.host.all, 'kernel')}`,
      place: { file: imported.file },
    });
  }
  if (there.length === cpus.length) return cpuField(cpus);
  return cpuField(there.length > 0 ? there : context.unpinned);
}

function noteThreads(
  { domain }: ImportedDomain,
  { draft }: GuestContext,
  path: DraftPath,
  enabled: readonly LibvirtVcpu[],
): void {
  const free = enabled.filter((vcpu) => !vcpu.cpus).length;
  if (domain.vcpuPlacement === 'auto') {
    draft.assume(
      [...path, 'vcpus'],
      'placement unknown (numad chooses it); every host CPU that is not isolated is allowed',
    );
  } else if (free > 0) {
    draft.note(
      [...path, 'vcpus'],
      `${free} of ${enabled.length} vCPUs have no pin: they may run on every CPU not isolated`,
    );
  }
  const offline = domain.vcpus.length - enabled.length;
  if (offline > 0) draft.note([...path, 'vcpus'], `${offline} more vCPUs are offline at start`);
  if (enabled.some((vcpu, id) => vcpu.id !== id)) {
    const ids = formatCpuList(
      enabled.map((vcpu) => vcpu.id),
      'kernel',
    );
    draft.note([...path, 'vcpus'], `numbered as the guest does; libvirt ids ${ids}`);
  }
  const interfaces = domain.devices.interfaces.map(
    ({ backend, queues }) => `${backend} x${queues}`,
  );
  if (interfaces.length > 0) {
    draft.note(path, `network (not in this plan): ${interfaces.slice(0, 8).join(', ')}`);
  }
  if (hasQuota(domain)) draft.note(path, 'its CFS quotas are not simulated');
}
