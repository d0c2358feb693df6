/**
 * Requests that a vCPU's thread serves between exits: a moved timer, a clock that the host has set.
 *
 * [S] arch/x86/kvm/x86.c vcpu_enter_guest (KVM_REQ_MIGRATE_TIMER, KVM_REQ_CLOCK_UPDATE,
 * KVM_REQ_MCLOCK_INPROGRESS), kvmclock_update_fn, kvm_update_masterclock, kvm_guest_time_update;
 * lapic.c __kvm_migrate_apic_timer. A vCPU in its guest is kicked out by an IPI; one that blocks sees
 * the request when it wakes for another reason. Left out: what the workqueue that asks costs; that
 * kvmclock_update_fn (kvm_vcpu_kick) wakes a thread that blocks, which finds nothing and sleeps again.
 */
import type { Action } from '../engine/program.js';
import type { StepSpec } from '../engine/stepTable.js';
import { IRQ_RESCHEDULE } from '../kernel/cpu.js';
import { cancelTimer, needsProgramming } from '../kernel/hrtimer.js';
import { raiseIrq } from '../kernel/interrupt.js';
import { RUN_CLOCK, RUN_LOOP, RUN_MASTERCLOCK, RUN_MIGRATE } from './entry.js';
import { vcpuOf } from './exits.js';
import type { Hypervisor } from './hypervisor.js';
import { armSoftware } from './lapicTimer.js';
import { LAPIC, type ProgramContext, X86 } from './programContext.js';

const SERVICE_MIGRATE = 1;
const SERVICE_CLOCK = 2;
const SERVICE_MASTERCLOCK = 4;

/** The thread goes on on another pCPU: the hrtimer of its guest follows, unless it can be posted. */
export function movedTo(m: Hypervisor, vcpu: number): void {
  const { vcpu: state } = m;
  const armed = m.timers.queue[state.timer[vcpu]] >= 0;
  if (armed && state.canPost[vcpu] === 0) state.service[vcpu] |= SERVICE_MIGRATE;
}

/** All vCPUs of a guest in the part are asked; the part's events call this. */
function request(m: Hypervisor, kernel: number, bit: number): void {
  for (const vcpu of m.traits[kernel].cpus) {
    m.vcpu.service[vcpu] |= bit;
    if (m.cpu.inGuest[vcpu] === 1) raiseIrq(m, m.cpu.lane[vcpu], IRQ_RESCHEDULE);
  }
}

/** kvmclock_update_fn: every vCPU reads and publishes its clock anew. */
export function syncClock(m: Hypervisor, kernel: number): void {
  request(m, kernel, SERVICE_CLOCK);
}

/** kvm_update_masterclock: no vCPU is entered until it is done, then each publishes its clock. */
export function updateMasterclock(m: Hypervisor, kernel: number, untilNs: number): void {
  for (const vcpu of m.traits[kernel].cpus) m.vcpu.masterclockNs[vcpu] = untilNs;
  request(m, kernel, SERVICE_MASTERCLOCK | SERVICE_CLOCK);
}

/** First request in the order of vcpu_enter_guest; the guest waits for the master clock first. */
export function serviceStep(m: Hypervisor, vcpu: number, frame: number, run: number): number {
  const { service, masterclockNs } = m.vcpu;
  if ((service[vcpu] & SERVICE_MASTERCLOCK) !== 0) {
    service[vcpu] &= ~SERVICE_MASTERCLOCK;
    m.frameDynamicNs[frame] = Math.max(0, masterclockNs[vcpu] - m.nowNs);
    return run + RUN_MASTERCLOCK;
  }
  if ((service[vcpu] & SERVICE_MIGRATE) !== 0) {
    service[vcpu] &= ~SERVICE_MIGRATE;
    return run + RUN_MIGRATE;
  }
  service[vcpu] &= ~SERVICE_CLOCK;
  return run + RUN_CLOCK;
}

const migrated: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = vcpuOf(m, frame);
  if (cancelTimer(m, m.vcpu.timer[vcpu])) armSoftware(m, vcpu, m.frameCpu[frame]);
  return needsProgramming(m, m.frameCpu[frame]) ? pc + 1 : pc - RUN_MIGRATE + RUN_LOOP;
};

const migratedDevice: Action<Hypervisor> = (m, frame, pc, lane) => {
  m.programTimer(m.frameCpu[frame], frame, pc, lane);
  return pc - RUN_MIGRATE - 1 + RUN_LOOP;
};

const mayEnter: Action<Hypervisor> = (_m, _frame, pc) => pc - RUN_MASTERCLOCK + RUN_LOOP;
const published: Action<Hypervisor> = (_m, _frame, pc) => pc - RUN_CLOCK + RUN_LOOP;

/** The steps at the end of the run program. */
export function serviceSteps(c: ProgramContext): Array<StepSpec<Hypervisor>> {
  const { step, costs, kernel } = c;
  const migrate = `${LAPIC}:__kvm_migrate_apic_timer`;
  const program = 'kernel/time/hrtimer.c:hrtimer_reprogram';
  const update = `${X86}:kvm_update_masterclock`;
  const publish = `${X86}:kvm_guest_time_update`;
  const moved = 'timer of a moved vCPU';
  return [
    step('C_HRTIMER_ARM', migrate, costs.hrtimerArm, moved, kernel, migrated),
    step('C_CLKEVT_PROG', program, costs.clockeventProgram, moved, 0, migratedDevice),
    step('masterclock wait', update, 'dynamic', 'masterclock update', kernel, mayEnter),
    step('C_CLOCK_UPDATE', publish, costs.clockUpdate, 'kvmclock update', 0, published),
  ];
}
