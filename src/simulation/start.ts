/** Simulated time 0: every CPU enters its scheduler, every source has its first arrival. */
import { ACCEPT_RESCHED } from '../engine/stepTable.js';
import { refreshDeadline } from '../kernel/deadline.js';
import { enqueue } from '../kernel/runQueue.js';
import { CLASS_DEADLINE, CLASS_IDLE } from '../kernel/task.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { startPackets } from './buildNetwork.js';
import { firstArrival } from './firstArrival.js';
import { startGuestEvents } from './guestEvents.js';
import { startIrqbalance } from './irqbalance.js';
import { cpuPath, type PartLayout } from './layout.js';
import { startNoise } from './noise.js';
import type { System } from './system.js';

export function start(m: System, plan: NormalizedPlan, part: PartLayout): void {
  for (let cpu = 0; cpu < m.cpus; cpu++) {
    m.cpu.current[cpu] = m.cpu.idleTask[cpu];
    m.attention[cpu] |= ACCEPT_RESCHED;
  }
  startSources(m, plan, part);
  startPackets(m, part);
  for (let task = 0; task < m.task.count; task++) {
    if (m.task.runnable[task] === 0 || m.task.class[task] === CLASS_IDLE) continue;
    m.wakerCpu = m.task.cpu[task];
    if (m.task.class[task] === CLASS_DEADLINE) refreshDeadline(m, task);
    enqueue(m, task, false);
  }
  for (let task = 0; task < m.task.count; task++) {
    if (m.measure.taskWindow[task] < 0) continue;
    m.measure.released(m, task, m.task.cpu[task], m.task.cpu[task]);
  }
  for (let lane = 0; lane < m.lanes; lane++) {
    const idle = m.cpu.idleTask[lane];
    m.begin(lane, m.taskFrames + idle, m.idleProgram[lane]);
  }
}

function startSources(m: System, plan: NormalizedPlan, part: PartLayout): void {
  if (plan.smi) {
    m.schedule(m.smi.slot, firstArrival(m, 'host/smi', plan.smi.every, undefined));
  }
  startNoise(m, part);
  startGuestEvents(m, part);
  startIrqbalance(m, plan);
  part.devices.forEach(({ path, arrival }, device) => {
    if (!arrival) return;
    const firstNs = firstArrival(m, path, arrival.every, arrival.startNs);
    m.schedule(m.devices.slot[device], firstNs);
  });
  for (const kernel of part.kernels) {
    for (const [cpu, index] of kernel.cpuIndex) {
      if (m.throttle.periodSlot[index] >= 0) {
        m.schedule(m.throttle.periodSlot[index], kernel.plan.rtPeriodNs);
      }
      if (m.throttle.remoteTickSlot[index] >= 0) {
        const phaseNs = m.costs.uniform(`${cpuPath(kernel, cpu)}/remote tick`, 1e9);
        m.schedule(m.throttle.remoteTickSlot[index], phaseNs);
      }
    }
  }
}
