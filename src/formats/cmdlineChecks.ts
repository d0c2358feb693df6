/**
 * Slips seen on real command lines: settings that contradict each other or do nothing.
 * All of them are warnings: the machine booted with this line, so the line is a fact.
 */
import { formatCpuList } from '../base/cpulist.js';
import { cmdlineSlip } from '../plan/cmdlineSlips.js';
import type { CmdlineReader } from './cmdlineReader.js';
import type { CmdlineToken } from './cmdlineTokens.js';
import type { KernelCmdline } from './kernelCmdline.js';

/** Adds the findings to the reader's diagnostics. */
export function checkCmdline(value: KernelCmdline, reader: CmdlineReader): void {
  checkIsolation(value, reader);
  checkIdle(value, reader);
  checkNames(reader);
}

function find(reader: CmdlineReader, key: string): CmdlineToken | undefined {
  return reader.tokens.findLast((token) => token.key === key);
}

function checkIsolation(value: KernelCmdline, reader: CmdlineReader): void {
  const { domain, managedIrq, nohzFull } = value.isolation;
  const isolcpus = find(reader, 'isolcpus');
  if (isolcpus && managedIrq.length > 0 && domain.length === 0) {
    const message =
      'managed_irq replaces the default flag domain: the scheduler still balances these CPUs';
    const fix = `isolcpus=domain,managed_irq,${formatCpuList(managedIrq, 'kernel')}, unless a cpuset isolates them`;
    reader.warn(isolcpus, 'cmdline/not-domain', message, fix);
  }
  const isolated = new Set([...domain, ...managedIrq, ...nohzFull]);
  const irqaffinity = find(reader, 'irqaffinity');
  const overlap = (value.irqaffinity ?? []).filter((cpu) => isolated.has(cpu));
  if (irqaffinity && overlap.length > 0) {
    const message = `sends interrupts to isolated CPUs ${formatCpuList(overlap, 'kernel')}`;
    reader.warn(
      irqaffinity,
      'cmdline/irqaffinity-isolated',
      message,
      'name housekeeping CPUs only',
    );
  }
  const differ = domain.length > 0 && nohzFull.length > 0 && differs(domain, nohzFull);
  if (isolcpus && differ) {
    const message = `isolated from the scheduler: ${formatCpuList(domain, 'kernel')}; without tick: ${formatCpuList(nohzFull, 'kernel')}`;
    reader.warn(isolcpus, 'cmdline/isolation-differs', message, 'name the same CPUs in both');
  }
}

function differs(domain: readonly number[], nohzFull: readonly number[]): boolean {
  // The boot CPU never loses its tick, so it cannot count as a difference.
  const asked = domain.filter((cpu) => cpu !== 0);
  return asked.length !== nohzFull.length || asked.some((cpu, i) => cpu !== nohzFull[i]);
}

function checkIdle(value: KernelCmdline, reader: CmdlineReader): void {
  const intel = find(reader, 'intel_idle.max_cstate');
  if (intel && value.intelIdleMaxCstate === 0 && value.processorMaxCstate === undefined) {
    if (value.idle !== 'poll') {
      const message = 'switches intel_idle off, and acpi_idle takes over with its deep states';
      reader.warn(intel, 'cmdline/acpi-idle', message, 'add processor.max_cstate=1');
    }
  }
  const processor = find(reader, 'processor.max_cstate');
  if (processor && value.processorMaxCstate === 0) {
    reader.warn(
      processor,
      'cmdline/max-cstate-0',
      'the kernel takes 0 as 1',
      'processor.max_cstate=1',
    );
  }
}

function checkNames(reader: CmdlineReader): void {
  const iommu = find(reader, 'intel_iommu');
  if (iommu?.value === 'pt') {
    reader.warn(
      iommu,
      'cmdline/intel-iommu-pt',
      'intel_iommu has no value pt',
      'intel_iommu=on iommu=pt',
    );
  }
  const kthread = find(reader, 'kthread_cpus');
  if (kthread) {
    const message = 'only the kernels of some distributions know it; others ignore it';
    reader.warn(kthread, 'cmdline/downstream-only', message);
  }
  for (const token of reader.tokens) {
    const slip = cmdlineSlip(token.key, token.value);
    if (!slip) continue;
    const code = slip.kind === 'name' ? 'cmdline/unknown-name' : 'cmdline/value';
    reader.warn(token, code, slip.message, slip.fix);
  }
}
