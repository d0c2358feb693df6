/** The network of a part: columns of interfaces, loops and sources, threads of pollers. */
import type { StepSpec } from '../engine/stepTable.js';
import { USAGE_POLLING, USAGE_REALTIME } from '../kernel/cpu.js';
import { LIST_RING, LIST_SEND, LIST_SOCKET, LIST_WIRE } from '../network/columns.js';
import { listOf } from '../network/packets.js';
import { pollerProgram } from '../network/pollerProgram.js';
import { BEGIN, BURST, DRAIN, HOUSE } from '../network/pollerSteps.js';
import { nextListed } from '../network/source.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { durationOf } from './buildCpus.js';
import { firstArrival } from './firstArrival.js';
import type { PartLayout, TaskLayout } from './layout.js';
import type { LoopLayout } from './layoutNetwork.js';
import { kernelCode } from './sections.js';
import type { System } from './system.js';
import { setFrame, setScheduling, type TaskBuild } from './taskBuild.js';
import { busyProgram } from './threads.js';

/** Fills in the columns; tasks, devices and steps come after. */
export function buildNetwork(
  m: System,
  plan: NormalizedPlan,
  part: PartLayout,
  windows: number,
): void {
  const { interfaces, loops } = part.network;
  interfaces.forEach((one, index) => {
    const { plan: port } = one;
    const capacity = (kind: number, packets: number): void => {
      m.interfaces.capacity[listOf(index, kind)] = packets;
    };
    capacity(LIST_WIRE, port.wireRing);
    capacity(LIST_RING, port.ring);
    capacity(LIST_SEND, port.ring);
    capacity(LIST_SOCKET, port.socket);
    m.interfaces.polled[index] = one.workload?.receive === 'poll' ? 1 : 0;
    m.interfaces.device[index] = part.devices.findIndex((device) => device.interface === index);
    const guest = part.kernels.find((kernel) => kernel.guest?.name === port.guest);
    m.interfaces.vcpu[index] = guest?.guest ? (guest.cpuIndex.get(port.vcpu) ?? -1) : -1;
    m.interfaces.consumer[index] = part.tasks.findIndex(
      ({ role }) => role.kind === 'workload' && role.plan === one.workload,
    );
    for (let packet = one.firstPacket + one.packets - 1; packet >= one.firstPacket; packet--) {
      m.packets.interface[packet] = index;
      m.packets.window[packet] = one.measured ? windows + packet : -1;
      m.packets.next[packet] = m.interfaces.free[index];
      m.interfaces.free[index] = packet;
    }
  });
  let stops = 0;
  loops.forEach((loop, index) => {
    m.loops.first[index] = stops;
    loop.stops.forEach((list, stop) => {
      m.loops.stops[stops++] = list;
      if (list < 0) return;
      m.interfaces.loop[list] = index;
      m.interfaces.stop[list] = stop;
    });
    m.loops.burst[index] = loop.switch.burst;
    m.loops.flushNs[index] = loop.poller ? loop.switch.flushNs : 0;
    const keepsHouse = loop.poller && plan.platform.network.pollHousekeeping.maxNs > 0;
    m.loops.turns[index] = keepsHouse ? loop.switch.housekeepingTurns : 0;
    const empty = loop.switch.pollEmpty ?? plan.platform.network.pollEmpty;
    m.loops.emptyCost[index] = m.costs.add(empty, `${loop.path}/empty visit`);
  });
  m.loops.first[loops.length] = stops;
  buildSources(m, part);
}

function buildSources(m: System, part: PartLayout): void {
  const list: number[] = [];
  part.network.sources.forEach(({ path, plan, interface: iface }, index) => {
    m.sources.interface[index] = iface;
    m.sources.burst[index] = plan.burst;
    m.sources.gapNs[index] = plan.gapNs;
    m.sources.repeatNs[index] = plan.repeatNs;
    m.sources.listFirst[index] = list.length;
    if (plan.listNs) list.push(...plan.listNs);
    else m.sources.everyCost[index] = m.costs.add(plan.every, `${path}/every`);
  });
  m.sources.listFirst[part.network.sources.length] = list.length;
  m.sources.list = Float64Array.from(list);
}

/** First arrivals. */
export function startPackets(m: System, part: PartLayout): void {
  part.network.sources.forEach(({ path, plan }, index) => {
    const firstNs = plan.listNs
      ? nextListed(m, index)
      : firstArrival(m, path, plan.every, plan.startNs);
    m.schedule(m.sources.slot[index], firstNs);
  });
}

/** Thread of a switch's poller. */
export function pollerThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'poller') return;
  const { m, plan } = b;
  const layout = b.part.network.loops[task.role.loop] as LoopLayout;
  if (!layout.poller) return;
  setScheduling(m, index, layout.poller.scheduling);
  m.task.runnable[index] = 1;
  const who = `${layout.switch.name}/${layout.poller.name}`;
  b.usage.set(`poll loop of ${who}`, USAGE_POLLING);
  for (const what of ['packet work', 'packet copy', 'housekeeping']) {
    b.usage.set(`${what} of ${who}`, USAGE_REALTIME);
  }
  b.usage.set(`call by ${who}`, USAGE_REALTIME);
  if (layout.stops.length === 0) {
    setFrame(m, index, b.builder.program(task.path, 'poller', busyProgram(`poll loop of ${who}`)));
    m.frameDynamicNs[m.taskFrames + index] = Number.POSITIVE_INFINITY;
    return;
  }
  const { network, kvm, host } = plan.platform;
  const steps = pollerProgram(
    task.role.loop,
    {
      pollBurst: durationOf(network.pollBurst),
      pollPacket: durationOf(network.pollPacket),
      copyPacket: durationOf(network.copyPacket),
      pollFlush: durationOf(network.pollFlush),
      pollCall: durationOf(network.pollCall),
      pollHousekeeping: durationOf(network.pollHousekeeping),
      inject: durationOf(kvm.inject),
      wakeup: durationOf(host.wakeup),
      reschedIpi: durationOf(host.reschedIpi),
    },
    who,
    kernelCode(m.traits[0].preemptible),
  );
  setLoop(b, task.role.loop, index, task.path, steps as Array<StepSpec<System>>, {
    serve: BURST,
    drain: DRAIN,
    house: HOUSE,
    begin: BEGIN,
  });
}

/** Makes `steps` the program of a loop's thread. */
export function setLoop(
  b: TaskBuild,
  loop: number,
  index: number,
  path: string,
  steps: Array<StepSpec<System>>,
  at: { serve: number; drain: number; house: number; begin: number },
): void {
  const { loops } = b.m;
  const start = b.builder.program(path, 'poller', steps);
  loops.task[loop] = index;
  loops.pollStep[loop] = start;
  loops.serveStep[loop] = start + at.serve;
  loops.drainStep[loop] = start + at.drain;
  loops.houseStep[loop] = start + at.house;
  setFrame(b.m, index, start + at.begin);
}
