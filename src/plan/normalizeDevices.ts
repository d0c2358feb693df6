/**
 * Devices of a guest: the guest's interrupt line, the host's interrupt and the threads of the host
 * that serve them. Sources: virt/kvm/eventfd.c, drivers/vhost, drivers/vfio/pci of 6.12; QEMU's main
 * loop. What the file leaves open follows the kernel: posted interrupts with APICv, an MSI and one
 * vCPU; the host's interrupts where its other ones go.
 */
import { constantLaw, type Law, ZERO_LAW } from '../base/law.js';
import type { Platform } from '../platform/platform.js';
import type { Path } from '../platform/sourceTree.js';
import {
  type Arrival,
  bigLock,
  type GuestDevicePlan,
  type IrqPlan,
  type Scheduling,
  type ThreadPlan,
  type WorkerPlan,
  type WorkPlan,
} from './normalized.js';
import { type IrqDefaults, readHandler } from './normalizeIrqs.js';
import { reportDuplicate } from './normalizeThreads.js';
import { SCHED_OTHER } from './policy.js';
import { readArrival } from './readArrival.js';
import type { DeviceDoc } from './schemaDevices.js';
import type { Scope } from './scope.js';

export interface DevicesReading {
  readonly devices: readonly GuestDevicePlan[];
  readonly hostIrqs: readonly IrqPlan[];
  readonly workers: readonly WorkerPlan[];
}

export interface DeviceSurroundings {
  readonly guest: string;
  readonly platform: Platform;
  readonly hostScope: Scope;
  readonly hostIrqs: IrqDefaults;
  readonly guestScope: Scope;
  readonly guestIrqs: IrqDefaults;
  /** APICv is in force on the host. */
  readonly apicv: boolean;
  /** pCPUs of threads without a pin. */
  readonly ordinary: readonly number[];
  /** Name -> the QEMU thread as the plan states it; a sleeping one has neither work nor arrival. */
  readonly qemuThreads: ReadonlyMap<string, ThreadPlan>;
}

export function readDevices(
  docs: readonly DeviceDoc[] | undefined,
  taken: ReadonlySet<string>,
  around: DeviceSurroundings,
): DevicesReading {
  const names = new Set(taken);
  const devices: GuestDevicePlan[] = [];
  const hostIrqs: IrqPlan[] = [];
  const workers = new Map<string, WorkerPlan>();
  (docs ?? []).forEach((doc, i) => {
    const path = [...around.guestScope.path, 'devices', i];
    const { problems } = around.hostScope;
    reportDuplicate(names, doc.name, [...path, 'name'], 'devices or interrupts', { problems });
    const arrival = readArrival(doc, path, around.guestScope);
    if (!arrival) {
      const message = `device ${doc.name} has neither \`rate\` nor \`every\``;
      problems.error('plan/missing', path, message, 'add `rate: 100/s`');
    }
    const every = arrival ?? { every: constantLaw(1_000_000_000) };
    const device = readDevice(doc, i, path, every, around);
    const work = device.worker === undefined ? undefined : workOf(doc, around);
    if (work && device.worker !== undefined) serve(workers, device.worker, doc, path, work, around);
    if (!device.posted) hostIrqs.push(hostIrqOf(doc, i, path, every, around));
    devices.push(device);
  });
  return { devices, hostIrqs, workers: [...workers.values()] };
}

function readDevice(
  doc: DeviceDoc,
  number: number,
  path: Path,
  arrival: Arrival,
  around: DeviceSurroundings,
): GuestDevicePlan {
  const at = [...path, 'guest'];
  const line = readHandler(doc.guest, doc.name, number, at, around.guestScope, around.guestIrqs);
  const msi = doc.kind === 'emulated' || doc.route !== 'intx';
  const device = { name: doc.name, kind: doc.kind, line, msi };
  switch (doc.kind) {
    case 'passthrough':
      return isPosted(doc, msi, path, around) ? { ...device, posted: arrival } : device;
    case 'vhost-net':
      return { ...device, worker: `vhost-${around.guest}/${doc.name}` };
    case 'emulated':
      return { ...device, worker: qemuThread(doc, around.guest) };
  }
}

function qemuThread(doc: DeviceDoc & { kind: 'emulated' }, guest: string): string {
  return doc.iothread === undefined ? `qemu/${guest}` : `iothread${doc.iothread}/${guest}`;
}

/** irq_set_vcpu_affinity fails without APICv and for anything but an MSI: then it is remapped. */
function isPosted(
  doc: DeviceDoc & { kind: 'passthrough' },
  msi: boolean,
  path: Path,
  around: DeviceSurroundings,
): boolean {
  const possible = msi && around.apicv;
  if (doc.posted === true && !possible) {
    const why = msi ? 'KVM runs without APICv' : 'an INTx interrupt is never posted';
    const message = `the interrupts of ${doc.name} cannot be posted: ${why}`;
    const fix = 'remove `posted`, or make it possible';
    around.hostScope.problems.warning('plan/posted', [...path, 'posted'], message, fix);
  }
  if (doc.posted !== false && possible && doc.host) {
    const message = `the interrupts of ${doc.name} are posted; the host handles none of them`;
    const fix = 'remove `host`, or write `posted: false`';
    around.hostScope.problems.warning('plan/posted', [...path, 'host'], message, fix);
  }
  return possible && doc.posted !== false;
}

function hostIrqOf(
  doc: DeviceDoc,
  number: number,
  path: Path,
  arrival: Arrival,
  around: DeviceSurroundings,
): IrqPlan {
  const name = `${doc.kind}/${around.guest}/${doc.name}`;
  const handler = { ...doc.host, cost: doc.host?.cost ?? ZERO_LAW };
  const at = [...path, 'host'];
  return {
    ...readHandler(handler, name, number, at, around.hostScope, around.hostIrqs),
    arrival,
    device: { guest: around.guest, name: doc.name },
  };
}

function workOf(doc: DeviceDoc, around: DeviceSurroundings): WorkPlan | undefined {
  const { guest } = around;
  if (doc.kind === 'passthrough') return undefined;
  if (doc.kind === 'vhost-net') {
    return { guest, device: doc.name, run: doc.worker?.run ?? around.platform.kvm.vhostPacket };
  }
  const lock = doc.iothread === undefined ? { lock: bigLock(guest) } : {};
  return { guest, device: doc.name, run: doc.run, ...lock };
}

/** Adds a piece of work to its thread, which is made when the first one comes. */
function serve(
  workers: Map<string, WorkerPlan>,
  name: string,
  doc: DeviceDoc,
  path: Path,
  work: WorkPlan,
  around: DeviceSurroundings,
): void {
  const known = workers.get(name);
  if (known) {
    workers.set(name, { ...known, serves: [...known.serves, work] });
    return;
  }
  const { hostScope, ordinary } = around;
  if (doc.kind === 'vhost-net') {
    const { cpus, policy } = doc.worker ?? {};
    const at = [...path, 'worker', 'cpus'];
    workers.set(name, {
      ...asleep(name, policy ?? SCHED_OTHER, ordinary),
      ...(cpus === undefined ? {} : { cpus: hostScope.readCpus(cpus, at) }),
      serves: [work],
    });
    return;
  }
  const thread = around.qemuThreads.get(name);
  if (!thread && doc.kind === 'emulated' && doc.iothread !== undefined) {
    const message = `guest ${around.guest} has no I/O thread ${doc.iothread}`;
    const fix = `add \`iothreads: [{id: ${doc.iothread}}]\``;
    hostScope.problems.error('plan/iothread', [...path, 'iothread'], message, fix);
  }
  workers.set(name, { ...(thread ?? asleep(name, SCHED_OTHER, ordinary)), serves: [work] });
}

function asleep(name: string, scheduling: Scheduling, cpus: readonly number[]) {
  const run: Law = ZERO_LAW;
  return { name, scheduling, cpus, run, sections: [] };
}
