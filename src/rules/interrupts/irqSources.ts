/**
 * Device interrupts of a kernel with where the plan states them: entries of its own, and the host's
 * side of a guest's device.
 */
import { usualNs } from '../../base/law.js';
import type { IrqPlan } from '../../plan/normalized.js';
import type { PlanDocument } from '../../plan/schema.js';
import type { Path } from '../../platform/sourceTree.js';
import type { KernelView } from '../kernelView.js';
import { kernelDraft } from '../planFixes.js';
import type { Subject } from '../subject.js';

export interface IrqSource {
  readonly irq: IrqPlan;
  /** As in messages: `IRQ 142 ens1f0-TxRx-2`. */
  readonly name: string;
  /** As the plan has it, as in `7.85/s`; empty where it is no plain rate. */
  readonly rate: string;
  /** Usual distance of two, ns. */
  readonly distanceNs: number;
  /** How many interrupts the entry stands for. */
  readonly count: number;
  readonly path: Path;
  /** Sends it elsewhere. */
  move(draft: PlanDocument, cpus: string | number): void;
}

export function irqSources(view: KernelView, { document }: Subject): IrqSource[] {
  const own = view.written.irqs?.length ?? 0;
  return view.plan.irqs.flatMap((irq, i): IrqSource[] => {
    if (i < own) return [ownIrq(view, irq, i)];
    const g = document.guests?.findIndex(({ name }) => name === irq.device?.guest) ?? -1;
    const devices = document.guests?.[g]?.devices;
    const d = devices?.findIndex(({ name }) => name === irq.device?.name) ?? -1;
    return d < 0 ? [] : [deviceIrq(irq, g, d)];
  });
}

function ownIrq(view: KernelView, irq: IrqPlan, index: number): IrqSource {
  const { name = '', irq: number, numbers, rate } = view.written.irqs?.[index] ?? {};
  const numbered = number === undefined ? name : `IRQ ${number} ${name}`;
  return {
    irq,
    name: numbers === undefined ? numbered : `IRQs ${numbers}`,
    rate: typeof rate === 'string' ? rate : '',
    distanceNs: usualNs(irq.arrival.every),
    count: numbers === undefined ? 1 : countNumbers(numbers),
    path: [...view.path, 'irqs', index],
    move(draft, cpus) {
      const entry = kernelDraft(draft, view.path).irqs?.[index];
      if (entry) entry.cpus = cpus;
    },
  };
}

function deviceIrq(irq: IrqPlan, guest: number, device: number): IrqSource {
  return {
    irq,
    name: `interrupt of device ${irq.device?.name} of ${irq.device?.guest}`,
    rate: '',
    distanceNs: usualNs(irq.arrival.every),
    count: 1,
    path: ['guests', guest, 'devices', device],
    move(draft, cpus) {
      const entry = draft.guests?.[guest]?.devices?.[device];
      if (!entry) return;
      entry.host ??= {};
      entry.host.cpus = cpus;
    },
  };
}

/**
 * How many numbers a list of ranges has.
 *
 * @example countNumbers('24,80-82') // 4
 */
export function countNumbers(numbers: string): number {
  return numbers.split(',').reduce((sum, range) => {
    const [first, last = first] = range.split('-').map(Number);
    return sum + Math.max(0, last - first) + 1;
  }, 0);
}
