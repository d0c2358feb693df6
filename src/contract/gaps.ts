/**
 * What is at work on a CPU and has no contract yet, or none that limits it: where something stands
 * here, no latency on that CPU has a bound.
 */
import type { Section } from '../plan/normalized.js';
import { exitGaps } from './exitGaps.js';
import { type Instance, isRt, workloadsOn } from './instance.js';
import { servedOn } from './irqHome.js';
import { lockGap, lockUsers } from './locks.js';
import { receiveGaps } from './receive.js';
import type { Surroundings } from './surroundings.js';

/** Reasons why a latency on this CPU has no bound. */
export function gapsOf(around: Surroundings, instance: Instance, cpu: number): string[] {
  const { kernel } = instance;
  const gaps: string[] = [];
  const here = kernel.irqs.filter(
    (irq) => irq.softirq !== undefined && servedOn(around, instance, irq, cpu),
  );
  const left = here.filter(({ thread }) => thread === undefined);
  if (here.length > 0 && !isRt(instance) && kernel.forcedThreads) {
    gaps.push('softirqs of forced threads pile up while their thread waits its turn');
  } else if (left.length > 0 && isRt(instance) && usesBottomHalves(around, instance, cpu)) {
    gaps.push('whoever enables bottom halves serves the softirqs of devices that piled up');
  }
  const wandering = [
    ...kernel.threads,
    ...(instance.guest
      ? []
      : around.plan.guests.flatMap((guest) =>
          guest.vcpus.map(({ scheduling, pcpus }) => ({ scheduling, cpus: pcpus })),
        )),
  ].some(({ scheduling, cpus }) => cpus.length > 1 && scheduling.policy !== 'other');
  gaps.push(...spinGaps(around, instance, cpu), ...deviceGaps(around, instance, cpu));
  gaps.push(...uncovered(around));
  if (kernel.threads.some(({ program }) => program !== undefined))
    gaps.push('threads that follow a program are not analysed');
  if (wandering)
    gaps.push('realtime and deadline threads that are not pinned are pushed and pulled');
  if (around.plan.kvm.ipiVirtualization && around.plan.guests.length > 0)
    gaps.push('IPIs that guests send without an exit are not analysed');
  gaps.push(...noiseGaps(around), ...receiveGaps(around, instance, cpu));
  gaps.push(...exitGaps(around, instance, cpu));
  return gaps;
}

/** What stops the whole machine takes as long as its slowest CPU. */
function noiseGaps({ plan }: Surroundings): string[] {
  return plan.noise
    .filter(({ delivery }) => delivery === 'stop')
    .map(({ cause }) => `${cause} has no contract yet`);
}

/** Spinning for a holder on another CPU that may be held up itself. */
function spinGaps(around: Surroundings, instance: Instance, cpu: number): string[] {
  const users = lockUsers(around, instance);
  return [...users].flatMap(([lock, list]) => {
    const spins = list.some(({ kind }) => kind === 'raw' || (kind === 'spin' && !isRt(instance)));
    const here = list.some(({ cpus }) => cpus.includes(cpu));
    return spins && here ? (lockGap(users, lock, instance) ?? []) : [];
  });
}

/**
 * Kinds of sections that reach out of their thread: to other CPUs, to KVM or to QEMU; and locks whose
 * holders nobody lends a priority to.
 */
const OUTWARD: ReadonlySet<Section['kind']> = new Set([
  'call',
  'tlbFlush',
  'exit',
  'ioeventfd',
  'userExit',
  'print',
  'read',
  'write',
  'rcu',
]);

/** Mechanisms without a contract, wherever they may reach this CPU. */
function uncovered({ plan }: Surroundings): string[] {
  const found: string[] = [];
  const outward = [plan.host, ...plan.guests.map((one) => one.kernel)].flatMap((one) =>
    one.threads.flatMap(({ sections }) => sections.map(({ kind }) => kind)),
  );
  const measured = plan.workloads.flatMap(({ sections }) => sections.map(({ kind }) => kind));
  for (const kind of new Set([...outward, ...measured])) {
    if (OUTWARD.has(kind)) found.push(`sections of kind ${kind} are not analysed`);
  }
  return found;
}

/** Devices of guests, their workers and their lines: the paths of their interrupts. */
function deviceGaps({ plan }: Surroundings, instance: Instance, cpu: number): string[] {
  const inside = instance.guest?.devices.some(({ line }) => line.cpus.includes(cpu)) ?? false;
  const outside =
    instance.guest === undefined &&
    (plan.host.irqs.some(({ cpus, device }) => cpus[0] === cpu && device) ||
      plan.workers.some(({ cpus }) => cpus.includes(cpu)) ||
      plan.guests.some(
        ({ devices, vcpus }) =>
          devices.length > 0 && vcpus.some(({ pcpus }) => pcpus.includes(cpu)),
      ));
  return inside || outside ? ['interrupts of guest devices are not analysed'] : [];
}

function usesBottomHalves(around: Surroundings, instance: Instance, cpu: number): boolean {
  const users = [...instance.kernel.threads, ...workloadsOn(around.plan, instance)];
  const sections = users.some(
    (user) => user.cpus.includes(cpu) && user.sections.some(({ kind }) => kind === 'bh'),
  );
  const handlers = instance.kernel.irqs.some(
    (irq) => irq.thread && servedOn(around, instance, irq, cpu),
  );
  const lines = instance.guest
    ? around.plan.switches.some(({ interfaces }) =>
        interfaces.some(({ guest, vcpu }) => guest === instance.name && vcpu === cpu),
      )
    : false;
  return sections || handlers || lines;
}
