/** Device interrupts of a part: programs of the hard handlers and of their softirqs. */
import { ACCEPT_IRQ, ACCEPT_RESCHED, type StepTableBuilder } from '../engine/stepTable.js';
import { irqExitProgram } from '../kernel/irqExit.js';
import { deviceSoftirqDone } from '../kernel/softirqWork.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { causePrefix, durationOf, kernelCosts } from './buildCpus.js';
import { deviceProgram } from './devices.js';
import type { PartLayout } from './layout.js';
import type { System } from './system.js';

export function buildDevices(
  m: System,
  builder: StepTableBuilder<System>,
  plan: NormalizedPlan,
  part: PartLayout,
): void {
  part.devices.forEach((device, index) => {
    const { kernel, plan: irq, path, cpu } = device;
    const prefix = causePrefix(kernel);
    const costs = kernelCosts(kernel.guest ? plan.platform.guest : plan.platform.host, false);
    const exit = irqExitProgram(costs.wakeup, costs.clockeventProgram, prefix);
    m.devices.cpu[index] = cpu;
    m.devices.vector[index] = irq.vector;
    m.devices.program[index] = builder.program(
      path,
      'irq',
      deviceProgram(
        index,
        { irqEntry: costs.irqEntry, hard: durationOf(irq.hard), wakeup: costs.wakeup },
        `${prefix}irq ${irq.name}`,
        exit,
      ),
    );
    if (irq.softirq) {
      const step = (accepts: number): Parameters<typeof builder.program>[2][number] => ({
        name: 'device softirq',
        kernelFunction: 'net/core/dev.c:net_rx_action',
        duration: durationOf(irq.softirq ?? irq.hard),
        cause: `${prefix}softirq of ${irq.name}`,
        accepts,
        action: deviceSoftirqDone,
      });
      const threaded = step(m.traits[kernel.index].rt ? ACCEPT_IRQ | ACCEPT_RESCHED : ACCEPT_IRQ);
      m.devices.softirqProgram[index] = builder.program(path, 'softirq', [
        threaded,
        step(ACCEPT_IRQ),
      ]);
    }
    m.deviceEveryCost[index] = m.costs.add(irq.arrival.every, `${path}/every`);
  });
}
