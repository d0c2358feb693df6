/**
 * Numbers for everything in a part: lanes, vCPUs, tasks, timers, devices, locks, windows, slots.
 * All orders come from names in the plan, so what else is in the plan never changes a tie.
 */
import type {
  Arrival,
  GuestPlan,
  IrqPlan,
  KernelPlan,
  LinePlan,
  NoisePlan,
  Section,
  ThreadPlan,
  WorkerPlan,
  WorkloadPlan,
  WorkPlan,
} from '../plan/normalized.js';
import type { NetworkLayout } from './layoutNetwork.js';

/** One Linux, as far as it lies in the part. */
export interface KernelLayout {
  readonly name: string;
  readonly plan: KernelPlan;
  readonly guest?: GuestPlan;
  /** Index in `Kernel.traits`. */
  readonly index: number;
  /** CPU number of the plan -> CPU index of the part. */
  readonly cpuIndex: ReadonlyMap<number, number>;
}

export type TaskRole =
  | {
      readonly kind: 'idle' | 'ksoftirqd' | 'ktimers' | 'migration' | 'rcuc' | 'rcuop' | 'rcuog';
      readonly cpu: number;
    }
  | { readonly kind: 'thread'; readonly plan: ThreadPlan }
  | { readonly kind: 'irq'; readonly plan: DeviceLayout['plan']; readonly device: number }
  | { readonly kind: 'vcpu'; readonly guest: GuestPlan; readonly id: number; readonly cpu: number }
  | { readonly kind: 'worker'; readonly plan: WorkerPlan }
  | { readonly kind: 'kworker'; readonly cpu: number }
  | { readonly kind: 'workload'; readonly plan: WorkloadPlan; readonly cpu: number }
  /** `loop`: position in the loops of the part's network. */
  | { readonly kind: 'poller'; readonly loop: number };

export interface TaskLayout {
  readonly path: string;
  readonly kernel: KernelLayout;
  readonly role: TaskRole;
  /** CPU indexes of the part. */
  readonly cpus: readonly number[];
}

export interface DeviceLayout {
  readonly path: string;
  readonly kernel: KernelLayout;
  /** Without `arrival`: a guest's line that something on the host signals. */
  readonly plan: LinePlan & Pick<IrqPlan, 'device'>;
  readonly arrival?: Arrival;
  readonly cpu: number;
  /** Its arrivals come from this stream of `PartLayout.noise`; absent: its own. */
  readonly noise?: number;
  /** The interface of a switch whose interrupt it is. */
  readonly interface?: number;
}

/** One piece of work and the task that serves it. */
export interface WorkLayout {
  readonly task: number;
  readonly what:
    | { readonly kind: 'serve'; readonly plan: WorkPlan; readonly line: number }
    | { readonly kind: 'irqfd'; readonly line: number; readonly cpu: number }
    /** The thread of a workload is woken by a device of its own kernel. */
    | { readonly kind: 'wait'; readonly device: number };
}

/** One stream of arrivals of the kernel's own interruptions. */
export interface NoiseUnit {
  readonly path: string;
  readonly plan: NoisePlan;
  /** Lanes of the pCPUs in turn or at once; -1: outside the part. */
  readonly lanes: readonly number[];
}

export interface PartLayout {
  readonly pcpus: readonly number[];
  readonly vcpus: number;
  readonly kernels: readonly KernelLayout[];
  /** Ascending by path: the task number. */
  readonly tasks: readonly TaskLayout[];
  readonly devices: readonly DeviceLayout[];
  readonly noise: readonly NoiseUnit[];
  readonly locks: ReadonlyMap<string, number>;
  /** What workers serve; the number of a piece of work is its place. */
  readonly works: readonly WorkLayout[];
  readonly network: NetworkLayout;
}

/** Path of a CPU: what its streams and causes are named by. */
export function cpuPath(kernel: KernelLayout, cpu: number): string {
  return kernel.guest ? `${kernel.name}/vcpu${pad(cpu)}` : `host/pcpu${pad(cpu)}`;
}

/** Numbers in paths are padded so that their order is numeric. */
export function pad(cpu: number): string {
  return String(cpu).padStart(5, '0');
}

/** Locks of one name are one lock per Linux; a lock without a name is never contended. */
export function lockName(kernel: KernelLayout, section: Section, position: number): string {
  return `${kernel.name}/${section.lock ?? `anonymous-${position}`}`;
}

/** Mutexes of programs are no spinlocks: they have names of their own. */
export function programLock(kernel: KernelLayout, name: string): string {
  return `${kernel.name}/mutex ${name}`;
}
