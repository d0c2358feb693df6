/**
 * What an import knows of a host before it becomes a plan: facts from files, each optional.
 *
 * The facts are plain values, so that any reader of any format can supply them.
 */
import type { Diagnostic } from '../base/diagnostics.js';
import type { Platform } from '../platform/platform.js';
import type { Topology } from '../platform/topology.js';
import type { AccountEntry } from './account.js';
import type { LibvirtDomain } from './libvirtDomainModel.js';

/** One line of /proc/interrupts that belongs to a device, with its affinity if known. */
export interface DeviceIrq {
  readonly irq: number;
  /** Device names as printed, joined by commas. */
  readonly name: string;
  /** pCPU -> interrupts since boot; CPUs without any may be left out. */
  readonly counts: ReadonlyMap<number, number>;
  /** effective_affinity_list: where the hardware sends it now. */
  readonly effective?: readonly number[];
  /** smp_affinity_list: where it was allowed. */
  readonly affinity?: readonly number[];
}

export interface HostFacts {
  /** The command line as booted, without its final newline. */
  readonly cmdline?: string;
  /** As `uname -r` prints it. */
  readonly kernelRelease?: string;
  readonly irqs?: readonly DeviceIrq[];
  /** The LOC row: pCPU -> local timer interrupts since boot. */
  readonly localTimers?: ReadonlyMap<number, number>;
  /** Seconds since boot. */
  readonly uptimeSeconds?: number;
  readonly topology?: Topology;
  /** Levels of the topology that its source does not state for every CPU. */
  readonly topologyAssumed?: readonly string[];
  /** Parameters of kvm, kvm_intel and kvm_amd by name, values as printed. */
  readonly kvmParameters?: ReadonlyMap<string, string>;
}

/** What the importer must know of a platform to choose one. */
export type PlatformChoice = Pick<Platform, 'name' | 'topology' | 'defaultKernel' | 'vendor'>;

export interface ImportOptions {
  /** Name of the plan; default `imported`. */
  readonly name?: string;
  /** Platforms to choose from; at least one. */
  readonly platforms: readonly PlatformChoice[];
  /** Name of the platform to take; chosen by the kernel if absent. */
  readonly platform?: string;
  /** Most device interrupts listed one by one for each pCPU, busiest first; default 4. */
  readonly irqsPerCpu?: number;
}

export interface FileAccount {
  readonly file: string;
  readonly entries: readonly AccountEntry[];
}

export interface ImportResult {
  /** The plan with comments; absent if a diagnostic is an error. */
  readonly yaml?: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly account: readonly FileAccount[];
}

/** A domain and the file it came from. */
export interface ImportedDomain {
  readonly file: string;
  readonly domain: LibvirtDomain;
}

/** Platform taken where nothing says otherwise. */
export const DEFAULT_PLATFORM = 'icelake-sp-6.12-rt';
