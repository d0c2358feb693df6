/**
 * Posted interrupts: a passthrough device's interrupt (VT-d), or a guest's own IPI (IPI virtualization),
 * reaches its vCPU without host code.
 *
 * [S] arch/x86/kvm/vmx/posted_intr.c vmx_vcpu_pi_put, vmx_vcpu_pi_load, pi_wakeup_handler; the IOMMU
 * sets the PIR and sends the notification vector unless ON or SN is set. In guest mode the processor
 * takes it; a preempted vCPU (SN) sees it at its next entry; a vCPU that runs in root mode costs a
 * host interrupt without effect; a blocked one is woken by the wake-up vector on the pCPU where it
 * blocked. Left out: the time from the device to the IOMMU.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec, StepTableBuilder } from '../engine/stepTable.js';
import {
  CPU_PROGRAMS,
  IRQ_DEVICE,
  IRQ_POSTED,
  IRQ_POSTED_WAKEUP,
  PROGRAM_POSTED_IRQ,
  PROGRAM_POSTED_WAKEUP_IRQ,
} from '../kernel/cpu.js';
import { latchPosted } from '../kernel/device.js';
import { raiseIrq } from '../kernel/interrupt.js';
import { irqExitProgram } from '../kernel/irqExit.js';
import type { Hypervisor } from './hypervisor.js';
import { requestInterrupt } from './request.js';

/** The hardware posts the interrupt of a guest's line. */
export function devicePosts(m: Hypervisor, line: number): void {
  if (!latchPosted(m.devices, line)) return;
  hardwarePosts(m, m.devices.cpu[line], IRQ_DEVICE);
}

/** An interrupt gets into the PIR of a vCPU without KVM: by the IOMMU, or by IPI virtualization. */
function hardwarePosts(m: Hypervisor, vcpu: number, bit: number): void {
  const { vcpu: state } = m;
  const lane = m.cpu.lane[vcpu];
  const outstanding = state.requested[vcpu] !== 0;
  if (m.cpu.inGuest[vcpu] === 1) {
    requestInterrupt(m, vcpu, bit, lane);
    return;
  }
  state.requested[vcpu] |= bit;
  // ON is set already: the notification is on its way.
  if (outstanding) return;
  if (state.blocked[vcpu] === 1) {
    raiseIrq(m, lane, IRQ_POSTED_WAKEUP);
  } else if (m.cpu.current[lane] === m.cpu.hostTask[vcpu] && m.cpu.switchingTo[lane] < 0) {
    raiseIrq(m, lane, IRQ_POSTED);
    if (state.polling[vcpu] === 1) m.wakeBlocked(vcpu, lane);
  } else {
    m.noticedFlag(lane);
  }
}

/**
 * A guest's IPI under IPI virtualization (vmx.c vmx_can_use_ipiv): the processor posts it without an
 * exit, and a blocked target is woken by the wake-up vector. False: it takes the exit. That is how
 * vCPUs that share a pCPU are told here, where the processor would interrupt itself.
 */
export function postIpi(m: Hypervisor, sender: number, target: number, bit: number): boolean {
  const { vcpu: state } = m;
  if (!m.kvm.ipiVirtualization || state.apicv[sender] === 0 || state.apicv[target] === 0)
    return false;
  if (m.cpu.lane[sender] === m.cpu.lane[target]) return false;
  hardwarePosts(m, target, bit);
  return true;
}

/** Steps of the wake-up vector's handler, relative to its first. */
const WALK = 1;
const ITEM = 2;
const WAKE = 3;
const SEND = 4;
const DONE = 5;

/** The next blocked vCPU of this pCPU's list, from `from` on; -1: the list ends. */
function nextBlocked(m: Hypervisor, lane: number, from: number): number {
  for (let vcpu = from; vcpu < m.cpus; vcpu++) {
    if (m.vcpu.blocked[vcpu] === 1 && m.cpu.lane[vcpu] === lane) return vcpu;
  }
  return -1;
}

function toItem(m: Hypervisor, frame: number, from: number, program: number): number {
  const vcpu = nextBlocked(m, m.frameCpu[frame], from);
  m.frameSubject[frame] = vcpu;
  return program + (vcpu < 0 ? DONE : ITEM);
}

const walked: Action<Hypervisor> = (m, frame, pc) => toItem(m, frame, m.lanes, pc - WALK);

const looked: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = m.frameSubject[frame];
  const wakes = m.vcpu.requested[vcpu] !== 0 && m.task.runnable[m.cpu.hostTask[vcpu]] === 0;
  return wakes ? pc - ITEM + WAKE : toItem(m, frame, vcpu + 1, pc - ITEM);
};

const woke: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = m.frameSubject[frame];
  const cpu = m.frameCpu[frame];
  m.cpu.ipiTarget[cpu] = m.wakeBlocked(vcpu, cpu);
  if (m.cpu.ipiTarget[cpu] >= 0) return pc - WAKE + SEND;
  return toItem(m, frame, vcpu + 1, pc - WAKE);
};

const sent: Action<Hypervisor> = (m, frame, pc) => {
  const cpu = m.frameCpu[frame];
  m.sendHostIpi(cpu, m.cpu.ipiTarget[cpu]);
  m.cpu.ipiTarget[cpu] = -1;
  return toItem(m, frame, m.frameSubject[frame] + 1, pc - SEND);
};

export interface PostedCosts {
  readonly irqEntry: Duration;
  readonly walk: Duration;
  readonly item: Duration;
  readonly wakeup: Duration;
  readonly reschedIpi: Duration;
  readonly clockeventProgram: Duration;
}

const VECTORS = 'arch/x86/kernel/irq.c';
const HANDLER = 'arch/x86/kvm/vmx/posted_intr.c:pi_wakeup_handler';

/** The two vectors of posted interrupts on one pCPU; only where something posts. */
export function addPostedPrograms<M extends Hypervisor>(
  m: M,
  builder: StepTableBuilder<M>,
  lane: number,
  owner: string,
  costs: PostedCosts,
): void {
  const cause = 'posted-interrupt wake-up';
  const exit = irqExitProgram(costs.wakeup, costs.clockeventProgram, '');
  const step = (
    name: string,
    kernelFunction: string,
    duration: Duration,
    action?: Action<Hypervisor>,
  ): StepSpec<Hypervisor> => ({ name, kernelFunction, duration, cause, accepts: 0, action });
  const programs = m.cpu.program;
  programs[lane * CPU_PROGRAMS + PROGRAM_POSTED_IRQ] = builder.program(owner, 'posted irq', [
    {
      name: 'C_HIRQ',
      kernelFunction: `${VECTORS}:sysvec_kvm_posted_intr_ipi`,
      duration: costs.irqEntry,
      cause: 'posted-interrupt notification',
      accepts: 0,
    },
    ...exit,
  ]);
  programs[lane * CPU_PROGRAMS + PROGRAM_POSTED_WAKEUP_IRQ] = builder.program(
    owner,
    'posted wake-up irq',
    [
      step('C_HIRQ', `${VECTORS}:sysvec_kvm_posted_intr_wakeup_ipi`, costs.irqEntry),
      step('C_PIW_BASE', HANDLER, costs.walk, walked),
      step('C_PIW_ITEM', HANDLER, costs.item, looked),
      step('C_TTWU', 'kernel/sched/core.c:try_to_wake_up', costs.wakeup, woke),
      step('C_IPI', 'arch/x86/kernel/smp.c:native_smp_send_reschedule', costs.reschedIpi, sent),
      ...exit,
    ],
  );
}
