/**
 * What a libvirt domain XML says about CPU time, as data.
 *
 * Covers the parts of https://libvirt.org/formatdomain.html that place threads, schedule them, back
 * their memory or make the guest exit. Leaves out everything that only names, stores or labels;
 * the account of the reader lists it.
 * CPU and node sets are ascending arrays. `undefined` always means "the file does not say".
 */

/** Scheduling class of a QEMU thread. batch and idle are fair classes. */
export type LibvirtScheduler = 'other' | 'batch' | 'idle' | 'fifo' | 'rr';

export interface LibvirtScheduling {
  readonly scheduler: LibvirtScheduler;
  /** 1..99 for fifo and rr (rt_priority, higher wins), else 0. */
  readonly priority: number;
}

export interface LibvirtVcpu {
  readonly id: number;
  /** False for a vCPU that is not plugged at start. */
  readonly enabled: boolean;
  /** Where the thread may run; undefined: wherever the host allows. */
  readonly cpus: readonly number[] | undefined;
  /** Where `cpus` comes from. */
  readonly cpusFrom: 'vcpupin' | 'cpuset' | 'nothing';
  readonly scheduling: LibvirtScheduling;
}

export interface LibvirtIothread {
  /** Counts from 1. */
  readonly id: number;
  readonly cpus: readonly number[] | undefined;
  readonly scheduling: LibvirtScheduling;
  /** Adaptive polling of the AioContext; `maxNs` 0 switches it off. */
  readonly poll?: { readonly maxNs?: number; readonly grow?: number; readonly shrink?: number };
}

/** CFS bandwidth in microseconds; a negative quota is unlimited, 0 is unset. */
export interface LibvirtQuota {
  readonly scope: 'vcpu' | 'global' | 'emulator' | 'iothread';
  readonly periodUs?: number;
  readonly quotaUs?: number;
}

export interface LibvirtCacheTune {
  readonly vcpus: readonly number[];
  readonly caches: ReadonlyArray<{
    readonly id: number;
    readonly level: number;
    readonly type: string;
    readonly sizeBytes: number;
  }>;
}

export interface LibvirtMemoryTune {
  readonly vcpus: readonly number[];
  readonly nodes: ReadonlyArray<{ readonly id: number; readonly bandwidthPercent: number }>;
}

export interface LibvirtMemory {
  readonly bytes: number | undefined;
  readonly locked: boolean;
  readonly nosharepages: boolean;
  /** `bytes` undefined: the host's default huge page size. */
  readonly hugepages: ReadonlyArray<{
    readonly bytes: number | undefined;
    readonly nodeset?: readonly number[];
  }>;
}

export interface LibvirtNumaTune {
  readonly mode?: string;
  readonly placement?: string;
  readonly nodeset?: readonly number[];
  readonly memnodes: ReadonlyArray<{
    readonly cell: number;
    readonly mode?: string;
    readonly nodeset: readonly number[];
  }>;
}

export interface LibvirtFeatures {
  readonly apic: boolean;
  /** Default of libvirt for KVM: the guest has a PMU. */
  readonly pmu: boolean | undefined;
  readonly hintDedicated: boolean;
  readonly pollControl: boolean;
  readonly pvIpi: boolean | undefined;
  readonly hidden: boolean;
  readonly ioapic: 'kvm' | 'qemu' | undefined;
  /** Hyper-V enlightenments that are switched on, by element name, sorted. */
  readonly hyperv: readonly string[];
}

export interface LibvirtCpu {
  readonly mode: string | undefined;
  readonly model: string | undefined;
  readonly migratable: boolean | undefined;
  /** Feature name as written -> policy (force, require, optional, disable, forbid). */
  readonly features: ReadonlyMap<string, string>;
  readonly topology?: {
    readonly sockets: number;
    readonly dies: number;
    readonly clusters: number;
    readonly cores: number;
    readonly threads: number;
  };
  readonly cells: ReadonlyArray<{ readonly id: number; readonly cpus: readonly number[] }>;
  readonly cache?: { readonly mode: string; readonly level?: number };
}

export interface LibvirtTimer {
  readonly name: string;
  readonly present: boolean | undefined;
  readonly tickpolicy?: string;
  readonly mode?: string;
  readonly frequencyHz?: number;
}

export interface LibvirtInterface {
  readonly type: string;
  readonly model: string | undefined;
  readonly queues: number;
  /**
   * Who moves the packets: a kernel worker per queue pair (`vhost-net`), a user-space poller
   * (`vhost-user`, `vdpa`), QEMU's main loop (`qemu`), or the hardware (`passthrough`).
   */
  readonly backend: 'vhost-net' | 'vhost-user' | 'vdpa' | 'qemu' | 'passthrough';
}

export interface LibvirtDevices {
  readonly interfaces: readonly LibvirtInterface[];
  readonly disks: ReadonlyArray<{
    readonly target: string;
    readonly bus: string | undefined;
    /** IOThreads that serve it; empty: QEMU's main loop does. */
    readonly iothreads: readonly number[];
    readonly queues: number | undefined;
  }>;
  readonly hostdevs: ReadonlyArray<{ readonly mode: string; readonly type: string }>;
  /** undefined: the file has none, so libvirt adds a virtio one. */
  readonly memballoon: string | undefined;
  /** Serial ports, consoles, graphics, watchdogs, random sources and the like: count by element. */
  readonly others: ReadonlyMap<string, number>;
}

/** What `qemu:commandline` changes behind libvirt's back. */
export interface LibvirtQemuArguments {
  readonly args: readonly string[];
  /** `-overcommit cpu-pm=on`: HLT, MWAIT and PAUSE do not exit. */
  readonly cpuPm: boolean;
}

export interface LibvirtDomain {
  readonly name: string;
  /** kvm, or qemu where the caller accepted to read TCG as KVM. */
  readonly type: 'kvm' | 'qemu';
  readonly arch: 'x86_64' | 'i686';
  readonly machine: string | undefined;
  /** Guest kernel command line, where libvirt boots the kernel directly. */
  readonly kernelCmdline: string | undefined;
  readonly vcpuPlacement: 'static' | 'auto';
  /** `vcpu@cpuset`: default of vCPUs, emulator and IOThreads. */
  readonly cpuset: readonly number[] | undefined;
  readonly vcpus: readonly LibvirtVcpu[];
  readonly emulator: {
    readonly cpus: readonly number[] | undefined;
    readonly scheduling: LibvirtScheduling;
  };
  readonly iothreads: readonly LibvirtIothread[];
  readonly shares: number | undefined;
  readonly quotas: readonly LibvirtQuota[];
  readonly cachetunes: readonly LibvirtCacheTune[];
  readonly memorytunes: readonly LibvirtMemoryTune[];
  readonly memory: LibvirtMemory;
  readonly numatune: LibvirtNumaTune | undefined;
  readonly features: LibvirtFeatures;
  readonly cpu: LibvirtCpu;
  readonly timers: readonly LibvirtTimer[];
  readonly devices: LibvirtDevices;
  readonly qemu: LibvirtQemuArguments;
}
