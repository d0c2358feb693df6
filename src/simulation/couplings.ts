/** What couples pCPUs beyond scheduling: devices of guests, locks, and functions called elsewhere. */
import {
  bigLock,
  type GuestPlan,
  leavesForQemu,
  mmuLock,
  type NormalizedPlan,
  type Section,
  type ThreadPlan,
} from '../plan/normalized.js';
import { namedBy } from '../plan/threadProgram.js';
import type { Groups } from './groups.js';

/**
 * A device couples the pCPU of its host interrupt, those of the thread that serves it and those of the
 * vCPU that it interrupts; a thread that waits for an interrupt is woken from where that goes.
 */
export function coupleDevices(plan: NormalizedPlan, groups: Groups): void {
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

/** Threads whose programs wake each other, change each other's policy or CPUs, or share a mutex. */
export function couplePrograms(
  threads: readonly ThreadPlan[],
  couple: (cpus: readonly number[]) => void,
): void {
  const byName = new Map(threads.map((thread) => [thread.name, thread]));
  const users = new Map<string, number[]>();
  for (const { cpus, program } of threads) {
    for (const step of program ?? []) {
      const moves = step.kind === 'cpus' ? step.cpus : [];
      couple([...cpus, ...(byName.get(namedBy(step) ?? '')?.cpus ?? []), ...moves]);
      if (step.kind !== 'lock') continue;
      users.set(step.lock, [...(users.get(step.lock) ?? []), ...cpus]);
    }
  }
  for (const cpus of users.values()) couple(cpus);
}

/** Threads that use one lock can wait for each other. */
export function coupleLocks(plan: NormalizedPlan, groups: Groups): void {
  const users = new Map<string, number[]>();
  const use = (
    owner: string,
    sections: ReadonlyArray<Pick<Section, 'lock'>>,
    pcpus: readonly number[],
  ): void => {
    for (const { lock } of sections) if (lock !== undefined) add(`${owner}/${lock}`, pcpus);
  };
  const add = (key: string, pcpus: readonly number[]): void => {
    users.set(key, [...(users.get(key) ?? []), ...pcpus]);
  };
  /** A vCPU that leaves for QEMU takes the big lock; a call waits for its targets. */
  const leave = (
    guest: GuestPlan | undefined,
    sections: ReadonlyArray<{ readonly kind: string; readonly cpus?: readonly number[] }>,
    cpus: readonly number[],
  ): void => {
    const pcpusOf = (own: readonly number[]): readonly number[] =>
      guest ? own.flatMap((cpu) => [...guest.vcpus[cpu].pcpus]) : own;
    for (const { kind, cpus: targets } of sections) {
      if (targets) groups.join(pcpusOf([...cpus, ...targets]));
      if (guest && leavesForQemu(kind)) add(`host/${bigLock(guest.name)}`, pcpusOf(cpus));
    }
  };
  for (const thread of plan.host.threads) {
    use('host', thread.sections, thread.cpus);
    leave(undefined, thread.sections, thread.cpus);
  }
  for (const { name, faults, vcpus } of plan.guests) {
    if (faults)
      use(
        'host',
        [{ lock: mmuLock(name) }],
        vcpus.flatMap(({ pcpus }) => [...pcpus]),
      );
  }
  for (const worker of plan.workers) {
    use('host', worker.sections, worker.cpus);
    leave(undefined, worker.sections, worker.cpus);
    use('host', worker.serves, worker.cpus);
  }
  for (const guest of plan.guests) {
    const pcpus = (cpus: readonly number[]): number[] =>
      cpus.flatMap((cpu) => [...guest.vcpus[cpu].pcpus]);
    for (const thread of guest.kernel.threads) {
      use(guest.name, thread.sections, pcpus(thread.cpus));
      leave(guest, [...thread.sections, ...(thread.program ?? [])], thread.cpus);
    }
  }
  for (const workload of plan.workloads) {
    const guest = plan.guests.find(({ name }) => name === workload.guest);
    const pcpus = guest
      ? workload.cpus.flatMap((cpu) => [...guest.vcpus[cpu].pcpus])
      : workload.cpus;
    use(workload.guest ?? 'host', workload.sections, pcpus);
    leave(guest, workload.sections, workload.cpus);
  }
  for (const pcpus of users.values()) groups.join(pcpus);
}
