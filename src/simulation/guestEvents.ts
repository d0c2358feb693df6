/**
 * What the host does to a guest at times of its own: clock updates of all its vCPUs, and mappings that
 * a vCPU misses.
 */
import { pageMissing } from '../kvm/eptFault.js';
import { syncClock, updateMasterclock } from '../kvm/service.js';
import type { Arrival, GuestPlan, NormalizedPlan } from '../plan/normalized.js';
import { firstArrival } from './firstArrival.js';
import { cpuPath, type PartLayout } from './layout.js';
import type { SlotPlan } from './slots.js';
import type { System } from './system.js';

type Kind = 'sync' | 'masterclock' | 'fault';

interface Unit {
  readonly path: string;
  readonly kind: Kind;
  /** Number of the kernel for clocks, of the vCPU for faults. */
  readonly target: number;
  readonly arrival: Arrival;
}

export class GuestEventColumns {
  readonly slot: Int32Array;
  readonly everyCost: Int32Array;
  readonly target: Int32Array;
  /** Source of how long a master clock update takes. */
  readonly updateCost: Int32Array;

  constructor(units: number) {
    this.slot = new Int32Array(units).fill(-1);
    this.everyCost = new Int32Array(units);
    this.target = new Int32Array(units);
    this.updateCost = new Int32Array(units);
  }
}

/** All of a part. A clock of a guest in several parts has the same times in each. */
export function guestEventUnits(part: PartLayout): Unit[] {
  return part.kernels.flatMap((kernel) => {
    const { guest, index, cpuIndex, name } = kernel;
    if (!guest) return [];
    const clocks = clocksOf(guest).map(([kind, arrival]) => ({
      path: `${name}/clock ${kind}`,
      kind,
      target: index,
      arrival,
    }));
    const { faults } = guest;
    if (!faults) return clocks;
    const missing = [...cpuIndex].map(([cpu, target]) => ({
      path: `${cpuPath(kernel, cpu)}/faults`,
      kind: 'fault' as const,
      target,
      arrival: faults,
    }));
    return [...clocks, ...missing];
  });
}

function clocksOf({ clockSync, masterclock }: GuestPlan): Array<[Kind, Arrival]> {
  const clocks: Array<[Kind, Arrival]> = [];
  if (clockSync) clocks.push(['sync', clockSync]);
  if (masterclock) clocks.push(['masterclock', masterclock]);
  return clocks;
}

/** The next arrival is drawn; returns what the event is about. */
function next(m: System, unit: number): number {
  const { slot, everyCost, target } = m.guestEvents;
  m.schedule(slot[unit], m.nowNs + Math.max(1, m.costs.draw(everyCost[unit])));
  return target[unit];
}

const HANDLERS: Readonly<Record<Kind, (m: System, unit: number) => void>> = {
  sync: (m, unit) => syncClock(m, next(m, unit)),
  masterclock: (m, unit) => {
    const kernel = next(m, unit);
    const tookNs = m.costs.draw(m.guestEvents.updateCost[unit]);
    updateMasterclock(m, kernel, m.nowNs + tookNs);
  },
  fault: (m, unit) => pageMissing(m, next(m, unit)),
};

export function addGuestEventSlots(slots: SlotPlan, part: PartLayout): void {
  guestEventUnits(part).forEach(({ path, kind }, unit) => {
    slots.add('deviceIrq', path, HANDLERS[kind], unit, (m, slot) => {
      m.guestEvents.slot[unit] = slot;
    });
  });
}

export function buildGuestEvents(m: System, plan: NormalizedPlan, part: PartLayout): void {
  guestEventUnits(part).forEach(({ path, target, arrival }, unit) => {
    m.guestEvents.target[unit] = target;
    m.guestEvents.everyCost[unit] = m.costs.add(arrival.every, `${path}/every`);
    const { masterclockUpdate } = plan.platform.kvm;
    m.guestEvents.updateCost[unit] = m.costs.add(masterclockUpdate, `${path}/update`);
  });
}

export function startGuestEvents(m: System, part: PartLayout): void {
  guestEventUnits(part).forEach(({ path, arrival }, unit) => {
    const firstNs = firstArrival(m, path, arrival.every, arrival.startNs);
    m.schedule(m.guestEvents.slot[unit], firstNs);
  });
}
