/**
 * LAPIC timers of vCPUs that fire on a housekeeping pCPU: their hrtimers follow kernel.timer_migration
 * away from a nohz_full pCPU. Source: kernel/time/hrtimer.c get_target_base; lapic.c start_sw_tscdeadline.
 * A guest's timer expires no more often than what it has timers for.
 */
import type { GuestPlan } from '../plan/normalized.js';
import { type Arrivals, sporadic } from './arrivals.js';
import type { Contract } from './contract.js';
import { NO_TIME, sum } from './figure.js';
import {
  exitWrites,
  hostOf,
  type Instance,
  type LinuxFigures,
  placedThreads,
  timedWorkloads,
  timerInterrupt,
} from './instance.js';
import { haltsWithExit } from './lapicTimer.js';
import { timerPlaces } from './sleepTimer.js';
import type { Surroundings } from './surroundings.js';
import { tickNs } from './tick.js';
import { lapicCallback, timerBackend } from './vcpuExits.js';
import { vcpuThreadName } from './vcpuThread.js';

/** True if the timer of this guest's vCPUs may be an hrtimer of the host. */
export function usesHrtimer({ plan }: Surroundings, guest: GuestPlan): boolean {
  return !timerBackend(plan, guest).preemptionTimer || haltsWithExit(guest);
}

/** How often the timers of one vCPU expire: one stream for each thing that arms them. */
export function guestTimerArrivals(
  around: Surroundings,
  guest: GuestPlan,
  vcpu: number,
): Arrivals[] {
  const instance: Instance = { name: guest.name, kernel: guest.kernel, guest };
  const reaches = (cpus: readonly number[]): boolean =>
    cpus.some((home) => timerPlaces(instance, home).includes(vcpu));
  const twice = (distanceNs: number): Arrivals => ({ ...sporadic(distanceNs), burst: 2 });
  return [
    twice(tickNs(instance)),
    ...(mayServe(around, instance, vcpu) ? [twice(SERVER_RESOLUTION_NS)] : []),
    ...guest.kernel.threads.flatMap(({ cpus, arrival }) =>
      arrival && reaches(cpus) ? twice(arrival.every.minNs) : [],
    ),
    ...timedWorkloads(around.plan, instance).flatMap(({ cpus, intervalNs }) =>
      intervalNs > 0 && reaches(cpus) ? twice(intervalNs) : [],
    ),
  ];
}

/** The timer of the fair server is moved by no less than this. */
const SERVER_RESOLUTION_NS = 1_000_000;

/** True if the fair server of a vCPU may ever start: somebody fair may run there. */
function mayServe(around: Surroundings, instance: Instance, vcpu: number): boolean {
  const { kernel } = instance;
  if (!kernel.flags.fairServer || kernel.fairServerOff.includes(vcpu)) return false;
  const fair = placedThreads(around, instance).some(
    ({ scheduling, cpus }) => scheduling.policy === 'other' && cpus.includes(vcpu),
  );
  return fair || kernel.irqs.some(({ cpus, softirq }) => cpus[0] === vcpu && softirq);
}

/** Interrupts on a housekeeping pCPU for vCPUs of nohz_full pCPUs. */
export function lapicsFromElsewhere(
  around: Surroundings,
  pcpu: number,
  costs: LinuxFigures,
): Contract[] {
  const { plan } = around;
  const host = hostOf(plan);
  if (plan.host.nohzFull.includes(pcpu) || plan.host.flags.lapicTimerPinned) return [];
  return plan.guests.flatMap((guest) =>
    guest.vcpus.flatMap(({ id, pcpus }) => {
      const comes = pcpus.some((home) => home !== pcpu && timerPlaces(host, home).includes(pcpu));
      if (!comes || !usesHrtimer(around, guest)) return [];
      const largest = sum(
        timerInterrupt(costs, lapicCallback(around, guest, costs)),
        exitWrites(host, pcpu, costs),
      );
      return guestTimerArrivals(around, guest, id).map((arrivals) => ({
        mechanism: 'LAPIC timer',
        subject: `timer of ${vcpuThreadName(guest, id)}`,
        level: 'hardirq' as const,
        arrivals,
        largest,
        blocking: NO_TIME,
        masked: NO_TIME,
        triggers: [vcpuThreadName(guest, id)],
      }));
    }),
  );
}
