/** Switches with their references checked: pollers, interfaces of guests, packet sources. */
import { nearestName } from '../base/suggest.js';
import type { Problems } from '../platform/problems.js';
import type { Path } from '../platform/sourceTree.js';
import type { GuestPlan, WorkloadPlan } from './normalized.js';
import type { InterfacePlan, PollerPlan, SwitchPlan } from './normalizedSwitch.js';
import { readPacketSources, type TextOf } from './normalizePackets.js';
import { reportDuplicate } from './normalizeThreads.js';
import { fifo, SCHED_OTHER } from './policy.js';
import type { SwitchDoc } from './schemaSwitches.js';
import type { Scope } from './scope.js';

const BURST = 32;
const RING = 256;
const WIRE_RING = 512;
const SOCKET = 256;
const HOUSEKEEPING_TURNS = 1024;
/** sched_set_fifo gives handler threads half of the highest realtime priority. */
const IRQ_THREAD_PRIORITY = 50;

export interface SwitchSurroundings {
  readonly hostScope: Scope;
  readonly guests: readonly GuestPlan[];
  readonly workloads: readonly WorkloadPlan[];
  readonly problems: Problems;
  readonly textOf: TextOf;
}

export function readSwitches(docs: readonly SwitchDoc[], around: SwitchSurroundings): SwitchPlan[] {
  const names = new Set<string>();
  const interfaceNames = new Set<string>();
  const switches = docs.map((doc, i): SwitchPlan => {
    const path = ['switches', i];
    reportDuplicate(names, doc.name, [...path, 'name'], 'switches', around);
    const pollers = readPollers(doc, path, around);
    const interfaces = doc.interfaces.map((one, j) => {
      const at = [...path, 'interfaces', j];
      reportDuplicate(interfaceNames, one.name, [...at, 'name'], 'interfaces', around);
      return readInterface(one, j, at, pollers, around);
    });
    return {
      name: doc.name,
      pollers,
      interfaces,
      sources: readPacketSources(doc, path, interfaces, around),
      burst: doc.burst ?? BURST,
      flushNs: doc.flush ?? 0,
      housekeepingTurns: doc.housekeeping ?? HOUSEKEEPING_TURNS,
      ...(doc.pollEmpty ? { pollEmpty: doc.pollEmpty } : {}),
    };
  });
  checkWorkloads(switches, around);
  return switches;
}

function readPollers(doc: SwitchDoc, path: Path, around: SwitchSurroundings): PollerPlan[] {
  const names = new Set<string>();
  return doc.pollers.map((poller, i) => {
    const at = [...path, 'pollers', i];
    reportDuplicate(names, poller.name, [...at, 'name'], 'pollers', around);
    const cpus = around.hostScope.readCpus(poller.cpus, [...at, 'cpus']);
    if (cpus.length > 1) {
      const message = `poller ${poller.name} is not pinned to one pCPU`;
      around.problems.error('plan/poller', [...at, 'cpus'], message, `write cpus: ${cpus[0]}`);
    }
    return { name: poller.name, scheduling: poller.policy ?? SCHED_OTHER, pcpu: cpus[0] ?? 0 };
  });
}

function readInterface(
  doc: SwitchDoc['interfaces'][number],
  position: number,
  path: Path,
  pollers: readonly PollerPlan[],
  around: SwitchSurroundings,
): InterfacePlan {
  const { guests, workloads, problems } = around;
  const pollerOf = (name: string | undefined, key: string, absent: number): number => {
    if (name === undefined) return absent;
    const found = pollers.findIndex((poller) => poller.name === name);
    if (found < 0) unknown('poller', name, pollers, [...path, key], problems);
    return Math.max(0, found);
  };
  const wirePoller = pollerOf(doc.poller, 'poller', position % pollers.length);
  const guest = guests.find(({ name }) => name === doc.guest);
  if (doc.guest !== undefined && !guest)
    unknown('guest', doc.guest, guests, [...path, 'guest'], problems);
  const user = workloads.find((workload) => workload.interface === doc.name);
  const vcpu = doc.vcpu ?? user?.cpus[0] ?? 0;
  if (guest && vcpu >= guest.vcpus.length) {
    const message = `guest ${guest.name} has no vCPU ${vcpu}`;
    const fix = `use 0 to ${guest.vcpus.length - 1}`;
    problems.error('plan/cpu-outside', [...path, 'vcpu'], message, fix);
  }
  const threaded = guest?.kernel.forcedThreads;
  return {
    name: doc.name,
    ...(guest ? { guest: guest.name } : {}),
    vcpu,
    wirePoller,
    guestPoller: pollerOf(doc.guestPoller, 'guestPoller', wirePoller),
    ring: doc.ring ?? RING,
    wireRing: doc.wireRing ?? WIRE_RING,
    socket: doc.socket ?? SOCKET,
    ...(threaded ? { irqThread: fifo(IRQ_THREAD_PRIORITY) } : {}),
  };
}

function unknown(
  what: string,
  name: string,
  known: ReadonlyArray<{ readonly name: string }>,
  path: Path,
  problems: Problems,
): void {
  const names = known.map((one) => one.name);
  const near = nearestName(name, names);
  const fix = near ? `write ${near}` : names.length ? `use ${names.join(', ')}` : `add the ${what}`;
  problems.error(`plan/unknown-${what}`, path, `there is no ${what} "${name}"`, fix);
}

/** A packet workload has an interface of its own guest to itself. */
function checkWorkloads(switches: readonly SwitchPlan[], around: SwitchSurroundings): void {
  const interfaces = switches.flatMap((one) => one.interfaces);
  const taken = new Map<string, string>();
  around.workloads.forEach((workload, i) => {
    const name = workload.interface;
    if (name === undefined) return;
    const path = ['workloads', i, 'interface'];
    const { problems } = around;
    const found = interfaces.find((one) => one.name === name);
    if (!found) {
      unknown('interface', name, interfaces, path, problems);
      return;
    }
    if (found.guest !== workload.guest) {
      const message = `interface ${name} does not belong to ${workload.guest ?? 'the host'}`;
      const fix = found.guest ? `write on: ${found.guest}` : 'give the interface a guest';
      problems.error('plan/interface', path, message, fix);
    }
    const other = taken.get(name);
    if (other !== undefined) {
      const message = `interface ${name} is used by ${other} already`;
      problems.error('plan/interface', path, message, 'add an interface of its own');
    }
    taken.set(name, workload.id);
  });
}
