/**
 * `importPlan`: the files of a host and its guests in, one commented plan out.
 *
 * Covers: reading each file with its own reader, collecting every diagnostic and account, and the
 * assembly of the plan. A plan comes out only if no file has an error. Leaves out: finding the files.
 */
import type { Diagnostic } from '../base/diagnostics.js';
import type { AccountEntry, Reading } from './account.js';
import { assemblePlan } from './importAssemble.js';
import { deviceIrqs, localTimerCounts, withoutModule } from './importFacts.js';
import type {
  FileAccount,
  HostFacts,
  ImportedDomain,
  ImportOptions,
  ImportResult,
} from './importModel.js';
import { readIrqAffinity } from './irqAffinity.js';
import { readKernelCmdline } from './kernelCmdline.js';
import { readKvmParameters } from './kvmParameters.js';
import { type LibvirtDomainOptions, readLibvirtDomain } from './libvirtDomain.js';
import { readProcInterrupts } from './procInterrupts.js';
import type { TopologyFacts } from './topologyBuild.js';

/** A text and the name it goes by in diagnostics. */
export interface TextFile {
  readonly text: string;
  readonly file: string;
}

/** A directory tree: a Map of path to content, or `path<TAB>value` lines. */
export interface TreeFile {
  readonly source: string | ReadonlyMap<string, string>;
  readonly file: string;
}

export interface ImportInputs {
  /** /proc/cmdline. */
  readonly cmdline?: TextFile;
  /** /proc/interrupts. */
  readonly interrupts?: TextFile;
  /** /proc/irq with its affinity lists. */
  readonly irqTree?: TreeFile;
  /** What a topology reader (sysfs, lscpu, lstopo) returned. */
  readonly topology?: { readonly reading: Reading<TopologyFacts>; readonly file: string };
  /** /sys/module/kvm*\/parameters. */
  readonly kvmParameters?: TreeFile;
  readonly domains: readonly TextFile[];
  /** `uname -r`; else the BOOT_IMAGE of the command line is read. */
  readonly kernelRelease?: string;
  /** First number of /proc/uptime: turns interrupt counts into rates. */
  readonly uptimeSeconds?: number;
}

/**
 * Imports a plan. Never throws for any text; errors leave `yaml` out.
 *
 * @example importPlan({ domains: [{ text, file: 'vm.xml' }] }, { platforms }).yaml
 */
export function importPlan(
  inputs: ImportInputs,
  options: ImportOptions & LibvirtDomainOptions,
): ImportResult {
  const diagnostics: Diagnostic[] = [];
  const account: FileAccount[] = [];
  const collect: Collect = (reading, file) => {
    diagnostics.push(...reading.diagnostics);
    account.push({ file, entries: reading.account });
  };
  const facts = readFacts(inputs, collect);
  const domains = inputs.domains.flatMap(({ text, file }): ImportedDomain[] => {
    const reading = readLibvirtDomain(text, file, options);
    collect(reading, file);
    return reading.domain ? [{ file, domain: reading.domain }] : [];
  });
  // Files with errors are left out of the trial, so that it still tells what else is wrong.
  const assembled = assemblePlan(facts, domains, options);
  diagnostics.push(...assembled.diagnostics);
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return {
    ...(assembled.yaml !== undefined && !failed ? { yaml: assembled.yaml } : {}),
    diagnostics,
    account,
  };
}

type Collect = (
  reading: {
    readonly diagnostics: readonly Diagnostic[];
    readonly account: readonly AccountEntry[];
  },
  file: string,
) => void;

function readFacts(inputs: ImportInputs, collect: Collect): HostFacts {
  const topology = inputs.topology?.reading.value;
  if (inputs.topology) collect(inputs.topology.reading, inputs.topology.file);
  const pcpus = topology?.topology.pcpus ?? [];
  const lastCpu = pcpus.at(-1)?.pcpu;
  const line =
    inputs.cmdline &&
    readKernelCmdline(
      inputs.cmdline.text,
      inputs.cmdline.file,
      lastCpu === undefined ? {} : { lastCpu },
    );
  if (line && inputs.cmdline) collect(line, inputs.cmdline.file);
  const kernelRelease = inputs.kernelRelease ?? line?.value.kernelRelease;
  const { uptimeSeconds } = inputs;
  return {
    ...(inputs.cmdline ? { cmdline: inputs.cmdline.text } : {}),
    ...(kernelRelease === undefined ? {} : { kernelRelease }),
    ...(uptimeSeconds === undefined ? {} : { uptimeSeconds }),
    ...(topology && pcpus.length > 0
      ? { topology: topology.topology, topologyAssumed: topology.assumed }
      : {}),
    ...readIrqs(inputs, collect),
    kvmParameters: new Map([
      ...withoutModule(line?.value.kvmParameters ?? new Map()),
      ...readKvm(inputs, collect),
    ]),
  };
}

function readIrqs(inputs: ImportInputs, collect: Collect): Pick<HostFacts, 'irqs' | 'localTimers'> {
  const tree = inputs.irqTree && readIrqAffinity(inputs.irqTree.source, inputs.irqTree.file);
  if (tree && inputs.irqTree) collect(tree, inputs.irqTree.file);
  if (!inputs.interrupts) return {};
  const interrupts = readProcInterrupts(inputs.interrupts.text, inputs.interrupts.file);
  collect(interrupts, inputs.interrupts.file);
  return {
    irqs: deviceIrqs(interrupts.value, tree?.value ?? { irqs: [] }),
    localTimers: localTimerCounts(interrupts.value),
  };
}

function readKvm(inputs: ImportInputs, collect: Collect): ReadonlyMap<string, string> {
  if (!inputs.kvmParameters) return new Map();
  const { source, file } = inputs.kvmParameters;
  const reading = readKvmParameters(source, file);
  collect(reading, file);
  return withoutModule(reading.value.raw);
}
