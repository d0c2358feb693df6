/**
 * The interrupt of an interface: from the poller's call to the guest's CPU. The fast path of an
 * irqfd with an MSI route ([S] virt/kvm/eventfd.c irqfd_wakeup, kvm_arch_set_irq_inatomic): the
 * vector is set and the vCPU told by whoever writes the eventfd.
 */
import { IRQ_DEVICE } from '../kernel/cpu.js';
import { deliverLine } from '../kvm/irqfd.js';
import { LIST_RING, LIST_SOCKET } from './columns.js';
import type { Network } from './network.js';
import { follow, laneOfTask, listOf } from './packets.js';

/** True if the vCPU of an interface sleeps and its thread has to be woken for an interrupt. */
export function interruptWakes(m: Network, iface: number): boolean {
  const vcpu = m.interfaces.vcpu[iface];
  return m.vcpu.blocked[vcpu] === 1 && m.task.runnable[m.cpu.hostTask[vcpu]] === 0;
}

/**
 * Injects the interrupt of an interface; `cpu` executes this, on `lane`. Returns the pCPU that must
 * get an IPI for it, or -1.
 */
export function interruptGuest(m: Network, iface: number, cpu: number, lane: number): number {
  const { interfaces } = m;
  const vcpu = interfaces.vcpu[iface];
  interfaces.callback[iface] = 0;
  const known = (m.vcpu.requested[vcpu] & IRQ_DEVICE) !== 0;
  const inGuest = m.cpu.inGuest[vcpu] === 1;
  const ipi = deliverLine(m, interfaces.device[iface], cpu);
  if (ipi >= 0) return ipi;
  // A notification is on its way, or the vCPU looks by itself: then its packets wait for it.
  callSent(m, iface, inGuest && !known, lane);
  return -1;
}

/** Nothing is left to do for the caller: from now on packets wait for the call, or the guest. */
export function callSent(m: Network, iface: number, onItsWay: boolean, lane: number): void {
  const there = m.cpu.lane[m.interfaces.vcpu[iface]];
  const ring = listOf(iface, LIST_RING);
  if (onItsWay && there !== lane) {
    departAll(m, ring);
    return;
  }
  let packet = m.interfaces.head[ring];
  for (; packet >= 0; packet = m.packets.next[packet]) follow(m, packet, there);
}

/** The interrupt for all packets of a list is on its way. */
export function departAll(m: Network, list: number): void {
  let packet = m.interfaces.head[list];
  for (; packet >= 0; packet = m.packets.next[packet]) depart(m, packet);
}

/** The interrupt for a packet is on its way: what any lane does meanwhile is not the reason. */
function depart(m: Network, packet: number): void {
  const window = m.packets.window[packet];
  if (window < 0 || m.packets.calledNs[packet] !== Number.POSITIVE_INFINITY) return;
  m.log.park(window, m.nowNs);
  m.packets.calledNs[packet] = m.nowNs;
  m.interfaces.called[m.packets.interface[packet]]++;
  m.packetsCalled++;
}

/** The interrupt for a packet is there, or the guest has seen the packet without it. */
export function callEnds(m: Network, packet: number, lane: number): void {
  const { packets } = m;
  const calledNs = packets.calledNs[packet];
  if (calledNs === Number.POSITIVE_INFINITY) return;
  packets.calledNs[packet] = Number.POSITIVE_INFINITY;
  m.interfaces.called[packets.interface[packet]]--;
  m.packetsCalled--;
  m.log.unpark(packets.window[packet], lane, m.flightCause, calledNs, m.nowNs);
}

/** An IPI or a notification reached a lane, or the lane noticed by itself: paths go on there. */
export function callsArrive(m: Network, lane: number): void {
  const { interfaces } = m;
  for (let iface = 0; iface < interfaces.called.length; iface++) {
    if (interfaces.called[iface] === 0) continue;
    const consumer = interfaces.consumer[iface];
    if (m.cpu.lane[interfaces.vcpu[iface]] === lane) endAll(m, listOf(iface, LIST_RING), lane);
    if (consumer >= 0 && laneOfTask(m, consumer) === lane) {
      endAll(m, listOf(iface, LIST_SOCKET), lane);
    }
  }
}

function endAll(m: Network, list: number, lane: number): void {
  let packet = m.interfaces.head[list];
  for (; packet >= 0; packet = m.packets.next[packet]) callEnds(m, packet, lane);
}
