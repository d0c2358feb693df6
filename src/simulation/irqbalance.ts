/**
 * irqbalance: every round it moves the interrupts whose affinity nobody set to the next CPU of those
 * it may use, isolated ones too unless they are banned. An interrupt that is pending or served in
 * that moment is left where it is, and so is its thread.
 *
 * [M] irqbalance placement.c, reduced to taking turns; the load of the CPUs plays no part. Left out:
 * interrupts of guests' devices.
 */
import { LEVEL_IRQ } from '../kernel/cpu.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { firstArrival } from './firstArrival.js';
import type { PartLayout } from './layout.js';
import type { SlotPlan } from './slots.js';
import type { System } from './system.js';

export class IrqbalanceColumns {
  slot = -1;
  everyCost = -1;
  /** CPUs in turn, and the devices that move. */
  cpus: number[] = [];
  devices: number[] = [];
}

const PATH = 'host/irqbalance';

function round(m: System): void {
  const { irqbalance, devices, task: tasks } = m;
  m.schedule(irqbalance.slot, m.nowNs + Math.max(1, m.costs.draw(irqbalance.everyCost)));
  for (const device of irqbalance.devices) {
    const task = devices.task[device];
    // A thread that waits for a lock is still in its handler.
    const busy = task >= 0 && (tasks.runnable[task] === 1 || tasks.waitsFor[task] >= 0);
    // Its hard handler may be running there.
    const served = (m.cpu.levels[devices.cpu[device]] & (1 << LEVEL_IRQ)) !== 0;
    if (busy || served || devices.pending[device] === 1 || devices.softirqRaised[device] > 0)
      continue;
    const at = irqbalance.cpus.indexOf(devices.cpu[device]);
    const cpu = irqbalance.cpus[(at + 1) % irqbalance.cpus.length];
    devices.cpu[device] = cpu;
    if (task < 0) continue;
    // irq_thread_check_affinity, as the thread runs next.
    tasks.cpu[task] = cpu;
    tasks.allowed[tasks.allowedStart[task]] = cpu;
    m.frameCpu[m.taskFrames + task] = cpu;
  }
}

export function addIrqbalanceSlot(slots: SlotPlan, plan: NormalizedPlan): void {
  if (!plan.irqbalance) return;
  slots.add('deviceIrq', PATH, round, 0, (m, slot) => {
    m.irqbalance.slot = slot;
  });
}

/** Before the costs are sealed: the law of its rounds, and what it moves where. */
export function buildIrqbalance(m: System, plan: NormalizedPlan, part: PartLayout): void {
  if (!plan.irqbalance) return;
  const { every, cpus } = plan.irqbalance;
  const lanes = part.kernels[0].cpuIndex;
  m.irqbalance.everyCost = m.costs.add(every, `${PATH}/every`);
  m.irqbalance.cpus = cpus.flatMap((cpu) => lanes.get(cpu) ?? []);
  m.irqbalance.devices = part.devices.flatMap(({ plan: irq, noise, kernel }, device) =>
    noise === undefined && !kernel.guest && irq.floats && !irq.device ? [device] : [],
  );
}

export function startIrqbalance(m: System, plan: NormalizedPlan): void {
  if (!plan.irqbalance || m.irqbalance.devices.length === 0) return;
  m.schedule(m.irqbalance.slot, firstArrival(m, PATH, plan.irqbalance.every, undefined));
}
