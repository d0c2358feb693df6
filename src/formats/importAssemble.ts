/**
 * From the files of a host and its guests to one commented plan.
 *
 * Covers: kernel and platform choice, topology, command line, KVM parameters, device interrupts,
 * guests with a measuring workload each. What no file says is filled in, listed under `assumed` and
 * commented where it stands. Leaves out: requirements (only the user knows them), host threads that
 * no file lists, network paths.
 */
import type { Diagnostic } from '../base/diagnostics.js';
import { KERNEL_PRESETS } from '../plan/presets.js';
import { cpusOfCmdline, domainIsolated, fitCmdline } from './importCmdline.js';
import { PlanDraft } from './importDraft.js';
import { importGuest } from './importGuest.js';
import { importIrqs } from './importIrqs.js';
import {
  choosePlatform,
  isForeign,
  type PresetChoice,
  presetOfRelease,
  releaseOfCmdline,
} from './importKernel.js';
import { importKvm } from './importKvm.js';
import type {
  HostFacts,
  ImportedDomain,
  ImportOptions,
  ImportResult,
  PlatformChoice,
} from './importModel.js';
import { UniqueNames } from './importNames.js';
import { type HostCpus, importTopology } from './importTopology.js';

/**
 * Makes a plan of facts that readers found. `yaml` is absent if a diagnostic is an error.
 *
 * @example assemblePlan({}, [{ file: 'vm.xml', domain }], { platforms }).yaml
 */
export function assemblePlan(
  facts: HostFacts,
  domains: readonly ImportedDomain[],
  options: ImportOptions,
): Omit<ImportResult, 'account'> {
  const diagnostics: Diagnostic[] = [];
  const cmdline = (facts.cmdline ?? '').replace(/\s+/g, ' ').trim();
  const release = facts.kernelRelease ?? releaseOfCmdline(cmdline);
  const known = release === undefined ? undefined : presetOfRelease(release);
  const { platform, reason } = choosePlatform(options, known?.preset);
  if (!platform) {
    diagnostics.push(noPlatform(options));
    return { diagnostics };
  }
  const draft = new PlanDraft(options.name ?? 'imported', platform.name);
  draft.headline('Imported plan. Lines marked "assumed" are in no file: check them first.');
  if (reason) {
    draft.assume(['platform'], reason);
  }
  if (release !== undefined && isForeign(release)) diagnostics.push(notX86(release));
  const kernel = known ?? platformKernel(platform);
  importKernel(draft, release, known, kernel);
  const host = importTopology(draft, facts, platform, namedCpus(facts, cmdline, domains));
  importCommandLine(draft, cmdline, host, diagnostics);
  importKvm(draft, facts, diagnostics);
  const { hz } = KERNEL_PRESETS[kernel.preset];
  importIrqs(draft, facts, host, {
    hz,
    ...(options.irqsPerCpu === undefined ? {} : { irqsPerCpu: options.irqsPerCpu }),
  });
  importGuests(draft, domains, { host, kernel, cmdline, diagnostics });
  if (reason) diagnostics.push(unknownMachine(platform, reason));
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return failed ? { diagnostics } : { yaml: draft.toYaml(), diagnostics };
}

function platformKernel(platform: PlatformChoice): PresetChoice {
  const name = platform.defaultKernel;
  return { preset: Object.hasOwn(KERNEL_PRESETS, name) ? name : '6.12-rt' };
}

function importKernel(
  draft: PlanDraft,
  release: string | undefined,
  known: PresetChoice | undefined,
  kernel: PresetChoice,
): void {
  const { preset, preemption } = kernel;
  draft.data.host = { kernel: { preset, ...(preemption ? { preemption } : {}) } };
  const path = ['host', 'kernel'];
  if (!known) draft.assume(path, 'no file states the kernel; it is the one of the platform');
  else if (known.reason) draft.assume(path, known.reason);
  else if (release) draft.note(path, `from release ${release}`);
  draft.assume(
    ['host', 'kernelThreads'],
    'kernel threads, sysctls and other host threads are in no file; those of the preset count',
  );
}

function importCommandLine(
  draft: PlanDraft,
  cmdline: string,
  host: HostCpus,
  diagnostics: Diagnostic[],
): void {
  if (cmdline === '') {
    draft.assume(['host', 'cmdline'], 'no command line is known; no CPU is isolated');
    return;
  }
  const fitted = fitCmdline(cmdline.slice(0, 65_536), host.all, 'host.cmdline', diagnostics);
  draft.data.host = { ...draft.data.host, cmdline: fitted };
}

/** Every pCPU that a file names: how large the host is at least. */
function namedCpus(
  facts: HostFacts,
  cmdline: string,
  domains: readonly ImportedDomain[],
): ReadonlySet<number> {
  const named = cpusOfCmdline(cmdline);
  const add = (cpus: Iterable<number> | undefined): void => {
    for (const cpu of cpus ?? []) named.add(cpu);
  };
  add(facts.localTimers?.keys());
  for (const irq of facts.irqs ?? []) {
    add(irq.counts.keys());
    add(irq.effective);
  }
  for (const { domain } of domains) {
    add(domain.emulator.cpus);
    for (const thread of [...domain.vcpus, ...domain.iothreads]) add(thread.cpus);
  }
  return named;
}

interface Surroundings {
  readonly host: HostCpus;
  readonly kernel: PresetChoice;
  readonly cmdline: string;
  readonly diagnostics: Diagnostic[];
}

function importGuests(
  draft: PlanDraft,
  domains: readonly ImportedDomain[],
  { host, kernel, cmdline, diagnostics }: Surroundings,
): void {
  if (domains.length === 0) return;
  const isolated = domainIsolated(cmdline, host.all);
  const free = host.all.filter((cpu) => !isolated.has(cpu));
  const unpinned = free.length > 0 ? free : host.all;
  const names = new UniqueNames(['host']);
  const made = domains.map((imported, index) => {
    const name = names.take(imported.domain.name, `guest${index}`);
    if (imported.domain.name !== '' && name !== imported.domain.name) {
      diagnostics.push({
        code: 'import/renamed',
        severity: 'info',
        path: `guests[${index}].name`,
        message: `the domain "${imported.domain.name.slice(0, 60)}" is called ${name} in the plan`,
        place: { file: imported.file },
      });
    }
    return importGuest(imported, { draft, diagnostics, host, unpinned, kernel, name, index });
  });
  draft.data.guests = made.map(({ guest }) => guest);
  draft.data.workloads = made.map(({ workload }) => workload);
}

function unknownMachine({ name }: PlatformChoice, reason: string): Diagnostic {
  return {
    code: 'import/platform-assumed',
    severity: 'warning',
    path: 'platform',
    message: `${reason}: every cost is that of ${name}`,
    fix: 'name the nearest with --platform; isochron platform list shows them',
  };
}

function notX86(release: string): Diagnostic {
  return {
    code: 'import/not-x86',
    severity: 'error',
    path: 'host.kernel',
    message: `kernel ${release.slice(0, 80)} is not one for x86, and only x86 is modelled`,
    fix: 'bring the files of an x86 host',
  };
}

function noPlatform(options: ImportOptions): Diagnostic {
  const names = options.platforms.map(({ name }) => name);
  return {
    code: 'import/platform',
    severity: 'error',
    path: 'platform',
    message: `no platform is called "${(options.platform ?? '').slice(0, 60)}"`,
    fix: names.length > 0 ? `use one of ${names.join(', ')}` : 'give at least one platform',
  };
}
