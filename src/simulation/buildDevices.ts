/** Device interrupts of a part: programs of the hard handlers and of their softirqs. */
import { ACCEPT_IRQ, ACCEPT_RESCHED, type StepTableBuilder } from '../engine/stepTable.js';
import { irqExitProgram } from '../kernel/irqExit.js';
import { irqExitOf } from '../kernel/lazy.js';
import { deviceSoftirqDone } from '../kernel/softirqWork.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { afterHandler } from './afterHandler.js';
import { acknowledgeOf, causePrefix, durationOf, kernelCosts } from './buildCpus.js';
import { receiveSoftirq } from './buildReceive.js';
import { deviceProgram } from './devices.js';
import { eventWindows } from './events.js';
import type { PartLayout } from './layout.js';
import type { Measurement } from './measurements.js';
import type { System } from './system.js';

export function buildDevices(
  m: System,
  builder: StepTableBuilder<System>,
  plan: NormalizedPlan,
  part: PartLayout,
  measurements: readonly Measurement[],
): void {
  part.devices.forEach((device, index) => {
    const { kernel, plan: irq, arrival, path, cpu } = device;
    const prefix = causePrefix(kernel);
    const costs = kernelCosts(kernel.guest ? plan.platform.guest : plan.platform.host, false);
    const own = irqExitOf(m.traits[kernel.index].lazy);
    const exit = irqExitProgram(costs.wakeup, costs.clockeventProgram, prefix, own);
    m.devices.cpu[index] = cpu;
    m.devices.vector[index] = irq.vector;
    const cause = device.noise === undefined ? `${prefix}irq ${irq.name}` : irq.name;
    const hard = !irq.thread && !irq.softirq;
    const acknowledge = acknowledgeOf(m, cpu);
    m.devices.program[index] = builder.program(
      path,
      'irq',
      deviceProgram(
        index,
        { irqEntry: costs.irqEntry, hard: durationOf(irq.hard), wakeup: costs.wakeup },
        cause,
        [...(hard ? afterHandler(plan, part, index, cause, 0) : []), ...exit],
        acknowledge,
      ),
    );
    if (irq.softirq) {
      const name = `${prefix}softirq of ${irq.name}`;
      const program = (context: string, accepts: number): number =>
        builder.program(path, context, [
          {
            name: 'device softirq',
            kernelFunction: 'net/core/dev.c:net_rx_action',
            duration: durationOf(irq.softirq ?? irq.hard),
            cause: name,
            accepts,
          },
          ...afterHandler(plan, part, index, name, accepts),
          {
            name: 'softirq done',
            duration: 'zero',
            cause: name,
            accepts,
            action: deviceSoftirqDone,
          },
        ]);
      const threaded = m.traits[kernel.index].rt ? ACCEPT_IRQ | ACCEPT_RESCHED : ACCEPT_IRQ;
      m.devices.softirqProgram[index] = program('softirq', threaded);
      m.devices.inlineSoftirqProgram[index] = program('softirq', ACCEPT_IRQ);
    }
    if (device.interface !== undefined) receiveSoftirq(m, builder, plan, part, index);
    m.measure.deviceWindows[index] = eventWindows(part, measurements, index);
    if (!arrival) return;
    m.deviceEveryCost[index] = m.costs.add(arrival.every, `${path}/every`);
    m.devices.posts[index] = kernel.guest?.devices.some(({ name }) => name === irq.name) ? 1 : 0;
  });
}
