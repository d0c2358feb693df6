/** Device interrupts: arrival, hard handler, hand-over to thread or softirq. */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { IRQ_DEVICE } from '../kernel/cpu.js';
import { latchDevice, latchPosted } from '../kernel/device.js';
import { raiseIrq } from '../kernel/interrupt.js';
import { raiseSoftirq, SOFTIRQ_NET } from '../kernel/softirq.js';
import { wake } from '../kernel/wakeup.js';
import { devicePosts } from '../kvm/postedDevice.js';
import { postInterrupt } from '../kvm/request.js';
import { eventArrives } from './events.js';
import type { System } from './system.js';

/** Slot handler: the device interrupts; the next arrival is drawn. */
export function deviceArrives(m: System, device: number): void {
  const everyNs = m.costs.draw(m.deviceEveryCost[device]);
  m.schedule(m.devices.slot[device], m.nowNs + Math.max(1, everyNs));
  eventArrives(m, device);
  raiseDevice(m, device);
}

/** The interrupt of a device becomes pending where it is routed to. */
export function raiseDevice(m: System, device: number): void {
  const cpu = m.devices.cpu[device];
  if (cpu < m.lanes) {
    if (latchDevice(m.devices, device)) raiseIrq(m, cpu, IRQ_DEVICE);
  } else if (m.devices.posts[device] === 1) {
    devicePosts(m, device);
  } else if (latchPosted(m.devices, device)) {
    postInterrupt(m, cpu, IRQ_DEVICE);
  }
}

/** After the hard handler: its thread is woken next, or its softirq is raised. */
const hardDone: Action<System> = (m, frame, pc) => {
  const device = m.argument(pc);
  const cpu = m.frameCpu[frame];
  if (m.devices.task[device] >= 0) return pc + 1;
  if (m.devices.softirqProgram[device] >= 0) {
    m.devices.softirqRaised[device]++;
    raiseSoftirq(m, cpu, SOFTIRQ_NET);
  }
  return pc + 2;
};

/** irq_wake_thread. */
const wakeHandler: Action<System> = (m, frame, pc) => {
  const device = m.argument(pc);
  const task = m.devices.task[device];
  if (m.task.runnable[task] === 1) m.devices.threadPending[device] = 1;
  else wake(m, task, m.frameCpu[frame]);
  return pc + 1;
};

export interface DeviceCosts {
  readonly irqEntry: Duration;
  readonly hard: Duration;
  readonly wakeup: Duration;
}

export function deviceProgram(
  device: number,
  costs: DeviceCosts,
  cause: string,
  exit: ReadonlyArray<StepSpec<System>>,
  acknowledge?: Action<System>,
): Array<StepSpec<System>> {
  return [
    {
      name: 'C_HIRQ',
      kernelFunction: 'arch/x86/kernel/irq.c:common_interrupt',
      duration: costs.irqEntry,
      cause,
      accepts: 0,
      action: acknowledge,
    },
    {
      name: 'hard handler',
      kernelFunction: 'kernel/irq/handle.c:handle_irq_event',
      duration: costs.hard,
      cause,
      accepts: 0,
      action: hardDone,
      argument: device,
    },
    {
      name: 'C_TTWU',
      kernelFunction: 'kernel/irq/handle.c:__irq_wake_thread',
      duration: costs.wakeup,
      cause,
      accepts: 0,
      action: wakeHandler,
      argument: device,
    },
    ...exit,
  ];
}
