/** Lays out one part of a plan: every CPU, device, thread, lock and piece of work gets its number. */
import { bigLock, leavesForQemu, type NormalizedPlan, type Section } from '../plan/normalized.js';
import { rcuTasks } from './buildRcu.js';
import {
  cpuPath,
  type DeviceLayout,
  type KernelLayout,
  lockName,
  type PartLayout,
  pad,
  programLock,
  type TaskLayout,
  type TaskRole,
} from './layout.js';
import { interfaceDevices, layOutNetwork, pollerTasks } from './layoutNetwork.js';
import { workerTasks, worksOf } from './layoutWorks.js';
import { noiseDevices, noiseUnits } from './noise.js';

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
  const noise = noiseUnits(plan, lane);
  const network = layOutNetwork(plan, pcpus);
  const lines = kernels.flatMap((kernel) => interfaceDevices(plan, kernel, network));
  const devices = [
    ...kernels.flatMap(devicesOf),
    ...noiseDevices(host, pcpus, noise),
    ...lines,
  ].sort(byPath);
  const tasks = kernels
    .flatMap((kernel) => tasksOf(plan, kernel, kernels, devices))
    .concat(pollerTasks(host, network))
    .sort(byPath);
  const works = worksOf(pcpus, tasks, devices);
  return {
    pcpus,
    vcpus: next - pcpus.length,
    kernels,
    tasks,
    devices,
    noise,
    locks: locksOf(tasks),
    works,
    network,
  };
}

function devicesOf(kernel: KernelLayout): DeviceLayout[] {
  const own = kernel.plan.irqs.map((plan) => ({ plan, arrival: plan.arrival }));
  const lines = (kernel.guest?.devices ?? []).map(({ line, posted }) => ({
    plan: line,
    arrival: posted,
  }));
  return [...own, ...lines].flatMap(({ plan, arrival }) => {
    const cpu = kernel.cpuIndex.get(plan.cpus[0]);
    const path = `${kernel.name}/irq/${plan.name}`;
    return cpu === undefined ? [] : [{ path, kernel, plan, arrival, cpu }];
  });
}

/** True if the machine is stopped now and then, or threads are moved while they run. */
function stopsCpus({ noise }: NormalizedPlan, { index, plan }: KernelLayout): boolean {
  const moves = plan.threads.some(({ program = [] }) =>
    program.some(({ kind }) => kind === 'cpus'),
  );
  return moves || (index === 0 && noise.some(({ delivery }) => delivery === 'stop'));
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
  if (stopsCpus(plan, kernel)) {
    for (const [cpu, index] of kernel.cpuIndex) {
      add(`${cpuPath(kernel, cpu)}/migration`, { kind: 'migration', cpu: index }, [index]);
    }
  }
  tasks.push(...rcuTasks(plan, kernel));
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
  if (kernel.index === 0) {
    addVcpuThreads(tasks, kernel, kernels);
    tasks.push(...workerTasks(plan, kernel, kernels));
  }
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
      role.kind === 'thread' || role.kind === 'workload' || role.kind === 'worker'
        ? role.plan.sections
        : [];
    if (role.kind === 'worker') {
      for (const { lock } of role.plan.serves) if (lock) names.add(`${kernel.name}/${lock}`);
    }
    sections.forEach((section, i) => {
      const own = ['raw', 'spin', 'mutex', 'read', 'write', 'print'].includes(section.kind);
      if (own) names.add(lockName(kernel, section, i));
    });
    const program = role.kind === 'thread' ? (role.plan.program ?? []) : [];
    for (const step of program) {
      if (step.kind === 'lock') names.add(programLock(kernel, step.lock));
    }
    const leaves = [...sections, ...program].some(({ kind }) => leavesForQemu(kind));
    if (leaves && kernel.guest) names.add(`host/${bigLock(kernel.guest.name)}`);
  }
  return new Map(
    [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map((name, i) => [name, i]),
  );
}
