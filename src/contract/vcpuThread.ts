/**
 * The host thread of a vCPU, as other threads of its pCPU see it: it runs for as long as its guest
 * likes, lets the scheduler in after each exit, and has interrupts off around the world switch.
 * Source: arch/x86/kvm/x86.c vcpu_run, vcpu_enter_guest.
 */
import type { GuestPlan } from '../plan/normalized.js';
import { atMost } from './arrivals.js';
import type { Contract, ThreadContract } from './contract.js';
import { cstateExit } from './cstate.js';
import { exactly, type Figure, longest, NO_TIME, sum, times } from './figure.js';
import { type Instance, isPreemptible, type LinuxFigures, timerInterrupt } from './instance.js';
import { kvmFigure, type Surroundings } from './surroundings.js';
import { advanceMaxNs, exitFigures, lapicCallback } from './vcpuExits.js';

export function vcpuThreadName(guest: GuestPlan, id: number): string {
  return `vCPU ${guest.name}/${id}`;
}

/** Longest way from guest code, or from the middle of a re-entry, to a point of preemption. */
export function vcpuStretch(
  around: Surroundings,
  guest: GuestPlan,
  pcpu: number,
  costs: LinuxFigures,
): Figure {
  const kvm = (name: Parameters<typeof kvmFigure>[1]): Figure => kvmFigure(around, name);
  const { exit, enter } = exitFigures(around, pcpu);
  const fast = longest(
    kvm('fastpathMsr'),
    kvm('fastpathPreemptionTimer'),
    sum(kvm('fastpathMsr'), costs.wakeup),
  );
  const wait = around.figures.term('advance wait', exactly(advanceMaxNs(around.plan)));
  const reentry = sum(exit, fast, wait, kvm('entryPrepare'), enter, exit);
  const sleeps = guest.haltInGuest || guest.mwaitInGuest;
  const instance: Instance = { name: guest.name, kernel: guest.kernel, guest };
  const asleep = sum(sleeps ? cstateExit(around, instance, 0) : NO_TIME, exit);
  return longest(reentry, asleep, sum(costs.contextSwitch, costs.deviceWrite));
}

export function vcpuThreadContract(
  around: Surroundings,
  guest: GuestPlan,
  id: number,
  pcpu: number,
  costs: LinuxFigures,
): ThreadContract {
  const { scheduling, pcpus } = guest.vcpus[id];
  const kvm = (name: Parameters<typeof kvmFigure>[1]): Figure => kvmFigure(around, name);
  const masked = vcpuStretch(around, guest, pcpu, costs);
  const arm = sum(costs.hrtimerArm, costs.deviceWrite);
  const unpreemptible = sum(
    masked,
    kvm('handleExit'),
    times(2, arm),
    kvm('pollIteration'),
    guest.pauseExits ? kvm('pauseExit') : NO_TIME,
    kvm('vcpuLoad'),
    kvm('inject'),
    costs.contextSwitch,
    costs.deviceWrite,
  );
  const host: Instance = { name: 'host', kernel: around.plan.host };
  return {
    mechanism: 'vCPU thread',
    subject: vcpuThreadName(guest, id),
    level: 'thread',
    arrivals: atMost(1),
    largest: NO_TIME,
    blocking: isPreemptible(host) ? masked : unpreemptible,
    masked,
    triggers: ['hrtimer of its LAPIC timer', 'reschedule IPI'],
    policy: scheduling.policy,
    priority: scheduling.priority,
    cpus: pcpus,
    endless: true,
    locks: [],
  };
}

/** Interrupts on a pCPU for a vCPU that does not get it: its timer fires, it is kicked or woken. */
export function vcpuInterrupts(
  around: Surroundings,
  guest: GuestPlan,
  thread: ThreadContract,
  costs: LinuxFigures,
): Contract[] {
  const callback = lapicCallback(around, guest, costs);
  const common = {
    level: 'hardirq',
    arrivals: atMost(1),
    blocking: NO_TIME,
    masked: NO_TIME,
    triggers: [thread.subject],
    armedBy: thread.subject,
  } as const;
  return [
    {
      ...common,
      mechanism: 'LAPIC timer',
      subject: `timer of ${thread.subject}`,
      largest: sum(timerInterrupt(costs, callback), costs.deviceWrite),
    },
    {
      ...common,
      mechanism: 'reschedule IPI',
      subject: `wake-up of ${thread.subject}`,
      largest: sum(costs.irqEntry, costs.deviceWrite),
    },
  ];
}
