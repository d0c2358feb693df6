/**
 * Independent parts of a plan: sets of pCPUs that can never influence each other. They are
 * simulated apart and merged, and the result is the one of simulating them together, because every
 * random stream and every tie is decided by names. Couplings are never dropped to make parts.
 */
import type { KernelPlan, NormalizedPlan, Section, ThreadPlan } from '../plan/normalized.js';
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
  // Every CPU takes part, and all wait for the slowest.
  if (plan.noise.some(({ delivery }) => delivery === 'stop')) groups.join(plan.host.cpus);
  coupleLocks(plan, groups);
  coupleBalanced(plan.host, hostThreads(plan), groups, (cpu) => [cpu]);
  for (const guest of plan.guests) {
    coupleBalanced(guest.kernel, guest.kernel.threads, groups, (cpu) => guest.vcpus[cpu].pcpus);
  }
  return groups.groups();
}

type Balanced = Pick<ThreadPlan, 'scheduling' | 'cpus'>;

function hostThreads(plan: NormalizedPlan): Balanced[] {
  const vcpus = plan.guests.flatMap((guest) =>
    guest.vcpus.map(({ scheduling, pcpus }) => ({ scheduling, cpus: pcpus })),
  );
  return [...plan.host.threads, ...vcpus];
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
  const realtime = (policy: string): boolean => policy === 'fifo' || policy === 'rr';
  const moves = threads.some(
    ({ scheduling, cpus }) => cpus.length > 1 && realtime(scheduling.policy),
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

/**
 * A device couples the pCPU of its host interrupt, those of the thread that serves it and those of the
 * vCPU that it interrupts; a thread that waits for an interrupt is woken from where that goes.
 */
function coupleDevices(plan: NormalizedPlan, groups: Groups): void {
  for (const { cpus } of plan.workers) groups.join(cpus);
  for (const guest of plan.guests) {
    for (const { name, line, worker } of guest.devices) {
      const irq = plan.host.irqs.find(
        ({ device }) => device?.guest === guest.name && device.name === name,
      );
      const served = plan.workers.find((one) => one.name === worker)?.cpus ?? [];
      const vcpu = line.cpus.slice(0, 1).flatMap((cpu) => guest.vcpus[cpu].pcpus);
      groups.join([...(irq?.cpus.slice(0, 1) ?? []), ...served, ...vcpu]);
    }
  }
  for (const { guest: name, cpus, device } of plan.workloads) {
    if (device === undefined) continue;
    const guest = plan.guests.find((one) => one.name === name);
    const lines = guest ? guest.devices.map(({ line }) => line) : [];
    const irqs = [...(guest?.kernel ?? plan.host).irqs, ...lines];
    const on = irqs.find((irq) => irq.name === device)?.cpus.slice(0, 1) ?? [];
    const both = [...on, ...cpus];
    groups.join(guest ? both.flatMap((cpu) => [...guest.vcpus[cpu].pcpus]) : both);
  }
}

/** Threads whose programs wake each other, change each other's policy or share a mutex. */
function couplePrograms(
  threads: readonly ThreadPlan[],
  couple: (cpus: readonly number[]) => void,
): void {
  const byName = new Map(threads.map((thread) => [thread.name, thread]));
  const users = new Map<string, number[]>();
  for (const { cpus, program } of threads) {
    for (const step of program ?? []) {
      const named = step.kind === 'wake' ? step.thread : step.kind === 'policy' ? step.of : '';
      couple([...cpus, ...(byName.get(named ?? '')?.cpus ?? [])]);
      if (step.kind !== 'lock') continue;
      users.set(step.lock, [...(users.get(step.lock) ?? []), ...cpus]);
    }
  }
  for (const cpus of users.values()) couple(cpus);
}

/** Threads that use one lock can wait for each other. */
function coupleLocks(plan: NormalizedPlan, groups: Groups): void {
  const users = new Map<string, number[]>();
  const use = (
    owner: string,
    sections: ReadonlyArray<Pick<Section, 'lock'>>,
    pcpus: readonly number[],
  ): void => {
    for (const { lock } of sections) {
      if (lock === undefined) continue;
      const key = `${owner}/${lock}`;
      users.set(key, [...(users.get(key) ?? []), ...pcpus]);
    }
  };
  for (const thread of plan.host.threads) use('host', thread.sections, thread.cpus);
  for (const worker of plan.workers) {
    use('host', worker.sections, worker.cpus);
    use('host', worker.serves, worker.cpus);
  }
  for (const guest of plan.guests) {
    const pcpus = (cpus: readonly number[]): number[] =>
      cpus.flatMap((cpu) => [...guest.vcpus[cpu].pcpus]);
    for (const thread of guest.kernel.threads) use(guest.name, thread.sections, pcpus(thread.cpus));
  }
  for (const workload of plan.workloads) {
    const guest = plan.guests.find(({ name }) => name === workload.guest);
    const pcpus = guest
      ? workload.cpus.flatMap((cpu) => [...guest.vcpus[cpu].pcpus])
      : workload.cpus;
    use(workload.guest ?? 'host', workload.sections, pcpus);
  }
  for (const pcpus of users.values()) groups.join(pcpus);
}
