/**
 * Interrupting a guest from host code: an eventfd that KVM turns into an interrupt, as steps that any
 * program of the host can contain (an interrupt handler, a kernel thread, a system call).
 *
 * [S] fs/eventfd.c eventfd_signal_mask; virt/kvm/eventfd.c irqfd_wakeup, irqfd_inject;
 * arch/x86/kvm/irq_comm.c kvm_arch_set_irq_inatomic. An MSI to one vCPU is injected in place. A line
 * of another kind (INTx through the IOAPIC) would block there: schedule_work hands it to the
 * SCHED_OTHER kworker of the pCPU that signalled. Left out: the wait queue lock of the eventfd,
 * which only the assignment of irqfds contends for; resampling of level interrupts.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { IRQ_DEVICE } from '../kernel/cpu.js';
import { latchPosted } from '../kernel/device.js';
import { queueWork, workDone, workNeedsWakeup } from '../kernel/worker.js';
import type { Hypervisor } from './hypervisor.js';
import { requestInterrupt } from './request.js';

/** Lines of guests (devices whose CPU is a vCPU) as irqfds know them. */
export class IrqfdColumns {
  /** First of the line's works, one a pCPU of the part; -1: an MSI, injected in place. */
  readonly works: Int32Array;

  constructor(devices: number) {
    this.works = new Int32Array(devices).fill(-1);
  }
}

export interface IrqfdCosts {
  readonly eventfdSignal: Duration;
  readonly inject: Duration;
  readonly wakeup: Duration;
  readonly reschedIpi: Duration;
}

/** Steps of {@link irqfdSteps}, relative to its first. */
const SIGNAL = 0;
const INJECT = 1;
const WAKE = 2;
const SEND = 3;
const QUEUE = 4;
const QUEUE_IPI = 5;
const END = 6;

const signalled: Action<Hypervisor> = (m, frame, pc) => {
  const works = m.irqfd.works[m.argument(pc)];
  if (works < 0) return pc - SIGNAL + INJECT;
  const work = works + m.frameCpu[frame];
  if (workNeedsWakeup(m, work)) return pc - SIGNAL + QUEUE;
  queueWork(m, work, m.frameCpu[frame]);
  return pc - SIGNAL + END;
};

/** Sends the IPI that a wake-up or an injection asked for, if any. */
function told(m: Hypervisor, frame: number, target: number, send: number, end: number): number {
  if (target < 0) return end;
  m.cpu.ipiTarget[m.frameCpu[frame]] = target;
  return send;
}

const injected: Action<Hypervisor> = (m, frame, pc) => {
  const line = m.argument(pc);
  const vcpu = m.devices.cpu[line];
  const blocked = m.vcpu.blocked[vcpu] === 1 && m.task.runnable[m.cpu.hostTask[vcpu]] === 0;
  if (blocked) return pc - INJECT + WAKE;
  return told(
    m,
    frame,
    deliverLine(m, line, m.frameCpu[frame]),
    pc - INJECT + SEND,
    pc - INJECT + END,
  );
};

const woken: Action<Hypervisor> = (m, frame, pc) => {
  const target = deliverLine(m, m.argument(pc), m.frameCpu[frame]);
  return told(m, frame, target, pc - WAKE + SEND, pc - WAKE + END);
};

/**
 * Makes a guest's line pending (kvm_irq_delivery_to_apic_fast); `cpu` executes the injection. Returns
 * the pCPU that must get an IPI for it, or -1. An interrupt that is pending already is one interrupt.
 */
export function deliverLine(m: Hypervisor, line: number, cpu: number): number {
  if (!latchPosted(m.devices, line)) return -1;
  const vcpu = m.devices.cpu[line];
  const target = requestInterrupt(m, vcpu, IRQ_DEVICE, cpu);
  // A thread in root mode, running or waiting for its pCPU, is told nothing and looks by itself.
  if (target < 0 && m.cpu.inGuest[vcpu] === 0) m.noticedFlag(m.cpu.lane[vcpu]);
  return target;
}

const queued: Action<Hypervisor> = (m, frame, pc) => {
  const cpu = m.frameCpu[frame];
  const target = queueWork(m, m.irqfd.works[m.argument(pc)] + cpu, cpu);
  return told(m, frame, target, pc - QUEUE + QUEUE_IPI, pc - QUEUE + END);
};

const sent: Action<Hypervisor> = (m, frame, pc) => {
  const cpu = m.frameCpu[frame];
  m.sendHostIpi(cpu, m.cpu.ipiTarget[cpu]);
  m.cpu.ipiTarget[cpu] = -1;
  return pc + (END - SEND);
};

const queueSent: Action<Hypervisor> = (m, frame, pc, lane) => sent(m, frame, pc, lane) - 2;

const EVENTFD = 'fs/eventfd.c:eventfd_signal_mask';
const INATOMIC = 'arch/x86/kvm/irq_comm.c:kvm_arch_set_irq_inatomic';
const TTWU = 'kernel/sched/core.c:try_to_wake_up';
const IPI = 'arch/x86/kernel/smp.c:native_smp_send_reschedule';

/**
 * Steps that signal the irqfd of a guest's line; the program goes on after them. `accepts`: what the
 * surrounding code lets through (0 in a hard interrupt handler).
 *
 * @example builder.program(owner, 'call', [...syscall, ...irqfdSteps('call', line, costs, cause, accepts)])
 */
export function irqfdSteps(
  name: string,
  line: number,
  costs: IrqfdCosts,
  cause: string,
  accepts: number,
): Array<StepSpec<Hypervisor>> {
  const step = (
    what: string,
    kernelFunction: string,
    duration: Duration,
    mask: number,
    action?: Action<Hypervisor>,
  ): StepSpec<Hypervisor> => ({
    name: what,
    kernelFunction,
    duration,
    cause: `${name} of ${cause}`,
    accepts: mask,
    action,
    argument: line,
  });
  return [
    step('C_EVENTFD', EVENTFD, costs.eventfdSignal, accepts, signalled),
    step('C_INJECT', INATOMIC, costs.inject, accepts, injected),
    step('C_TTWU', TTWU, costs.wakeup, 0, woken),
    step('C_IPI', IPI, costs.reschedIpi, 0, sent),
    step('C_TTWU', 'kernel/workqueue.c:__queue_work', costs.wakeup, 0, queued),
    step('C_IPI', IPI, costs.reschedIpi, 0, queueSent),
  ];
}

/** irqfd_inject: what a kworker does for a line that cannot be injected in place. */
export function irqfdWork(
  line: number,
  costs: IrqfdCosts,
  cause: string,
  accepts: number,
): Array<StepSpec<Hypervisor>> {
  const all = irqfdSteps('irqfd work', line, costs, cause, accepts);
  const own = { ...all[INJECT], kernelFunction: 'virt/kvm/eventfd.c:irqfd_inject' };
  return [
    { ...all[SIGNAL], name: 'irqfd work', duration: 'zero', action: undefined },
    own,
    all[WAKE],
    all[SEND],
    { ...all[QUEUE], name: 'unused', duration: 'zero', action: undefined },
    { ...all[QUEUE_IPI], name: 'unused', duration: 'zero', action: undefined },
    {
      name: 'work done',
      kernelFunction: 'kernel/workqueue.c:process_one_work',
      duration: 'zero',
      cause: all[0].cause,
      accepts,
      action: workDone,
    },
  ];
}
