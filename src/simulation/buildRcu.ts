/**
 * RCU of a part: the threads that run callbacks, and who runs those of each CPU. A Linux without a
 * section that calls call_rcu has none of it.
 */
import { ACCEPT_IRQ, type StepTableBuilder } from '../engine/stepTable.js';
import { gracePeriodOver, RCU_OFFLOADED, RCU_SOFT, RCU_THREAD } from '../kernel/rcu.js';
import { callbackThread, leaderThread, rcuSoftirq } from '../kernel/rcuProgram.js';
import type { KernelPlan, NormalizedPlan, Section } from '../plan/normalized.js';
import { causePrefix } from './buildCpus.js';
import { cpuPath, type KernelLayout, type PartLayout, type TaskLayout } from './layout.js';
import { kernelCode } from './sections.js';
import type { SlotPlan } from './slots.js';
import type { System } from './system.js';
import { costsOf, setFrame, setScheduling, type TaskBuild } from './taskBuild.js';

/** True if anything in a Linux calls call_rcu; `guest`: its name, undefined for the host. */
export function usesRcu(plan: NormalizedPlan, kernel: KernelPlan, guest?: string): boolean {
  const calls = ({ sections }: { readonly sections: readonly Section[] }): boolean =>
    sections.some(({ kind }) => kind === 'rcu');
  const workers = guest === undefined ? plan.workers : [];
  const own = plan.workloads.filter((workload) => workload.guest === guest);
  return [...kernel.threads, ...workers, ...own].some(calls);
}

const usesRcuOf = (plan: NormalizedPlan, kernel: KernelLayout): boolean =>
  usesRcu(plan, kernel.plan, kernel.guest?.name);

/** Where kernel threads may run: off nohz_full and isolated CPUs, if there are others. */
function threadCpus({ plan, cpuIndex }: KernelLayout): number[] {
  const kept = plan.cpus.filter(
    (cpu) => !plan.nohzFull.includes(cpu) && !plan.isolatedDomain.includes(cpu),
  );
  return (kept.length > 0 ? kept : plan.cpus).flatMap((cpu) => cpuIndex.get(cpu) ?? []);
}

/** First CPU of the group whose rcuog serves a CPU: groups have the size of the root of their number. */
function leaderOf({ cpus, rcuNocbs }: KernelPlan, cpu: number): number {
  const size = Math.max(1, Math.floor(Math.sqrt(cpus.length)));
  const group = Math.floor(cpus.indexOf(cpu) / size);
  return cpus.slice(group * size, (group + 1) * size).find((one) => rcuNocbs.includes(one)) ?? cpu;
}

/** rcuc/N of an RT kernel; rcuop/N and rcuog/N of offloaded CPUs. */
export function rcuTasks(plan: NormalizedPlan, kernel: KernelLayout): TaskLayout[] {
  if (!usesRcuOf(plan, kernel)) return [];
  return [...kernel.cpuIndex].flatMap(([cpu, index]): TaskLayout[] => {
    const path = cpuPath(kernel, cpu);
    const of = (kind: 'rcuc' | 'rcuop' | 'rcuog', cpus: readonly number[]): TaskLayout => {
      return { path: `${path}/${kind}`, kernel, role: { kind, cpu: index }, cpus };
    };
    if (!kernel.plan.rcuNocbs.includes(cpu)) {
      return kernel.plan.preemption === 'rt' ? [of('rcuc', [index])] : [];
    }
    const leads = leaderOf(kernel.plan, cpu) === cpu ? [of('rcuog', threadCpus(kernel))] : [];
    return [...leads, of('rcuop', threadCpus(kernel))];
  });
}

export function addRcuSlots(slots: SlotPlan, plan: NormalizedPlan, kernel: KernelLayout): void {
  if (!usesRcuOf(plan, kernel)) return;
  for (const [cpu, index] of kernel.cpuIndex) {
    slots.add('rtPeriod', `${cpuPath(kernel, cpu)}/rcu`, gracePeriodOver, index, (m, slot) => {
      m.rcu.slot[index] = slot;
    });
  }
}

export function buildRcu(
  m: System,
  builder: StepTableBuilder<System>,
  plan: NormalizedPlan,
  part: PartLayout,
): void {
  for (const kernel of part.kernels) {
    if (!usesRcuOf(plan, kernel)) continue;
    const { rcu, rcuNocbs, preemption } = kernel.plan;
    const cause = `${causePrefix(kernel)}RCU callbacks`;
    for (const [cpu, index] of kernel.cpuIndex) {
      const path = cpuPath(kernel, cpu);
      const own = preemption === 'rt' ? RCU_THREAD : RCU_SOFT;
      m.rcu.mode[index] = rcuNocbs.includes(cpu) ? RCU_OFFLOADED : own;
      m.rcu.periodCost[index] = m.costs.add(rcu.gracePeriod, `${path}/rcu/grace period`);
      m.rcu.callbackCost[index] = m.costs.add(rcu.callback, `${path}/rcu/callback`);
      m.rcu.inlineProgram[index] = builder.program(path, 'rcu', rcuSoftirq(cause, ACCEPT_IRQ));
      m.rcu.softirqProgram[index] = m.rcu.inlineProgram[index];
    }
  }
}

/** The CPU of the plan that a per-CPU thread belongs to. */
const numberOf = ({ cpuIndex }: KernelLayout, index: number): number =>
  [...cpuIndex].find(([, other]) => other === index)?.[0] ?? index;

export function rcuThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'rcuc' && task.role.kind !== 'rcuop' && task.role.kind !== 'rcuog') return;
  const { m, builder } = b;
  const { kernel, role } = task;
  const { plan } = kernel;
  const number = numberOf(kernel, role.cpu);
  setScheduling(m, index, plan.rcuc[plan.cpus.indexOf(number)]);
  const { rt, preemptible } = m.traits[kernel.index];
  const accepts = kernelCode(preemptible);
  const costs = costsOf(b, task);
  const cause = `${causePrefix(kernel)}${role.kind}`;
  if (role.kind === 'rcuog') {
    setFrame(m, index, builder.program(task.path, 'wait', leaderThread(cause, accepts, costs)));
    for (const [cpu, other] of kernel.cpuIndex) {
      if (plan.rcuNocbs.includes(cpu) && leaderOf(plan, cpu) === number)
        m.rcu.leader[other] = index;
    }
    return;
  }
  const start = builder.here;
  const steps = callbackThread(start, cause, { rt, accepts, costs }, role.kind === 'rcuop');
  builder.program(task.path, 'callbacks', steps);
  setFrame(m, index, start);
  m.rcu.thread[role.cpu] = index;
  m.rcu.serves[index] = role.cpu;
}
