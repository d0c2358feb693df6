/**
 * What the guest sees of its CPU: features, CPU model, topology, NUMA cells, timers.
 *
 * Covers `<features>`, `<cpu>`, `<clock>`. Source: formatdomain.html (hypervisor features, CPU model
 * and topology, time keeping). Leaves out: which flags a named CPU model has; a feature that is not
 * written out is unknown here.
 */
import type { Element } from '@xmldom/xmldom';
import type { DomainCursor } from './libvirtDomainCursor.js';
import type { LibvirtCpu, LibvirtFeatures, LibvirtTimer } from './libvirtDomainModel.js';
import { clip } from './libvirtDomainPath.js';

const COUNT = { min: 1, max: 4096 };
const POLICIES: ReadonlySet<string> = new Set([
  'force',
  'require',
  'optional',
  'disable',
  'forbid',
]);

export function readFeatures(cursor: DomainCursor, domain: Element): LibvirtFeatures {
  const features = cursor.child(domain, 'features');
  const kvm = cursor.child(features, 'kvm');
  const state = (parent: Element | undefined, name: string): boolean | undefined =>
    cursor.flag(cursor.child(parent, name), 'state');
  const hyperv = cursor
    .everyChild(cursor.child(features, 'hyperv'))
    .filter((element) => cursor.flag(element, 'state') === true)
    .map((element) => element.nodeName);
  const pmu = cursor.child(features, 'pmu');
  return {
    apic: cursor.child(features, 'apic') !== undefined,
    // <pmu/> alone means on.
    pmu: pmu && (cursor.flag(pmu, 'state') ?? true),
    hintDedicated: state(kvm, 'hint-dedicated') ?? false,
    pollControl: state(kvm, 'poll-control') ?? false,
    pvIpi: state(kvm, 'pv-ipi'),
    hidden: state(kvm, 'hidden') ?? false,
    ioapic: cursor.word(cursor.child(features, 'ioapic'), 'driver', ['kvm', 'qemu'] as const),
    hyperv: [...new Set(hyperv)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  };
}

export function readCpu(cursor: DomainCursor, domain: Element): LibvirtCpu {
  const cpu = cursor.child(domain, 'cpu');
  const features = new Map<string, string>();
  for (const feature of cursor.children(cpu, 'feature')) {
    const name = cursor.attr(feature, 'name');
    // Without a policy libvirt means require.
    const policy = cursor.attr(feature, 'policy') ?? 'require';
    if (!POLICIES.has(policy)) {
      // libvirt refuses it, but no part of a plan hangs on it: the feature counts as unknown.
      cursor.warn(feature, 'libvirt/value', `policy='${clip(policy)}' is not known`, {
        fix: `write one of ${[...POLICIES].join(', ')}`,
      });
      continue;
    }
    if (name === undefined) {
      cursor.error(feature, 'libvirt/missing-attribute', 'name= is missing', {
        fix: "write <feature policy='require' name='tsc-deadline'/>",
      });
    } else if (features.has(name)) {
      cursor.error(feature, 'libvirt/repeated', `the feature ${name} stands here twice`, {
        fix: 'keep one <feature> for each name',
      });
    } else {
      features.set(name, policy);
    }
  }
  const cache = cursor.child(cpu, 'cache');
  const cacheMode = cursor.word(cache, 'mode', ['emulate', 'passthrough', 'disable'] as const);
  const level = cursor.int(cache, 'level', { min: 1, max: 3 });
  const topology = readTopology(cursor, cursor.child(cpu, 'topology'));
  return {
    mode: cursor.attr(cpu, 'mode'),
    model: cursor.text(cursor.child(cpu, 'model')),
    migratable: cursor.flag(cpu, 'migratable'),
    features,
    ...(topology ? { topology } : {}),
    cells: readCells(cursor, cursor.child(cpu, 'numa')),
    ...(cacheMode ? { cache: { mode: cacheMode, ...(level === undefined ? {} : { level }) } } : {}),
  };
}

function readTopology(cursor: DomainCursor, element: Element | undefined): LibvirtCpu['topology'] {
  if (!element) return undefined;
  const part = (name: string): number => cursor.int(element, name, COUNT) ?? 1;
  return {
    sockets: part('sockets'),
    dies: part('dies'),
    clusters: part('clusters'),
    cores: part('cores'),
    threads: part('threads'),
  };
}

function readCells(cursor: DomainCursor, numa: Element | undefined): LibvirtCpu['cells'] {
  const cells: Array<LibvirtCpu['cells'][number]> = [];
  const owner = new Map<number, number>();
  cursor.children(numa, 'cell').forEach((element, index) => {
    const id = cursor.int(element, 'id', { min: 0, max: 0xffff }) ?? index;
    const cpus = cursor.set(element, 'cpus') ?? [];
    cursor.word(element, 'memAccess', ['shared', 'private'] as const);
    if (cells.some((cell) => cell.id === id)) {
      cursor.error(element, 'libvirt/repeated', `NUMA cell ${id} stands here twice`, {
        fix: 'number the cells 0, 1, 2, ...',
      });
    }
    const twice = cpus.find((vcpu) => owner.has(vcpu));
    if (twice !== undefined) {
      cursor.error(element, 'libvirt/cell-overlap', `vCPU ${twice} is in two NUMA cells`, {
        fix: 'name each vCPU in one cell',
      });
    }
    for (const vcpu of cpus) owner.set(vcpu, id);
    cells.push({ id, cpus });
  });
  return cells;
}

export function readTimers(cursor: DomainCursor, domain: Element): LibvirtTimer[] {
  const timers: LibvirtTimer[] = [];
  for (const element of cursor.children(cursor.child(domain, 'clock'), 'timer')) {
    const name = cursor.attr(element, 'name');
    const present = cursor.flag(element, 'present');
    const tickpolicy = cursor.attr(element, 'tickpolicy');
    const mode = cursor.attr(element, 'mode');
    const frequencyHz = cursor.int(element, 'frequency', { min: 0, max: 1e12 });
    if (name === undefined) {
      cursor.error(element, 'libvirt/missing-attribute', 'name= is missing', {
        fix: 'name the timer: tsc, kvmclock, hpet, pit, rtc, hypervclock',
      });
      continue;
    }
    timers.push({
      name,
      present,
      ...(tickpolicy === undefined ? {} : { tickpolicy }),
      ...(mode === undefined ? {} : { mode }),
      ...(frequencyHz === undefined ? {} : { frequencyHz }),
    });
  }
  return timers;
}
