/** Event slots of a part: what can happen to a lane from outside its own programs. */
import { beginSmi } from '../hardware/smi.js';
import { IRQ_CALL, IRQ_RESCHEDULE, IRQ_TIMER } from '../kernel/cpu.js';
import { raiseIrq } from '../kernel/interrupt.js';
import { rtPeriod } from '../kernel/throttle.js';
import { remoteTick } from '../kernel/tick.js';
import { preemptionTimerFired } from '../kvm/exits.js';
import { pauseWindowOver } from '../kvm/pauseLoop.js';
import { postedInterrupt } from '../kvm/request.js';
import { drainDue } from '../network/pollLoop.js';
import { packetArrives } from '../network/source.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { addRcuSlots } from './buildRcu.js';
import { deviceArrives } from './devices.js';
import { addGuestEventSlots } from './guestEvents.js';
import { addIrqbalanceSlot } from './irqbalance.js';
import { cpuPath, type KernelLayout, type PartLayout } from './layout.js';
import { addNoiseSlots } from './noise.js';
import type { SlotPlan } from './slots.js';
import type { System } from './system.js';

function ipiArrives(m: System, lane: number): void {
  m.pathArrives(lane);
  raiseIrq(m, lane, IRQ_RESCHEDULE);
}

function callArrives(m: System, lane: number): void {
  m.measure.arrive(m, lane);
  raiseIrq(m, lane, IRQ_CALL);
}

function clockeventFires(m: System, lane: number): void {
  raiseIrq(m, lane, IRQ_TIMER);
}

function posted(m: System, vcpu: number): void {
  m.pathArrives(m.cpu.lane[vcpu]);
  postedInterrupt(m, vcpu);
}

/** Declares every slot of the part; their numbers follow from ranks and names. */
export function addSlots(slots: SlotPlan, plan: NormalizedPlan, part: PartLayout): void {
  if (plan.smi) {
    slots.add('smi', 'smi', beginSmi, 0, (m, slot) => {
      m.smi.slot = slot;
    });
  }
  for (const kernel of part.kernels) {
    const throttles = kernel.plan.flags.rtThrottling && kernel.plan.rtRuntimeNs >= 0;
    addRcuSlots(slots, plan, kernel);
    for (const [cpu, index] of kernel.cpuIndex) {
      const path = cpuPath(kernel, cpu);
      if (throttles) {
        slots.add('rtPeriod', `${path}/rt period`, rtPeriod, index, (m, slot) => {
          m.throttle.periodSlot[index] = slot;
        });
        if (kernel.plan.nohzFull.includes(cpu) && !kernel.plan.flags.localResidualTick) {
          slots.add('rtPeriod', `${path}/remote tick`, remoteTick, index, (m, slot) => {
            m.throttle.remoteTickSlot[index] = slot;
          });
        }
      }
      if (kernel.guest) addVcpuSlots(slots, path, index, spinsWithPause(plan, kernel));
      else addPcpuSlots(slots, path, index);
    }
  }
  addNoiseSlots(slots, part);
  addGuestEventSlots(slots, part);
  addIrqbalanceSlot(slots, plan);
  part.devices.forEach(({ path, arrival }, device) => {
    if (!arrival) return;
    slots.add('deviceIrq', path, deviceArrives, device, (m, slot) => {
      m.devices.slot[device] = slot;
    });
  });
  addNetworkSlots(slots, part);
}

function addNetworkSlots(slots: SlotPlan, { network }: PartLayout): void {
  network.loops.forEach(({ path, switch: one, poller }, loop) => {
    if (!poller || one.flushNs === 0) return;
    slots.add('pollerDrain', path, drainDue, loop, (m, slot) => {
      m.loops.drainSlot[loop] = slot;
    });
  });
  network.sources.forEach(({ path }, source) => {
    slots.add('packet', path, packetArrives, source, (m, slot) => {
      m.sources.slot[source] = slot;
    });
  });
}

function addPcpuSlots(slots: SlotPlan, path: string, lane: number): void {
  slots.add('ipi', path, ipiArrives, lane, (m, slot) => {
    m.cpu.ipiSlot[lane] = slot;
  });
  slots.add('ipi', `${path}/call`, callArrives, lane, (m, slot) => {
    m.cpu.callSlot[lane] = slot;
  });
  slots.add('clockevent', path, clockeventFires, lane, (m, slot) => {
    m.cpu.clockeventSlot[lane] = slot;
  });
}

/** Sections in which a guest spins with PAUSE. */
const SPINNING = ['raw', 'spin', 'read', 'write', 'print', 'call', 'tlbFlush'];

/** True if PAUSE-loop exits are on for the guest and something in it spins. */
function spinsWithPause(plan: NormalizedPlan, { guest }: KernelLayout): boolean {
  if (!guest?.pauseExits) return false;
  const own = plan.workloads.filter((workload) => workload.guest === guest.name);
  const sections = [...guest.kernel.threads, ...own].flatMap((one) => one.sections);
  const spins = sections.some(({ kind }) => SPINNING.includes(kind));
  return spins || guest.kernel.idle.kind === 'poll';
}

function addVcpuSlots(slots: SlotPlan, path: string, vcpu: number, pauses: boolean): void {
  if (pauses) {
    slots.add('preemptionTimer', `${path}/pause loop`, pauseWindowOver, vcpu, (m, slot) => {
      m.vcpu.pauseSlot[vcpu] = slot;
    });
  }
  slots.add('preemptionTimer', path, preemptionTimerFired, vcpu, (m, slot) => {
    m.vcpu.preemptionTimerSlot[vcpu] = slot;
  });
  slots.add('ipi', `${path}/posted`, posted, vcpu, (m, slot) => {
    m.vcpu.postedSlot[vcpu] = slot;
  });
}
