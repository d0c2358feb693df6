/**
 * A plan with every default filled in: what the simulator and the bound work on.
 * No text, no units, no optional behaviour: integers in nanoseconds, CPU numbers, flags.
 */
import type { Law } from '../base/law.js';
import type { Platform } from '../platform/platform.js';
import type { Topology } from '../platform/topology.js';
import type { KernelFlags, PreemptionModel } from './kernelFlags.js';
import type { SwitchPlan } from './normalizedSwitch.js';
import type { ProgramStep } from './threadProgram.js';

export type Policy = 'other' | 'fifo' | 'rr' | 'deadline';

export interface Scheduling {
  readonly policy: Policy;
  /** 1..99 for fifo and rr, 0 otherwise. */
  readonly priority: number;
  /** Only for deadline, ns. */
  readonly runtimeNs: number;
  readonly deadlineNs: number;
  readonly periodNs: number;
  /** Only for other: -20 (most) to 19; absent: 0. */
  readonly nice?: number;
}

/** When something happens again. */
export interface Arrival {
  /** Distance between two arrivals; constant law = strictly periodic. */
  readonly every: Law;
  /** First arrival; undefined: drawn uniformly from one median distance by the source's stream. */
  readonly startNs?: number;
}

/**
 * A stretch of kernel code inside a thread's activation.
 * irqOff: local_irq_disable; preemptOff: preempt_disable; raw: raw_spinlock_t with interrupts off;
 * call, tlbFlush: a function on other CPUs, waited for; exit, ioeventfd, userExit: a guest leaves for
 * KVM, a kick or QEMU; print: characters to an emulated serial console under its lock;
 * spin: spinlock_t (sleeps on RT, spins otherwise); read, write: rwlock_t, whose readers inherit nothing;
 * rcu: call_rcu, whose callbacks run later, on this CPU or elsewhere; mutex: a futex without inheritance; bh: local_bh_disable; kernel: plain kernel code.
 */
export type SectionKind =
  | 'irqOff'
  | 'preemptOff'
  | 'raw'
  | 'spin'
  | 'mutex'
  | 'rcu'
  | 'read'
  | 'write'
  | 'bh'
  | 'kernel'
  | 'call'
  | 'tlbFlush'
  | 'exit'
  | 'ioeventfd'
  | 'userExit'
  | 'print';

/** True for sections and steps of a guest in which its vCPU needs the big lock. */
export const leavesForQemu = (kind: string): boolean => kind === 'userExit' || kind === 'print';

/** The name of a guest's big QEMU lock, as a lock of the host. */
export const bigLock = (guest: string): string => `bql/${guest}`;

/** The name of a guest's mmu_lock, as a lock of the host. */
export const mmuLock = (guest: string): string => `mmu-${guest}`;

export interface Section {
  readonly kind: SectionKind;
  /** Name of the lock for raw, spin, mutex, read and write; locks of one name are one lock per kernel instance. */
  readonly lock?: string;
  readonly run: Law;
  /** CPUs that a call or tlbFlush waits for. */
  readonly cpus?: readonly number[];
  /** Characters of a print, callbacks of call_rcu. */
  readonly count?: number;
}

/** A thread that is there to load or disturb; workloads are threads that are measured. */
export interface ThreadPlan {
  readonly name: string;
  readonly scheduling: Scheduling;
  /** CPUs of its own kernel instance (pCPUs for the host, vCPU ids in a guest), ascending. */
  readonly cpus: readonly number[];
  /** Absent: the thread runs for ever (a busy loop), or its program once. */
  readonly arrival?: Arrival;
  /** Present: what it does instead of `run` and `sections`. */
  readonly program?: readonly ProgramStep[];
  /** When a program without arrivals begins, ns. */
  readonly programStartNs?: number;
  /** CPU time in user mode per activation. */
  readonly run: Law;
  /** Run in this order after `run` in each activation. */
  readonly sections: readonly Section[];
  readonly workingSetBytes?: number;
}

/** A device interrupt. */
export interface IrqPlan {
  readonly name: string;
  readonly vector: number;
  /** Effective affinity: interrupts go to the first CPU. */
  readonly cpus: readonly number[];
  readonly arrival: Arrival;
  /** Nobody set its affinity: irqbalance may move it. */
  readonly floats?: boolean;
  /** Work in hard interrupt context. */
  readonly hard: Law;
  /** Present: the handler runs in thread `irq/N-name` with this scheduling. */
  readonly thread?: { readonly scheduling: Scheduling; readonly run: Law };
  /** Softirq work raised by the handler. */
  readonly softirq?: Law;
  /** Present: the interrupt of a guest's device; the handler ends by passing the event on. */
  readonly device?: { readonly guest: string; readonly name: string };
}

/** Interrupt line of a guest that something on the host signals. */
export type LinePlan = Omit<IrqPlan, 'arrival' | 'device'>;

export type DeviceKind = 'passthrough' | 'vhost-net' | 'emulated';

/** A device of a guest: how its events become interrupts of the guest. */
export interface GuestDevicePlan {
  readonly name: string;
  readonly kind: DeviceKind;
  readonly line: LinePlan;
  /** False: the line cannot be injected in place; a kworker does it. */
  readonly msi: boolean;
  /** Present: the IOMMU posts the interrupts of the hardware; no host interrupt. */
  readonly posted?: Arrival;
  /** Name of the thread in `workers` that serves its events; absent: the host's handler signals. */
  readonly worker?: string;
}

/** A host thread that serves devices: a vhost worker, QEMU's main loop, an I/O thread. */
export interface WorkerPlan {
  readonly name: string;
  readonly scheduling: Scheduling;
  readonly cpus: readonly number[];
  /** What it does beside, as a thread of its own. */
  readonly arrival?: Arrival;
  readonly run: Law;
  readonly sections: readonly Section[];
  readonly serves: readonly WorkPlan[];
}

export interface WorkPlan {
  readonly guest: string;
  readonly device: string;
  readonly run: Law;
  /** Lock (a mutex) that is held meanwhile. */
  readonly lock?: string;
}

/** How the speed of a pCPU follows its neighbours, in thousandths of the time that something takes. */
export interface SpeedPlan {
  /** While its SMT sibling is at work. */
  readonly siblingThousandths: number;
  /** From that many busy cores of its socket on; ascending. */
  readonly bins: ReadonlyArray<{ readonly cores: number; readonly thousandths: number }>;
}

/** Who shares the last-level cache. */
export interface CachePlan {
  /** What everybody else brings into the ways that are not reserved. */
  readonly fillBytesPerSecond: number;
  /** Ways of Cache Allocation Technology that nobody else may fill. */
  readonly reserved: ReadonlyArray<{ readonly cpus: readonly number[]; readonly ways: number }>;
}

/** An interruption of the host by its own kernel or by the machine; see noiseSources.ts. */
export interface NoisePlan {
  readonly name: string;
  readonly cause: string;
  readonly delivery: 'irq' | 'call' | 'nmi' | 'work' | 'stop';
  readonly spread: 'each' | 'all' | 'rotate';
  /** pCPUs that it hits, ascending. */
  readonly cpus: readonly number[];
  readonly arrival: Arrival;
  /** Its work on one CPU. */
  readonly run: Law;
  /** How often in a row. */
  readonly burst: number;
}

/** One running Linux: the host's, or a guest's. */
export interface KernelPlan {
  readonly flags: KernelFlags;
  readonly preemption: PreemptionModel;
  readonly hz: number;
  /** Handlers are forced into threads, and softirqs raised by interrupts into ksoftirqd. */
  readonly forcedThreads: boolean;
  /** CPUs of this instance, ascending. Sets below are subsets. */
  readonly cpus: readonly number[];
  /** Off the scheduler domains (isolcpus with the domain flag). */
  readonly isolatedDomain: readonly number[];
  /** False: nohz=off, the tick never stops. */
  readonly nohz: boolean;
  /** Each CPU has a timer at least every 5 min (mce=off and mce=ignore_ce switch it off). */
  readonly machineCheckPoll: boolean;
  readonly nohzFull: readonly number[];
  readonly rcuNocbs: readonly number[];
  /** The TSC was found unstable: no tick stops on a busy CPU (TICK_DEP_BIT_CLOCK_UNSTABLE). */
  readonly clockUnstable: boolean;
  /** -1: realtime threads are not throttled. */
  readonly rtRuntimeNs: number;
  readonly rtPeriodNs: number;
  readonly timerMigration: boolean;
  /** CPUs whose fair server was switched off through debugfs. */
  readonly fairServerOff: readonly number[];
  /** idle=poll, or the deepest C-state allowed by name; undefined C-state list = halt only. */
  readonly idle: { readonly kind: 'poll' | 'cstate'; readonly deepest: string };
  /** How a C-state is chosen when idle: always the deepest allowed, or from the next timer. */
  readonly idleGovernor: 'deepestAllowed' | 'menu';
  readonly ksoftirqd: readonly Scheduling[];
  readonly ktimers: readonly Scheduling[];
  readonly rcuc: readonly Scheduling[];
  /** Length of a grace period, and one callback of call_rcu. */
  readonly rcu: RcuPlan;
  readonly threads: readonly ThreadPlan[];
  readonly irqs: readonly IrqPlan[];
}

export interface RcuPlan {
  readonly gracePeriod: Law;
  readonly callback: Law;
}

export interface KvmPlan {
  readonly apicv: boolean;
  readonly preemptionTimer: boolean;
  /** -1: follow nohz_full, as the kernel does. */
  readonly piInjectTimer: -1 | 0 | 1;
  /** Timer advance: adaptive, a fixed ns, or off (0). */
  readonly timerAdvance: 'adaptive' | number;
  readonly haltPollNs: number;
  readonly haltPollGrow: number;
  readonly haltPollGrowStartNs: number;
  readonly haltPollShrink: number;
  readonly pleGap: number;
  /** IPIs of guests are posted by the processor (with APICv). */
  readonly ipiVirtualization: boolean;
  /** L1D flush at VM entry is in force (vulnerable CPU and not switched off). */
  readonly l1dFlush: boolean;
  /** Mitigations that make each exit dearer are in force. */
  readonly exitMitigations: boolean;
}

export interface VcpuPlan {
  readonly id: number;
  readonly scheduling: Scheduling;
  readonly pcpus: readonly number[];
  readonly workingSetBytes?: number;
}

export interface GuestPlan {
  readonly name: string;
  /** Ascending by id, ids 0..n-1. */
  readonly vcpus: readonly VcpuPlan[];
  readonly haltInGuest: boolean;
  readonly mwaitInGuest: boolean;
  readonly pauseInGuest: boolean;
  readonly pollControl: boolean;
  /** PV EOI: without APICv an interrupt's end needs no exit. */
  readonly pvEoi: boolean;
  /** TLB flushes leave out preempted vCPUs (KVM_FEATURE_PV_TLB_FLUSH without the realtime hint). */
  readonly pvTlbFlush: boolean;
  /** The guest knows when a vCPU is preempted (KVM_FEATURE_STEAL_TIME without the realtime hint). */
  readonly seesPreemption: boolean;
  readonly devices: readonly GuestDevicePlan[];
  /** PAUSE loops exit (PLE): ple_gap is not 0 and PAUSE is not passed through. */
  readonly pauseExits: boolean;
  /** First access to pages that the host has not mapped, a vCPU. */
  readonly faults?: Arrival;
  /** Periodic kvmclock updates, and updates of the master clock that stop all vCPUs. */
  readonly clockSync?: Arrival;
  readonly masterclock?: Arrival;
  readonly kernel: KernelPlan;
}

export type WorkloadKind =
  | 'periodic'
  | 'busy'
  | 'cyclictest'
  | 'timerlat'
  | 'oslat'
  | 'interrupt'
  | 'hwlatdetect'
  | 'packet-echo'
  | 'control-loop';

export interface WorkloadPlan {
  readonly id: string;
  readonly kind: WorkloadKind;
  /** undefined: on the host. */
  readonly guest?: string;
  /** CPUs of the kernel instance it runs on; one measuring thread per CPU for the instruments. */
  readonly cpus: readonly number[];
  readonly scheduling: Scheduling;
  /**
   * periodic: release distance; cyclictest and timerlat: interval; hwlatdetect: window; packet
   * workloads: mean distance of their packets.
   */
  readonly intervalNs: number;
  /** First release; undefined: drawn. */
  readonly startNs?: number;
  /** periodic, control-loop: execution time per job; hwlatdetect: width of the sampling. */
  readonly run: Law;
  readonly sections: readonly Section[];
  /** oslat: cost of one loop turn; hwlatdetect: threshold. */
  readonly thresholdNs: number;
  /** interrupt: the device, or the interrupt, that wakes it. */
  readonly device?: string;
  readonly workingSetBytes?: number;
  /** cyclictest keeps /dev/cpu_dma_latency at 0 while it runs, unless told otherwise. */
  readonly dmaLatencyZero: boolean;
  /** packet-echo, control-loop: interface of a switch, and how it learns of packets. */
  readonly interface?: string;
  readonly receive?: 'interrupt' | 'poll';
}

export interface RequirementPlan {
  readonly workload: string;
  /** `max`, or a percentile as the user wrote it without the p, as in `99.999`. */
  readonly statistic: string;
  readonly limitNs: number;
  /** As printed, `plc latency max <= 50us`. */
  readonly text: string;
}

/** A figure or setting that no file stated. */
export interface Assumption {
  readonly path: string;
  readonly reason: string;
}

export interface NormalizedPlan {
  readonly name: string;
  /** Hash of the canonical form of the plan and its platform, hex. */
  readonly hash: string;
  readonly platform: Platform;
  readonly topology: Topology;
  readonly host: KernelPlan;
  readonly kvm: KvmPlan;
  /** Empty: none is at work. */
  readonly noise: readonly NoisePlan[];
  /** pCPUs on which everything takes longer, in thousandths. */
  readonly slowdown: ReadonlyArray<{
    readonly cpus: readonly number[];
    readonly thousandths: number;
  }>;
  /** Speeds that follow what other pCPUs do; absent: none do. */
  readonly speed?: SpeedPlan;
  /** irqbalance is at work. */
  readonly irqbalance?: { readonly every: Law; readonly cpus: readonly number[] };
  /** Absent: working sets cost nothing. */
  readonly caches?: CachePlan;
  readonly smi?: { readonly every: Law; readonly duration: Law };
  readonly guests: readonly GuestPlan[];
  /** Host threads that serve devices of guests. */
  readonly workers: readonly WorkerPlan[];
  readonly switches: readonly SwitchPlan[];
  readonly workloads: readonly WorkloadPlan[];
  readonly requirements: readonly RequirementPlan[];
  readonly assumptions: readonly Assumption[];
}
