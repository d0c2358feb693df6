/**
 * Threads of the host that serve guests' devices, and their pieces of work, as numbers of a part. Also
 * the threads that wait for a device: they are served events like any other worker.
 */
import type { NormalizedPlan } from '../plan/normalized.js';
import {
  cpuPath,
  type DeviceLayout,
  type KernelLayout,
  type TaskLayout,
  type WorkLayout,
} from './layout.js';

/** Workers inside the part, and a kworker on every pCPU if a line needs one. */
export function workerTasks(
  plan: NormalizedPlan,
  host: KernelLayout,
  kernels: readonly KernelLayout[],
): TaskLayout[] {
  const tasks: TaskLayout[] = [];
  for (const worker of plan.workers) {
    const cpus = worker.cpus.flatMap((cpu) => host.cpuIndex.get(cpu) ?? []);
    if (cpus.length === 0) continue;
    const role = { kind: 'worker', plan: worker } as const;
    tasks.push({ path: `host/worker/${worker.name}`, kernel: host, role, cpus });
  }
  const slow = kernels.some(({ guest }) => guest?.devices.some(({ msi }) => !msi));
  if (!slow) return tasks;
  for (const [pcpu, cpu] of host.cpuIndex) {
    const role = { kind: 'kworker', cpu } as const;
    tasks.push({ path: `${cpuPath(host, pcpu)}/kworker`, kernel: host, role, cpus: [cpu] });
  }
  return tasks;
}

/** All pieces of work; the irqfd works of one line stand together, by pCPU. */
export function worksOf(
  pcpus: readonly number[],
  tasks: readonly TaskLayout[],
  devices: readonly DeviceLayout[],
): WorkLayout[] {
  const works: WorkLayout[] = [];
  const lineOf = (guest: string, name: string): number =>
    devices.findIndex(({ path }) => path === `guest/${guest}/irq/${name}`);
  const kworkers = tasks.flatMap(({ role }, task) => (role.kind === 'kworker' ? [task] : []));
  tasks.forEach(({ kernel, role }, task) => {
    if (role.kind === 'worker') {
      for (const plan of role.plan.serves) {
        works.push({ task, what: { kind: 'serve', plan, line: lineOf(plan.guest, plan.device) } });
      }
    } else if (role.kind === 'workload' && role.plan.device !== undefined) {
      const path = `${kernel.name}/irq/${role.plan.device}`;
      const device = devices.findIndex((one) => one.path === path);
      works.push({ task, what: { kind: 'wait', device } });
    }
  });
  devices.forEach(({ kernel, plan }, line) => {
    const device = kernel.guest?.devices.find(({ name }) => name === plan.name);
    if (!device || device.msi || kworkers.length === 0) return;
    pcpus.forEach((_, cpu) => {
      works.push({ task: kworkers[cpu], what: { kind: 'irqfd', line, cpu } });
    });
  });
  return works;
}
