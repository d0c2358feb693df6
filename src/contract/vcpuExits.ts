/**
 * VM exits and entries: what a guest's doings and the host's interrupts take on the pCPU.
 * Source: arch/x86/kvm/x86.c vcpu_enter_guest, vmx/vmx.c, lapic.c of 6.12, as in src/kvm.
 */

import type { GuestPlan, NormalizedPlan } from '../plan/normalized.js';
import { exactly, type Figure, NO_TIME, sum, times } from './figure.js';
import { idlePollsWithTick } from './idleTick.js';
import { kvmFigure, type Surroundings } from './surroundings.js';

/** Behaviour of the timer of a guest's vCPUs. */
export interface TimerBackend {
  /** VMX preemption timer while the guest runs; else an hrtimer of the host. */
  readonly preemptionTimer: boolean;
  /** The expiry may be posted from another pCPU. */
  readonly posts: boolean;
  readonly apicv: boolean;
  /** The timer may lie on a housekeeping pCPU. */
  readonly migrates: boolean;
}

/** kvm_can_post_timer_interrupt, kvm_can_use_hv_timer. */
export function timerBackend(plan: NormalizedPlan, guest: GuestPlan): TimerBackend {
  const { kvm, platform, host } = plan;
  const apicv = kvm.apicv && platform.cpu.apicv;
  const mayPost = kvm.piInjectTimer === -1 ? host.nohzFull.length > 0 : kvm.piInjectTimer === 1;
  const posts =
    host.flags.postedTimer && mayPost && apicv && (guest.mwaitInGuest || guest.haltInGuest);
  const hardware =
    platform.vendor === 'intel' &&
    platform.cpu.preemptionTimer &&
    kvm.preemptionTimer &&
    host.flags.preemptionTimer;
  return {
    preemptionTimer: hardware && !guest.mwaitInGuest && !posts,
    posts,
    apicv,
    migrates: host.timerMigration && host.nohzFull.length > 0 && !host.flags.lapicTimerPinned,
  };
}

/** Longest that an entry waits for a deadline, beyond which the adaptive advance starts anew. */
const ADVANCE_MAX_NS = 5000;

/** How early a timer may fire at most, which is how long its delivery may wait. */
export function advanceMaxNs(plan: NormalizedPlan): number {
  const { timerAdvance } = plan.kvm;
  return timerAdvance === 'adaptive' ? ADVANCE_MAX_NS : timerAdvance;
}

/** Pieces of the way out of a guest and back. */
export interface ExitFigures {
  /** Guest code to host code. */
  readonly exit: Figure;
  /** The last stretch with interrupts off: context tracking, L1D flush, world switch. */
  readonly enter: Figure;
  /** The run loop up to and with the entry. */
  readonly runLoop: Figure;
  /** What a host interrupt of a running guest costs besides its handler. */
  readonly interrupted: Figure;
  /** One fast and one full timer write. */
  readonly fastWrite: Figure;
  readonly slowWrite: Figure;
}

/** `pcpu` decides whether crossings are tracked (nohz_full). */
export function exitFigures(around: Surroundings, pcpu: number): ExitFigures {
  const { plan, figures } = around;
  const kvm = (name: Parameters<typeof kvmFigure>[1]): Figure => kvmFigure(around, name);
  const host = plan.platform.host;
  const tracking = plan.host.nohzFull.includes(pcpu)
    ? figures.of(host.contextTracking, 'host.contextTracking')
    : NO_TIME;
  const mitigation = plan.kvm.exitMitigations ? kvm('exitMitigation') : NO_TIME;
  const exit = sum(kvm('exit'), mitigation, tracking);
  const flush = plan.kvm.l1dFlush ? kvm('l1dFlush') : NO_TIME;
  const enter = sum(tracking, flush, kvm('entry'));
  const runLoop = sum(kvm('entryPrepare'), enter);
  const arm = sum(
    figures.of(host.hrtimerArm, 'host.hrtimerArm'),
    figures.of(host.clockeventProgram, 'host.clockeventProgram'),
  );
  return {
    exit,
    enter,
    runLoop,
    interrupted: sum(exit, kvm('handleExit'), runLoop),
    fastWrite: sum(exit, kvm('fastpathMsr'), enter),
    slowWrite: sum(exit, kvm('handleExit'), arm, runLoop),
  };
}

/** Any pCPU on which a vCPU may run makes its exits dearer. */
export function worstPcpu(plan: NormalizedPlan, guest: GuestPlan, vcpu: number): number {
  const { pcpus } = guest.vcpus[vcpu];
  return pcpus.find((pcpu) => plan.host.nohzFull.includes(pcpu)) ?? pcpus[0];
}

/**
 * The VM exits of one write of a guest's timer device. Stopping the device and starting it again
 * write LVTT too, which has no fast path, and stopping reads it, which exits without APICv. A tick that
 * never stops spares that, and the poll for machine checks: there is always a timer to wait for.
 */
export function guestTimerWrite(around: Surroundings, guest: GuestPlan, vcpu: number): Figure {
  const { plan } = around;
  const exits = exitFigures(around, worstPcpu(plan, guest, vcpu));
  const backend = timerBackend(plan, guest);
  const fast = plan.host.flags.timerFastpath && backend.preemptionTimer;
  const inject = backend.apicv && fast ? NO_TIME : kvmFigure(around, 'inject');
  const last = sum(fast ? exits.fastWrite : exits.slowWrite, inject);
  const first = sum(exits.exit, kvmFigure(around, 'handleExit'), exits.runLoop);
  const alwaysArmed =
    !guest.kernel.nohz ||
    guest.kernel.machineCheckPoll ||
    (idlePollsWithTick(guest.kernel) && !guest.kernel.nohzFull.includes(vcpu));
  return sum(last, times(alwaysArmed ? 0 : backend.apicv ? 1 : 2, first));
}

/** The VM exit of a guest's ICR write, with waking the target's thread. */
export function guestIpiWrite(around: Surroundings, guest: GuestPlan, vcpu: number): Figure {
  const { plan, figures } = around;
  const exits = exitFigures(around, worstPcpu(plan, guest, vcpu));
  const host = plan.platform.host;
  const exit = plan.host.flags.timerFastpath ? exits.fastWrite : exits.interrupted;
  return sum(exit, figures.of(host.wakeup, 'host.wakeup'));
}

/** Exits of a guest without APICv around each interrupt: the irq window before it, the EOI after it. */
export function guestInterruptExits(around: Surroundings, guest: GuestPlan, vcpu: number): Figure {
  const { plan } = around;
  if (timerBackend(plan, guest).apicv) return NO_TIME;
  const exits = exitFigures(around, worstPcpu(plan, guest, vcpu));
  return sum(times(2, exits.interrupted), kvmFigure(around, 'inject'));
}

/**
 * What a callback of a guest's LAPIC timer takes at most on the pCPU where it fires, besides the
 * interrupt that runs it. Only a posted expiry waits there for its deadline.
 */
export function lapicCallback(
  around: Surroundings,
  guest: GuestPlan,
  costs: { readonly wakeup: Figure; readonly reschedIpi: Figure },
): Figure {
  const { plan, figures } = around;
  const waitNs = timerBackend(plan, guest).posts ? advanceMaxNs(plan) : 0;
  return sum(
    figures.term('advance wait', exactly(waitNs)),
    kvmFigure(around, 'inject'),
    kvmFigure(around, 'vcpuKick'),
    costs.wakeup,
    costs.reschedIpi,
  );
}
