/**
 * Independent parts of a plan: sets of pCPUs that can never influence each other. They are
 * simulated apart and merged, and the result is the one of simulating them together, because every
 * random stream and every tie is decided by names. Couplings are never dropped to make parts.
 */
import type { KernelPlan, NormalizedPlan, ThreadPlan } from '../plan/normalized.js';
import { usesRcu } from './buildRcu.js';
import { coupleSpeed } from './buildSpeed.js';
import { coupleSwitches } from './coupleSwitches.js';
import { coupleDevices, coupleLocks, couplePrograms } from './couplings.js';
import { Groups } from './groups.js';

/**
 * pCPUs of each independent part that has something to do, ascending; idle pCPUs are left out, and
 * so are those that only the kernel's own housekeeping interrupts.
 */
export function independentParts(plan: NormalizedPlan): number[][] {
  const groups = new Groups();
  coupleKernel(plan.host, groups, (cpu) => [cpu]);
  for (const workload of plan.workloads) {
    if (workload.guest === undefined) {
      for (const pcpu of workload.cpus) groups.add(pcpu);
    }
  }
  for (const guest of plan.guests) {
    for (const vcpu of guest.vcpus) groups.join(vcpu.pcpus);
    coupleKernel(guest.kernel, groups, (cpu) => guest.vcpus[cpu].pcpus);
  }
  coupleDevices(plan, groups);
  if (plan.irqbalance && plan.host.irqs.some(({ floats }) => floats)) {
    groups.join([
      ...plan.irqbalance.cpus,
      ...plan.host.irqs.flatMap(({ floats, cpus }) => (floats ? cpus.slice(0, 1) : [])),
    ]);
  }
  // Callbacks of one CPU may run on another, and a grace period is one of the whole Linux.
  if (usesRcu(plan, plan.host)) groups.join(plan.host.cpus);
  for (const { kernel, name, vcpus } of plan.guests) {
    if (usesRcu(plan, kernel, name)) groups.join(vcpus.flatMap(({ pcpus }) => [...pcpus]));
  }
  // Every CPU takes part, and all wait for the slowest.
  if (plan.noise.some(({ delivery }) => delivery === 'stop')) groups.join(plan.host.cpus);
  coupleSwitches(plan, groups);
  coupleLocks(plan, groups);
  coupleBalanced(plan.host, hostThreads(plan), groups, (cpu) => [cpu]);
  for (const guest of plan.guests) {
    coupleBalanced(guest.kernel, guest.kernel.threads, groups, (cpu) => guest.vcpus[cpu].pcpus);
  }
  coupleSpeed(plan, groups);
  return groups.groups();
}

type Balanced = Pick<ThreadPlan, 'scheduling' | 'cpus'>;

function hostThreads(plan: NormalizedPlan): Balanced[] {
  const vcpus = plan.guests.flatMap((guest) =>
    guest.vcpus.map(({ scheduling, pcpus }) => ({ scheduling, cpus: pcpus })),
  );
  return [...plan.host.threads, ...plan.workers, ...vcpus];
}

/**
 * A CPU whose realtime thread leaves asks every CPU of its root domain to push, once one thread may
 * use several: isolated CPUs are one root domain, the others another (kernel/sched/topology.c).
 */
function coupleBalanced(
  kernel: KernelPlan,
  threads: readonly Balanced[],
  groups: Groups,
  pcpusOf: Pcpus,
): void {
  const moves = threads.some(
    ({ scheduling, cpus }) => cpus.length > 1 && scheduling.policy !== 'other',
  );
  if (!moves) return;
  const isolated = new Set(kernel.isolatedDomain);
  for (const inside of [true, false]) {
    const domain = kernel.cpus.filter((cpu) => isolated.has(cpu) === inside);
    groups.join(domain.flatMap((cpu) => pcpusOf(cpu)).filter((pcpu) => groups.has(pcpu)));
  }
}

type Pcpus = (cpu: number) => readonly number[];

function coupleKernel(kernel: KernelPlan, groups: Groups, pcpusOf: Pcpus): void {
  const couple = (cpus: readonly number[]): void =>
    groups.join(cpus.flatMap((cpu) => pcpusOf(cpu)));
  for (const thread of kernel.threads) couple(thread.cpus);
  couplePrograms(kernel.threads, couple);
  for (const irq of kernel.irqs) couple(irq.cpus.slice(0, 1));
  // A nohz_full CPU may hand its timers to any housekeeping CPU.
  if (kernel.timerMigration && kernel.nohzFull.length > 0) {
    const full = new Set(kernel.nohzFull);
    couple([...kernel.nohzFull, ...kernel.cpus.filter((cpu) => !full.has(cpu))]);
  }
  // Realtime runtime is lent between all CPUs of one Linux.
  if (kernel.rtRuntimeNs >= 0 && kernel.flags.rtThrottling && kernel.flags.rtRuntimeShare) {
    couple(kernel.cpus);
  }
}
