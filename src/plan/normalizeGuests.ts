/** Guests: vCPUs in order, what exits, the guest's kernel, and QEMU's threads as host threads. */
import type { Platform } from '../platform/platform.js';
import type { Problems } from '../platform/problems.js';
import type { Path } from '../platform/sourceTree.js';
import { readClock } from './normalizeClock.js';
import { type DevicesReading, readDevices } from './normalizeDevices.js';
import type {
  Assumption,
  GuestPlan,
  IrqPlan,
  KernelPlan,
  KvmPlan,
  ThreadPlan,
  VcpuPlan,
  WorkerPlan,
} from './normalized.js';
import type { IrqDefaults } from './normalizeIrqs.js';
import { readKernel } from './normalizeKernel.js';
import { readQemuThreads } from './normalizeQemu.js';
import { reportDuplicate } from './normalizeThreads.js';
import { SCHED_OTHER } from './policy.js';
import { readArrival } from './readArrival.js';
import type { GuestDoc } from './schemaGuests.js';
import { Scope, without } from './scope.js';

export interface GuestsReading {
  readonly guests: readonly GuestPlan[];
  /** Host interrupts of the guests' devices, and the host threads that serve them. */
  readonly hostIrqs: readonly IrqPlan[];
  readonly workers: readonly WorkerPlan[];
  /** QEMU's main loops and I/O threads that do something; they run on the host. */
  readonly hostThreads: readonly ThreadPlan[];
}

export interface GuestSurroundings {
  readonly platform: Platform;
  readonly problems: Problems;
  readonly assumptions: Assumption[];
  readonly hostScope: Scope;
  readonly host: KernelPlan;
  readonly hostIrqs: IrqDefaults;
  readonly kvm: KvmPlan;
  /** kvmclock_periodic_sync. */
  readonly periodicSync: boolean;
}

/** Everything that one guest adds to the plan. */
interface GuestReading extends DevicesReading {
  readonly guest: GuestPlan;
  readonly hostThreads: readonly ThreadPlan[];
}

export function readGuests(docs: readonly GuestDoc[], around: GuestSurroundings): GuestsReading {
  const names = new Set<string>();
  const readings = docs.map((doc, i) => {
    const path = ['guests', i];
    if (doc.name === 'host') {
      const message = '"host" means the host and cannot name a guest';
      around.problems.error('plan/guest-name', [...path, 'name'], message, 'rename the guest');
    }
    reportDuplicate(names, doc.name, [...path, 'name'], 'guests', around);
    return readGuest(doc, path, around);
  });
  return {
    guests: readings.map(({ guest }) => guest),
    hostIrqs: readings.flatMap(({ hostIrqs }) => hostIrqs),
    workers: readings.flatMap(({ workers }) => workers),
    hostThreads: readings.flatMap(({ hostThreads }) => hostThreads),
  };
}

/** CPUs that a thread without a pin may use: those in the scheduler domains. */
function ordinaryPcpus(host: KernelPlan): readonly number[] {
  const free = without(host.cpus, host.isolatedDomain);
  return free.length > 0 ? free : host.cpus;
}

function readGuest(doc: GuestDoc, path: Path, around: GuestSurroundings): GuestReading {
  const vcpus = readVcpus(doc, path, around);
  const ids = vcpus.map((vcpu) => vcpu.id);
  const passthrough = new Set(doc.cpu?.passthrough ?? []);
  const mwaitInGuest = passthrough.has('mwait');
  const { problems, assumptions, platform } = around;
  const scope = new Scope(problems, assumptions, path, ids, `guest ${doc.name}`);
  // Without MWAIT a guest knows HLT only.
  const cstates = mwaitInGuest ? platform.cstates : [];
  const idleFacts = { vendor: platform.vendor, cstates };
  const { plan: kernel, irqDefaults } = readKernel(doc, platform.defaultKernel, idleFacts, scope);
  if (doc.cpu?.features?.['tsc-deadline'] === false) {
    const message = 'a guest without the TSC deadline timer is modelled as if it had one';
    const at = [...path, 'cpu', 'features', 'tsc-deadline'];
    problems.warning('plan/tsc-deadline', at, message, 'write tsc-deadline: true');
  }
  const qemuThreads = readQemuThreads(doc, path, {
    ...around,
    ordinary: ordinaryPcpus(around.host),
  });
  const reading = readDevices(doc.devices, new Set(kernel.irqs.map(({ name }) => name)), {
    guest: doc.name,
    platform,
    hostScope: around.hostScope,
    hostIrqs: around.hostIrqs,
    guestScope: scope,
    guestIrqs: irqDefaults,
    apicv: around.kvm.apicv,
    ordinary: ordinaryPcpus(around.host),
    qemuThreads: new Map(qemuThreads.map((thread) => [thread.name, thread])),
  });
  const faults = doc.memory?.faults
    ? readArrival(doc.memory.faults, [...path, 'memory', 'faults'], scope)
    : undefined;
  const serving = new Set(reading.workers.map(({ name }) => name));
  const guest = {
    name: doc.name,
    vcpus,
    haltInGuest: passthrough.has('hlt'),
    mwaitInGuest,
    pauseInGuest: passthrough.has('pause'),
    pollControl: doc.cpu?.pollControl ?? false,
    // QEMU offers it unless told otherwise.
    pvEoi: doc.cpu?.features?.['kvm-pv-eoi'] ?? true,
    // pv_tlb_flush_supported: not with the hint, with MWAIT or with one vCPU.
    pvTlbFlush:
      doc.cpu?.features?.['kvm-pv-tlb-flush'] === true &&
      doc.cpu.hintDedicated !== true &&
      !mwaitInGuest &&
      vcpus.length > 1,
    seesPreemption: doc.cpu?.hintDedicated !== true && vcpus.length > 1,
    devices: reading.devices,
    pauseExits: around.kvm.pleGap > 0 && !passthrough.has('pause'),
    ...readClock(doc, path, scope, around.periodicSync),
    ...(faults ? { faults } : {}),
    kernel,
  };
  const alone = qemuThreads.filter(({ name, arrival }) => arrival && !serving.has(name));
  return { ...reading, guest, hostThreads: alone };
}

function readVcpus(doc: GuestDoc, path: Path, around: GuestSurroundings): VcpuPlan[] {
  const { hostScope, host, problems } = around;
  const seen = new Set<number>();
  const vcpus: VcpuPlan[] = [];
  doc.vcpus.forEach((vcpu, i) => {
    const at = [...path, 'vcpus', i];
    if (vcpu.cpus === undefined) {
      hostScope.assumptions.push({
        path: `guests[${path[1]}].vcpus[${i}].cpus`,
        reason: 'not pinned: all pCPUs that are not isolated',
      });
    }
    const pcpus =
      vcpu.cpus === undefined
        ? ordinaryPcpus(host)
        : hostScope.readCpus(vcpu.cpus, [...at, 'cpus']);
    if (seen.has(vcpu.id)) {
      const message = `two vCPUs of guest ${doc.name} have the id ${vcpu.id}`;
      problems.error('plan/duplicate', [...at, 'id'], message, 'number them 0, 1, 2, ...');
      return;
    }
    seen.add(vcpu.id);
    const workingSet = vcpu.workingSet === undefined ? {} : { workingSetBytes: vcpu.workingSet };
    vcpus.push({ id: vcpu.id, scheduling: vcpu.policy ?? SCHED_OTHER, pcpus, ...workingSet });
  });
  vcpus.sort((a, b) => a.id - b.id);
  const gap = vcpus.findIndex((vcpu, i) => vcpu.id !== i);
  if (gap >= 0) {
    const message = `vCPU ${gap} of guest ${doc.name} is missing: ids are 0 to ${vcpus.length - 1}`;
    const index = doc.vcpus.findIndex((vcpu) => vcpu.id === vcpus[gap].id);
    problems.error(
      'plan/vcpu-ids',
      [...path, 'vcpus', index, 'id'],
      message,
      'number them 0, 1, 2, ...',
    );
  }
  return vcpus;
}
