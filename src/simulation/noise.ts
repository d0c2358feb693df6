/**
 * Interruptions of the host by its own kernel and by the machine, as arrivals: on each CPU by itself,
 * on all at once, or on one after the other. Those of a kind are one stream named after it, so a part
 * sees of them what concerns its pCPUs, whatever else is simulated.
 */
import type { StepTableBuilder } from '../engine/stepTable.js';
import { nmiProgram, raiseNmi } from '../hardware/nmi.js';
import { beginStop } from '../kernel/stopMachine.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { durationOf } from './buildCpus.js';
import { raiseDevice } from './devices.js';
import { firstArrival } from './firstArrival.js';
import {
  type DeviceLayout,
  type KernelLayout,
  type NoiseUnit,
  type PartLayout,
  pad,
} from './layout.js';
import type { SlotPlan } from './slots.js';
import type { System } from './system.js';

/** Distance between the rounds of a burst: a call reaches its targets and is acknowledged. */
const ROUND_NS = 5000;
/** CALL_FUNCTION_VECTOR and LOCAL_TIMER_VECTOR of x86. */
const CALL_VECTOR = 0xfc;
const TIMER_VECTOR = 0xec;

export class NoiseColumns {
  readonly slot: Int32Array;
  readonly everyCost: Int32Array;
  readonly runCost: Int32Array;
  /** Rounds of the burst that are still to come; whose turn it is. */
  readonly left: Int32Array;
  readonly turn: Int32Array;
  /** Device of a stream on a lane, by stream and lane; -1: none. */
  readonly device: Int32Array;

  constructor(units: number, lanes: number) {
    this.device = new Int32Array(units * lanes).fill(-1);
    this.slot = new Int32Array(units).fill(-1);
    this.everyCost = new Int32Array(units);
    this.runCost = new Int32Array(units).fill(-1);
    this.left = new Int32Array(units);
    this.turn = new Int32Array(units);
  }
}

/** The streams that concern a part. */
export function noiseUnits(plan: NormalizedPlan, lanes: ReadonlyMap<number, number>): NoiseUnit[] {
  return plan.noise.flatMap((one) => {
    const path = `host/noise/${one.name}`;
    const targets = one.cpus.map((cpu) => lanes.get(cpu) ?? -1);
    if (targets.every((lane) => lane < 0)) return [];
    if (one.spread !== 'each') return [{ path, plan: one, lanes: targets }];
    return one.cpus.flatMap((cpu, i) =>
      targets[i] < 0 ? [] : [{ path: `${path}/${pad(cpu)}`, plan: one, lanes: [targets[i]] }],
    );
  });
}

/** Interrupts that the streams raise, as devices of the host. */
export function noiseDevices(
  host: KernelLayout,
  pcpus: readonly number[],
  units: readonly NoiseUnit[],
): DeviceLayout[] {
  return units.flatMap(({ plan, lanes, path }, noise) => {
    if (plan.delivery !== 'irq' && plan.delivery !== 'call') return [];
    const vector = plan.delivery === 'call' ? CALL_VECTOR : TIMER_VECTOR;
    const { cause: name, run: hard, cpus } = plan;
    return lanes.flatMap((cpu) => {
      if (cpu < 0) return [];
      const own = `${path}/on ${pad(pcpus[cpu])}`;
      return [{ path: own, kernel: host, plan: { name, vector, cpus, hard }, cpu, noise }];
    });
  });
}

/** Slot handler: a stream arrives. */
function noiseArrives(m: System, number: number): void {
  const { noise } = m;
  const { plan, lanes } = m.noiseUnits[number];
  if (noise.left[number] === 0) noise.left[number] = plan.burst;
  const more = --noise.left[number] > 0;
  const afterNs = more ? ROUND_NS : m.costs.draw(noise.everyCost[number]);
  m.schedule(noise.slot[number], m.nowNs + Math.max(1, afterNs));
  if (plan.delivery === 'stop') {
    beginStop(m, noise.runCost[number]);
    return;
  }
  if (plan.spread === 'rotate') {
    deliver(m, number, lanes[noise.turn[number]]);
    noise.turn[number] = (noise.turn[number] + 1) % lanes.length;
  } else {
    for (const lane of lanes) deliver(m, number, lane);
  }
}

function deliver(m: System, number: number, lane: number): void {
  if (lane < 0) return;
  if (m.noiseUnits[number].plan.delivery === 'nmi') raiseNmi(m, lane);
  else raiseDevice(m, m.noise.device[number * m.lanes + lane]);
}

export function addNoiseSlots(slots: SlotPlan, part: PartLayout): void {
  part.noise.forEach(({ path, plan }, number) => {
    const rank = plan.delivery === 'nmi' ? 'nmi' : 'deviceIrq';
    slots.add(rank, path, noiseArrives, number, (m, slot) => {
      m.noise.slot[number] = slot;
    });
  });
}

export function buildNoise(
  m: System,
  builder: StepTableBuilder<System>,
  plan: NormalizedPlan,
  part: PartLayout,
): void {
  part.devices.forEach(({ noise, cpu }, device) => {
    if (noise !== undefined) m.noise.device[noise * m.lanes + cpu] = device;
  });
  m.noiseUnits.push(...part.noise);
  part.noise.forEach(({ path, plan: one }, number) => {
    m.noise.everyCost[number] = m.costs.add(one.arrival.every, `${path}/every`);
    if (one.delivery === 'stop') m.noise.runCost[number] = m.costs.add(one.run, `${path}/run`);
  });
  const nmi = plan.noise.find(({ delivery }) => delivery === 'nmi')?.run ?? plan.platform.host.nmi;
  m.nmi.program = builder.program('host', 'nmi', nmiProgram(durationOf(nmi)));
}

export function startNoise(m: System, part: PartLayout): void {
  part.noise.forEach(({ path, plan }, number) => {
    const { startNs, every } = plan.arrival;
    m.schedule(m.noise.slot[number], firstArrival(m, path, every, startNs));
  });
}
