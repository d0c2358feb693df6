/** Builds the machine of one part of a plan: normalized plan -> layout -> programs -> system. */
import type { Choices } from '../engine/choices.js';
import { StepTableBuilder } from '../engine/stepTable.js';
import { smiProgram } from '../hardware/smi.js';
import { USAGE_CLASSES, USAGE_OTHER } from '../kernel/cpu.js';
import { LatencyRecorder } from '../latency/recorder.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { buildCaches } from './buildCaches.js';
import { buildCpus } from './buildCpus.js';
import { buildDevices } from './buildDevices.js';
import { buildKvm } from './buildKvm.js';
import { buildNetwork } from './buildNetwork.js';
import { buildRcu } from './buildRcu.js';
import { addSlots } from './buildSlots.js';
import { buildSpeed } from './buildSpeed.js';
import { buildTasks } from './buildTasks.js';
import { buildTimers, registerTimerHandlers } from './buildTimers.js';
import { buildIrqfds } from './buildWorkers.js';
import { buildGuestEvents, guestEventUnits } from './guestEvents.js';
import { HOT_ACTIONS } from './hotActions.js';
import { buildIrqbalance } from './irqbalance.js';
import { layOut } from './layOutPart.js';
import type { PartLayout } from './layout.js';
import { type Measurement, measurementsOf, type Series } from './measurements.js';
import { buildNoise } from './noise.js';
import { SlotPlan } from './slots.js';
import { start } from './start.js';
import { System } from './system.js';

export interface BuildOptions {
  readonly seed: string;
  readonly worstKept: number;
  /** Plain event queue without lookahead: the oracle of the fast engine. */
  readonly oracle?: boolean;
  /** Draws that are dictated from the start on. */
  readonly choices?: Choices;
  /** Polling loops step through empty visits: the oracle of their arithmetic. */
  readonly plainPolling?: boolean;
}

export interface BuiltPart {
  readonly m: System;
  readonly layout: PartLayout;
  readonly measurements: readonly Measurement[];
  readonly causes: readonly string[];
}

export function buildPart(
  plan: NormalizedPlan,
  pcpus: readonly number[],
  series: readonly Series[],
  options: BuildOptions,
): BuiltPart {
  const layout = layOut(plan, pcpus);
  const measurements = measurementsOf(layout, series);
  const slots = new SlotPlan();
  addSlots(slots, plan, layout);
  const cpus = pcpus.length + layout.vcpus;
  const m = new System({
    seed: options.seed,
    lanes: pcpus.length,
    vcpus: layout.vcpus,
    frames: 0,
    tasks: layout.tasks.length,
    timers: 2 * layout.tasks.length + 3 * cpus,
    devices: layout.devices.length,
    locks: layout.locks.size,
    works: layout.works.length,
    guestEvents: guestEventUnits(layout).length,
    windows: measurements.length,
    noise: layout.noise.length,
    slots: slots.count,
    oracle: options.oracle ?? false,
    usageClasses: USAGE_CLASSES,
    network: {
      interfaces: layout.network.interfaces.length,
      packets: layout.network.packets,
      loops: layout.network.loops.length,
      stops: layout.network.loops.reduce((sum, { stops }) => sum + stops.length, 0),
      sources: layout.network.sources.length,
    },
    plainPolling: options.plainPolling ?? false,
  });
  if (options.choices) m.costs.dictate(options.choices);
  const builder = new StepTableBuilder<System>(m.costs, HOT_ACTIONS);
  const usage = new Map<string, number>();
  buildKvm(m, plan, layout);
  buildCpus(m, builder, plan, layout, usage);
  buildNetwork(m, plan, layout, measurements.length);
  buildDevices(m, builder, plan, layout, measurements);
  buildIrqfds(m, layout);
  buildGuestEvents(m, plan, layout);
  const tasks = { m, builder, plan, part: layout, usage, measurements, timer: 0 };
  buildTasks(tasks);
  buildTimers(tasks);
  registerTimerHandlers(m);
  buildSmi(m, builder, plan);
  buildRcu(m, builder, plan, layout);
  buildNoise(m, builder, plan, layout);
  buildCaches(m, plan, layout);
  buildSpeed(m, plan, layout);
  buildIrqbalance(m, plan, layout);
  const backlog = builder.cause('backlog of earlier activations');
  m.flightCause = builder.cause('interrupt on its way');
  const steps = builder.seal();
  const { handlers, table, assign } = slots.number();
  m.finish(steps, builder.actions, handlers, table);
  assign(m);
  sealMeasurements(m, builder.causes, backlog, usage, layout, measurements, options);
  addPacketRecorders(m, builder.causes, layout, series, options);
  start(m, plan, layout);
  return { m, layout, measurements, causes: builder.causes };
}

function buildSmi(m: System, builder: StepTableBuilder<System>, plan: NormalizedPlan): void {
  m.smi.program = builder.program('host', 'smi', smiProgram());
  if (!plan.smi) return;
  m.smi.everyCost = m.costs.add(plan.smi.every, 'host/smi/every');
  m.smi.durationCost = m.costs.add(plan.smi.duration, 'host/smi/duration');
}

function sealMeasurements(
  m: System,
  causes: readonly string[],
  backlog: number,
  usage: ReadonlyMap<string, number>,
  layout: PartLayout,
  measurements: readonly Measurement[],
  options: BuildOptions,
): void {
  m.log.seal(
    measurements.length + layout.network.measuredPackets,
    causes.map((cause) => usage.get(cause) ?? USAGE_OTHER),
    backlog,
  );
  m.measure.seal(causes.length);
  const recorderOf = new Map<number, number>();
  measurements.forEach(({ series: one }, window) => {
    let recorder = recorderOf.get(one);
    if (recorder === undefined) {
      recorder = m.measure.recorders.length;
      recorderOf.set(one, recorder);
      addRecorder(m, one, causes, options);
    }
    m.measure.recorderOf[window] = recorder;
  });
}

function addRecorder(
  m: System,
  series: number,
  causes: readonly string[],
  { seed, worstKept }: BuildOptions,
): void {
  m.measure.recorders.push(new LatencyRecorder({ causeNames: causes, seed, worstKept }));
  m.measure.seriesOf.push(series);
}

/** A packet workload has one recorder for all its packets. */
function addPacketRecorders(
  m: System,
  causes: readonly string[],
  layout: PartLayout,
  series: readonly Series[],
  options: BuildOptions,
): void {
  layout.network.interfaces.forEach(({ workload }, index) => {
    if (!workload) return;
    m.packetRecorder[index] = m.measure.recorders.length;
    const one = series.findIndex((other) => other.workload === workload);
    addRecorder(m, one, causes, options);
  });
}
