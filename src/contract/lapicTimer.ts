/**
 * The timer of a vCPU: what an expiry takes on its pCPU until the guest takes the interrupt, with
 * the guest running or halted. Source: arch/x86/kvm/lapic.c apic_timer_fn, apic_timer_expired;
 * vmx/vmx.c handle_fastpath_preemption_timer; virt/kvm/kvm_main.c kvm_vcpu_halt.
 */
import type { GuestPlan } from '../plan/normalized.js';
import { exactly, type Figure, longest, NO_TIME, sum, times } from './figure.js';
import { exitWrites, hostOf, linuxFigures, timerInterrupt } from './instance.js';
import { pauseExit } from './pauseExit.js';
import { surroundingsAnywhere } from './slowdown.js';
import { kvmFigure, type Surroundings } from './surroundings.js';
import { advanceMaxNs, exitFigures, timerBackend } from './vcpuExits.js';

/** Figures of one vCPU on one pCPU. */
export interface VcpuFigures {
  /** An expiry while the guest runs: up to the entry that delivers it. */
  readonly fires: Figure;
  /** An expiry while the guest is halted: interrupt, wake-up, switch, entry. */
  readonly wakes: Figure;
  /** The same where the timer fired on another pCPU: only its IPI comes here. */
  readonly kicked: Figure;
  readonly wokenFromElsewhere: Figure;
  /** What the callback does on the other pCPU, and the flight of what it sends. */
  readonly callbackElsewhere: Figure;
  readonly flight: Figure;
  /** The guest's own way into the halt, which an expiry may meet. */
  readonly halts: Figure;
  /** The exit of an idle loop of PAUSE, which an expiry or an interrupt may meet. */
  readonly pauses: Figure;
  /** How long the delivery of a timer that is not yet due may wait for its deadline. */
  readonly waits: Figure;
  /** An interrupt that comes too early for its hrtimer is taken, and the device written, twice. */
  readonly early: boolean;
  /**
   * What a device interrupt for the guest takes, the guest running. A notification needs no exit; one that
   * the IOMMU sends to a vCPU in root mode is an interrupt of the host.
   */
  readonly delivers: Figure;
  /** What a host interrupt takes besides its handler. */
  readonly interrupted: Figure;
  /** What being displaced by another host thread takes besides that thread and its switches. */
  readonly displaced: Figure;
}

/** True if the guest leaves its pCPU when it idles. */
export function haltsWithExit(guest: GuestPlan): boolean {
  return guest.kernel.idle.kind !== 'poll' && !guest.haltInGuest && !guest.mwaitInGuest;
}

export function vcpuFigures(around: Surroundings, guest: GuestPlan, pcpu: number): VcpuFigures {
  const { plan, figures } = around;
  const host = hostOf(plan);
  const costs = linuxFigures(around, host, pcpu);
  const kvm = (name: Parameters<typeof kvmFigure>[1]): Figure => kvmFigure(around, name);
  const backend = timerBackend(plan, guest);
  const { exit, enter, runLoop, interrupted } = exitFigures(around, pcpu);
  const inject = kvm('inject');
  const callback = sum(kvm('vcpuKick'), inject, costs.wakeup);
  const hrtimer = sum(timerInterrupt(costs, callback), exitWrites(host, pcpu, costs));
  const viaSoftware = sum(interrupted, hrtimer, inject);
  const slow = sum(exit, kvm('handleExit'), inject, runLoop);
  const fast = sum(
    exit,
    kvm('fastpathPreemptionTimer'),
    backend.apicv ? enter : sum(inject, runLoop),
  );
  const viaHardware = plan.host.flags.timerFastpath ? fast : slow;
  const arm = sum(costs.hrtimerArm, costs.deviceWrite);
  const backToHardware = backend.preemptionTimer ? arm : NO_TIME;
  const switchIn = sum(costs.contextSwitch, times(2, costs.deviceWrite), kvm('vcpuLoad'));
  return {
    fires: figures.term('timer expiry', backend.preemptionTimer ? viaHardware : viaSoftware),
    wakes: figures.term(
      'wake-up of the vCPU',
      sum(hrtimer, longest(switchIn, kvm('pollIteration')), backToHardware, inject, runLoop),
    ),
    kicked: figures.term('timer expiry', sum(interrupted, costs.irqEntry, inject)),
    wokenFromElsewhere: figures.term(
      'wake-up of the vCPU',
      sum(
        costs.irqEntry,
        exitWrites(host, pcpu, costs),
        longest(switchIn, kvm('pollIteration')),
        backToHardware,
        inject,
        runLoop,
      ),
    ),
    callbackElsewhere: callbackAnywhere(around, pcpu),
    flight: longest(figures.of(plan.platform.host.ipiFlight, 'host.ipiFlight'), kvm('postedIpi')),
    halts: sum(exit, kvm('handleExit'), arm, costs.contextSwitch, costs.deviceWrite),
    pauses: figures.term('PAUSE-loop exit', pauseExit(around, guest, pcpu)),
    waits: figures.term('advance wait', exactly(advanceMaxNs(plan))),
    early: firesEarly(around, exit.ns === 0),
    delivers: backend.apicv
      ? sum(costs.irqEntry, exitWrites(host, pcpu, costs), inject)
      : sum(costs.irqEntry, interrupted, inject, costs.wakeup),
    interrupted: figures.term('exit for a host interrupt', sum(interrupted, inject)),
    displaced: figures.term('vCPU load', sum(kvm('vcpuLoad'), costs.deviceWrite)),
  };
}

/** The callback on any pCPU, with the IPI that it sends. */
function callbackAnywhere(around: Surroundings, pcpu: number): Figure {
  const anywhere = surroundingsAnywhere(around);
  const { wakeup, reschedIpi } = linuxFigures(anywhere, hostOf(around.plan), pcpu);
  return sum(kvmFigure(anywhere, 'vcpuKick'), kvmFigure(anywhere, 'inject'), wakeup, reschedIpi);
}

/**
 * The adaptive advance shrinks before the wait that it limits, so an interrupt may be delivered up to
 * an eighth of it before its deadline. The guest's way to its hrtimers takes longer on most machines.
 */
function firesEarly({ plan, figures }: Surroundings, free: boolean): boolean {
  if (plan.kvm.timerAdvance !== 'adaptive' || !figures.keeps('early delivery')) return false;
  const { kvm, guest } = plan.platform;
  const delayNs = kvm.exit.minNs + kvm.fastpathPreemptionTimer.minNs;
  const earlyNs = Math.ceil((advanceMaxNs(plan) - delayNs) / 8) - delayNs;
  const wayNs = kvm.entry.minNs + guest.irqEntry.minNs + guest.hrtimerInterrupt.minNs;
  return free || earlyNs >= wayNs;
}
