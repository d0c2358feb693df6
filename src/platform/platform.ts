/** A platform: what one machine and its kernels cost. Loaded from models/platforms. */
import type { Law } from '../base/law.js';
import type { KvmCosts, LinuxCosts, NetworkCosts } from './costs.js';
import type { Topology } from './topology.js';

/** A C-state of intel_idle or acpi_idle, shallowest first in a platform. */
export interface Cstate {
  readonly name: string;
  /** Interrupt -> first instruction on a core in this state. */
  readonly exit: Law;
  /** Shortest idle time for which the menu governor picks it, ns. */
  readonly targetResidencyNs: number;
}

/** System management interrupts that the firmware causes by itself. */
export interface SmiSource {
  readonly every: Law;
  readonly duration: Law;
}

/** Private caches of a core (L1 and L2 as one) and the last-level cache of a socket. */
export interface CacheFacts {
  readonly privateBytes: number;
  readonly llcBytes: number;
  readonly ways: number;
  /** What leaves the last level leaves the private caches too. */
  readonly inclusive: boolean;
  /** One line from the last level, from memory. */
  readonly llcHit: Law;
  readonly memory: Law;
}

export interface Platform {
  readonly name: string;
  readonly description: string;
  readonly cpuModel: string;
  readonly vendor: 'intel' | 'amd';
  /** Frequency of the TSC: cycles in platform files become ns by it, and nothing else does. */
  readonly tscMHz: number;
  readonly topology: Topology;
  readonly host: LinuxCosts;
  readonly guest: LinuxCosts;
  readonly kvm: KvmCosts;
  readonly network: NetworkCosts;
  readonly cstates: readonly Cstate[];
  readonly smi?: SmiSource;
  /** Absent: working sets cost nothing. */
  readonly caches?: CacheFacts;
  /** APICv, VMX preemption timer, L1TF and their like: facts of the CPU. */
  readonly cpu: {
    readonly apicv: boolean;
    readonly preemptionTimer: boolean;
    readonly l1tfVulnerable: boolean;
    readonly invariantTsc: boolean;
  };
  /** Kernel preset that plans on this platform start from, as in `6.12`. */
  readonly defaultKernel: string;
}
