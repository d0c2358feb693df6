/**
 * What guests and threads do that leaves the analysed paths: sections that exit, wait for other CPUs or
 * take a mutex without inheritance. No contract limits them yet.
 */
import type { Section, SectionKind } from '../plan/normalized.js';
import { type Instance, workloadsOn } from './instance.js';
import type { Surroundings } from './surroundings.js';

const WHY: Readonly<Partial<Record<SectionKind, string>>> = {
  mutex: 'a mutex without priority inheritance is not analysed',
  call: 'function calls that wait for other CPUs are not analysed',
  tlbFlush: 'TLB flushes that wait for other CPUs are not analysed',
  exit: 'exits that KVM emulates are not analysed',
  ioeventfd: 'kicks of devices are not analysed',
  userExit: 'exits to QEMU are not analysed',
  print: 'console output of a guest is not analysed',
};

interface Owner {
  readonly sections: readonly Section[];
}

function reasonsOf(owners: readonly Owner[]): string[] {
  return owners.flatMap(({ sections }) => sections.flatMap(({ kind }) => WHY[kind] ?? []));
}

/**
 * Reasons on one CPU: those of its own Linux, wherever in it they are (its CPUs wait for each other),
 * and on a pCPU those of the guests that run there.
 */
export function exitGaps(around: Surroundings, instance: Instance, cpu: number): string[] {
  const { plan } = around;
  const own = [...instance.kernel.threads, ...workloadsOn(plan, instance)];
  const guests = plan.guests.filter(
    ({ name, vcpus }) =>
      instance.guest?.name === name ||
      (!instance.guest && vcpus.some(({ pcpus }) => pcpus.includes(cpu))),
  );
  const inside = guests.flatMap(({ name, kernel }) => [
    ...kernel.threads,
    ...plan.workloads.filter(({ guest }) => guest === name),
  ]);
  // A call of the host interrupts the pCPUs of guests too.
  const host = [...plan.host.threads, ...plan.workloads.filter(({ guest }) => !guest)];
  const calls = host.map(({ sections }) => ({
    sections: sections.filter(({ kind }) => kind === 'call' || kind === 'tlbFlush'),
  }));
  const gaps = new Set(reasonsOf([...own, ...inside, ...calls, ...plan.workers]));
  for (const guest of guests) {
    if (guest.faults) gaps.add('EPT violations are not analysed');
    if (guest.clockSync || guest.masterclock) gaps.add('kvmclock updates are not analysed');
  }
  return [...gaps];
}
