/**
 * Numbers for everything in a part: lanes, vCPUs, tasks, timers, devices, locks, windows, slots.
 * All orders come from names in the plan, so what else is in the plan never changes a tie.
 */
import type {
  GuestPlan,
  IrqPlan,
  KernelPlan,
  NormalizedPlan,
  Section,
  ThreadPlan,
  WorkloadPlan,
} from '../plan/normalized.js';

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
  | { readonly kind: 'idle' | 'ksoftirqd' | 'ktimers'; readonly cpu: number }
  | { readonly kind: 'thread'; readonly plan: ThreadPlan }
  | { readonly kind: 'irq'; readonly plan: IrqPlan; readonly device: number }
  | { readonly kind: 'vcpu'; readonly guest: GuestPlan; readonly id: number; readonly cpu: number }
  | { readonly kind: 'workload'; readonly plan: WorkloadPlan; readonly cpu: number };

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
  readonly plan: IrqPlan;
  readonly cpu: number;
}

export interface PartLayout {
  readonly pcpus: readonly number[];
  readonly vcpus: number;
  readonly kernels: readonly KernelLayout[];
  /** Ascending by path: the task number. */
  readonly tasks: readonly TaskLayout[];
  readonly devices: readonly DeviceLayout[];
  readonly locks: ReadonlyMap<string, number>;
}

const byPath = (a: { path: string }, b: { path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

/** Lays out the part of `plan` that consists of `pcpus`. */
export function layOut(plan: NormalizedPlan, pcpus: readonly number[]): PartLayout {
  const lane = new Map(pcpus.map((pcpu, i) => [pcpu, i]));
  const host: KernelLayout = { name: 'host', plan: plan.host, index: 0, cpuIndex: lane };
  const kernels = [host];
  let next = pcpus.length;
  for (const guest of plan.guests) {
    const inside = guest.vcpus.filter((vcpu) => lane.has(vcpu.pcpus[0]));
    if (inside.length === 0) continue;
    const cpuIndex = new Map(inside.map((vcpu) => [vcpu.id, next++]));
    kernels.push({
      name: `guest/${guest.name}`,
      plan: guest.kernel,
      guest,
      index: kernels.length,
      cpuIndex,
    });
  }
  const devices = kernels.flatMap(devicesOf).sort(byPath);
  const tasks = kernels.flatMap((kernel) => tasksOf(plan, kernel, kernels, devices)).sort(byPath);
  return {
    pcpus,
    vcpus: next - pcpus.length,
    kernels,
    tasks,
    devices,
    locks: locksOf(tasks),
  };
}

/** Path of a CPU: what its streams and causes are named by. */
export function cpuPath(kernel: KernelLayout, cpu: number): string {
  return kernel.guest ? `${kernel.name}/vcpu${pad(cpu)}` : `host/pcpu${pad(cpu)}`;
}

/** Numbers in paths are padded so that their order is numeric. */
export function pad(cpu: number): string {
  return String(cpu).padStart(5, '0');
}

function devicesOf(kernel: KernelLayout): DeviceLayout[] {
  return kernel.plan.irqs.flatMap((plan) => {
    const cpu = kernel.cpuIndex.get(plan.cpus[0]);
    return cpu === undefined
      ? []
      : [{ path: `${kernel.name}/irq/${plan.name}`, kernel, plan, cpu }];
  });
}

function tasksOf(
  plan: NormalizedPlan,
  kernel: KernelLayout,
  kernels: readonly KernelLayout[],
  devices: readonly DeviceLayout[],
): TaskLayout[] {
  const tasks: TaskLayout[] = [];
  const add = (path: string, role: TaskRole, cpus: readonly number[]): void => {
    tasks.push({ path, kernel, role, cpus });
  };
  const indexes = (cpus: readonly number[]): number[] =>
    cpus.flatMap((cpu) => kernel.cpuIndex.get(cpu) ?? []);
  for (const [cpu, index] of kernel.cpuIndex) {
    const path = cpuPath(kernel, cpu);
    add(`${path}/idle`, { kind: 'idle', cpu: index }, [index]);
    add(`${path}/ksoftirqd`, { kind: 'ksoftirqd', cpu: index }, [index]);
    if (kernel.plan.flags.ktimersThread) {
      add(`${path}/ktimers`, { kind: 'ktimers', cpu: index }, [index]);
    }
  }
  for (const thread of kernel.plan.threads) {
    const cpus = indexes(thread.cpus);
    if (cpus.length > 0) {
      add(`${kernel.name}/thread/${thread.name}`, { kind: 'thread', plan: thread }, cpus);
    }
  }
  devices.forEach((device, index) => {
    if (device.kernel !== kernel || device.plan.thread === undefined) return;
    add(`${device.path}/thread`, { kind: 'irq', plan: device.plan, device: index }, [device.cpu]);
  });
  for (const workload of plan.workloads) {
    if ((workload.guest ?? 'host') !== (kernel.guest?.name ?? 'host')) continue;
    for (const cpu of workload.cpus) {
      const index = kernel.cpuIndex.get(cpu);
      if (index === undefined) continue;
      const path = `${kernel.name}/workload/${workload.id}/${pad(cpu)}`;
      add(path, { kind: 'workload', plan: workload, cpu }, [index]);
    }
  }
  if (kernel.index === 0) addVcpuThreads(tasks, kernel, kernels);
  return tasks;
}

function addVcpuThreads(
  tasks: TaskLayout[],
  host: KernelLayout,
  kernels: readonly KernelLayout[],
): void {
  for (const { guest, cpuIndex } of kernels) {
    if (!guest) continue;
    for (const vcpu of guest.vcpus) {
      const cpu = cpuIndex.get(vcpu.id);
      if (cpu === undefined) continue;
      tasks.push({
        path: `host/vcpu/${guest.name}/${pad(vcpu.id)}`,
        kernel: host,
        role: { kind: 'vcpu', guest, id: vcpu.id, cpu },
        cpus: vcpu.pcpus.map((pcpu) => host.cpuIndex.get(pcpu) as number),
      });
    }
  }
}

function locksOf(tasks: readonly TaskLayout[]): Map<string, number> {
  const names = new Set<string>();
  for (const { kernel, role } of tasks) {
    const sections: readonly Section[] =
      role.kind === 'thread' || role.kind === 'workload' ? role.plan.sections : [];
    sections.forEach((section, i) => {
      const own = section.kind === 'raw' || section.kind === 'spin';
      if (own) names.add(lockName(kernel, section, i));
    });
  }
  return new Map(
    [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map((name, i) => [name, i]),
  );
}

/** Locks of one name are one lock per Linux; a lock without a name is never contended. */
export function lockName(kernel: KernelLayout, section: Section, position: number): string {
  return `${kernel.name}/${section.lock ?? `anonymous-${position}`}`;
}
