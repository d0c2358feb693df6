/** Workloads with the defaults of the instruments, and requirements on them. */

import { constantLaw, ZERO_LAW } from '../base/law.js';
import { nearestName } from '../base/suggest.js';
import { formatDuration } from '../base/units.js';
import type { Problems } from '../platform/problems.js';
import type { Path } from '../platform/sourceTree.js';
import type { RequirementPlan, WorkloadPlan } from './normalized.js';
import { readSections, reportDuplicate, warnOverrun } from './normalizeThreads.js';
import { fifo } from './policy.js';
import type { RequirementDoc, WorkloadDoc } from './schemaWorkloads.js';
import type { Scope } from './scope.js';

/** Priority that rtla and most published cyclictest runs use. */
const INSTRUMENT_PRIORITY = 95;
const DEFAULT_INTERVAL_NS = 1_000_000;
/** One turn: a TSC read and a comparison. */
const OSLAT_LOOP_NS = 40;
const HWLAT_WINDOW_NS = 1_000_000_000;
const HWLAT_WIDTH_NS = 500_000_000;
const HWLAT_THRESHOLD_NS = 10_000;

type PacketWorkloadDoc = Extract<WorkloadDoc, { interface: string }>;

/** `scopes` holds the host under `host` and every guest under its name. */
export function readWorkloads(
  docs: readonly WorkloadDoc[],
  scopes: ReadonlyMap<string, Scope>,
  interrupts: ReadonlyMap<string, readonly string[]>,
  problems: Problems,
): WorkloadPlan[] {
  const ids = new Set<string>();
  const workloads: WorkloadPlan[] = [];
  docs.forEach((doc, i) => {
    const path = ['workloads', i];
    reportDuplicate(ids, doc.id, [...path, 'id'], 'workloads', { problems });
    const scope = scopes.get(doc.on);
    if (!scope) {
      const names = [...scopes.keys()];
      const near = nearestName(doc.on, names);
      const message = `there is no guest "${doc.on}"`;
      const fix = near ? `write ${near}` : `use ${names.join(', ')}`;
      problems.error('plan/unknown-guest', [...path, 'on'], message, fix);
      return;
    }
    const cpus = scope.readCpus(doc.cpus, [...path, 'cpus']);
    if ('interface' in doc && cpus.length > 1) {
      const message = `${doc.id} is one thread and names ${cpus.length} CPUs`;
      problems.error('plan/interface', [...path, 'cpus'], message, `write cpus: ${cpus[0]}`);
    }
    const common = {
      id: doc.id,
      kind: doc.kind,
      ...(doc.on === 'host' ? {} : { guest: doc.on }),
      cpus,
      scheduling: doc.policy ?? fifo(INSTRUMENT_PRIORITY),
      run: ZERO_LAW,
      sections: [],
      intervalNs: 0,
      thresholdNs: 0,
      dmaLatencyZero: false,
      ...(doc.workingSet === undefined ? {} : { workingSetBytes: doc.workingSet }),
    };
    if (doc.kind === 'interrupt')
      checkDevice(doc, path, interrupts.get(doc.on) ?? [], problems, cpus);
    workloads.push({ ...common, ...specifics(doc, path, scope) });
  });
  return workloads;
}

type InterruptDoc = WorkloadDoc & { readonly kind: 'interrupt' };

function checkDevice(
  doc: InterruptDoc,
  path: Path,
  names: readonly string[],
  problems: Problems,
  cpus: readonly number[],
): void {
  if (cpus.length > 1) {
    const message = 'one thread waits for a device, on one CPU';
    problems.error('plan/one-cpu', [...path, 'cpus'], message, `write cpus: ${cpus[0]}`);
  }
  if (names.includes(doc.device)) return;
  const near = nearestName(doc.device, names);
  const fix = near ? `write ${near}` : names.length > 0 ? `use ${names.join(', ')}` : 'add it';
  const message = `${doc.on} has no device or interrupt "${doc.device}"`;
  problems.error('plan/unknown-device', [...path, 'device'], message, fix);
}

function specifics(doc: WorkloadDoc, path: Path, scope: Scope): Partial<WorkloadPlan> {
  switch (doc.kind) {
    case 'periodic': {
      const sections = readSections(doc.sections, path, scope);
      const every = constantLaw(doc.period);
      warnOverrun({ every }, doc.run, sections, [...path, 'run'], scope);
      return { intervalNs: doc.period, run: doc.run, sections, ...startOf(doc) };
    }
    case 'busy':
      return {};
    case 'cyclictest':
    case 'timerlat':
      return {
        intervalNs: doc.interval ?? DEFAULT_INTERVAL_NS,
        dmaLatencyZero: doc.dmaLatencyZero ?? doc.kind === 'cyclictest',
        ...startOf(doc),
      };
    case 'interrupt':
      return { run: doc.run ?? ZERO_LAW, device: doc.device };
    case 'oslat':
      return { thresholdNs: doc.loop ?? OSLAT_LOOP_NS };
    case 'hwlatdetect': {
      const windowNs = doc.window ?? HWLAT_WINDOW_NS;
      const widthNs = doc.width ?? Math.min(HWLAT_WIDTH_NS, windowNs);
      if (widthNs > windowNs) {
        const message = 'the width of the sampling is longer than its window';
        scope.problems.error('plan/hwlat', [...path, 'width'], message, 'write at most the window');
      }
      const thresholdNs = doc.threshold ?? HWLAT_THRESHOLD_NS;
      return { intervalNs: windowNs, run: constantLaw(widthNs), thresholdNs };
    }
    case 'packet-echo':
      return packetsOf(doc, path, scope);
    case 'control-loop': {
      const sections = readSections(doc.sections, path, scope);
      return { ...packetsOf(doc, path, scope), run: doc.run, sections };
    }
  }
}

/** One thread takes the packets of its interface. */
function packetsOf(doc: PacketWorkloadDoc, path: Path, scope: Scope): Partial<WorkloadPlan> {
  if (doc.on === 'host') {
    const message = `a ${doc.kind} runs in the guest behind its interface`;
    scope.problems.error('plan/interface', [...path, 'on'], message, 'name the guest');
  }
  return { interface: doc.interface, receive: doc.receive ?? 'interrupt' };
}

const startOf = (doc: { readonly start?: number }) =>
  doc.start === undefined ? {} : { startNs: doc.start };

export function readRequirements(
  docs: readonly RequirementDoc[],
  workloads: readonly WorkloadDoc[],
  problems: Problems,
): RequirementPlan[] {
  const ids = workloads.map((workload) => workload.id);
  const requirements: RequirementPlan[] = [];
  const seen = new Set<string>();
  docs.forEach((doc, i) => {
    const path = ['requirements', i];
    if (!ids.includes(doc.workload)) {
      const near = nearestName(doc.workload, ids);
      const fix = near
        ? `write ${near}`
        : ids.length
          ? `use ${ids.join(', ')}`
          : 'add the workload';
      const message = `there is no workload "${doc.workload}"`;
      problems.error('plan/unknown-workload', [...path, 'workload'], message, fix);
    }
    for (const [key, limitNs] of doc.latency) {
      const statistic = key === 'max' ? 'max' : key.slice(1);
      const text = `${doc.workload} latency ${key} <= ${formatDuration(limitNs)}`;
      const subject = `${doc.workload} latency ${key}`;
      if (seen.has(subject)) {
        const message = `${subject} is limited twice`;
        problems.error(
          'plan/duplicate',
          [...path, 'latency', key],
          message,
          'keep the stricter one',
        );
      }
      seen.add(subject);
      requirements.push({ workload: doc.workload, statistic, limitNs, text });
    }
  });
  return requirements;
}
