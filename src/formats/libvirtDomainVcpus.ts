/**
 * vCPUs of a domain: how many, where they are pinned, who schedules them.
 *
 * Covers `<vcpu>`, `<vcpus>`, `vcpupin`, `vcpusched`. Source: formatdomain.html, src/conf/domain_conf.c.
 * A thread without its own pin takes `vcpu@cpuset`; without that it may run on every host CPU.
 * Leaves out: hot-plug order.
 */
import type { Element } from '@xmldom/xmldom';
import type { DomainCursor } from './libvirtDomainCursor.js';
import { readIothreads } from './libvirtDomainIothreads.js';
import type { LibvirtIothread, LibvirtVcpu } from './libvirtDomainModel.js';
import { requireAttributes } from './libvirtDomainRequire.js';
import { readSchedulers } from './libvirtDomainSched.js';

/** QEMU's x86 machines stop at 4096; a larger number is a slip, and no array is made for it. */
const MAX_VCPUS = 4096;
const ANY_INT = { min: 0, max: 0x7fff_ffff };

export interface VcpuThreads {
  readonly placement: 'static' | 'auto';
  readonly cpuset: readonly number[] | undefined;
  readonly vcpus: readonly LibvirtVcpu[];
  readonly iothreads: readonly LibvirtIothread[];
}

export function readVcpuThreads(
  cursor: DomainCursor,
  domain: Element,
  cputune: Element | undefined,
): VcpuThreads {
  const vcpu = cursor.child(domain, 'vcpu');
  const count = cursor.textInt(vcpu, { min: 1, max: MAX_VCPUS }) ?? 1;
  const placement = cursor.word(vcpu, 'placement', ['static', 'auto'] as const) ?? 'static';
  const cpuset = readCpuset(cursor, vcpu, placement);
  const enabled = readEnabled(cursor, domain, vcpu, count);
  const pins = readVcpuPins(cursor, cputune, count);
  const schedulers = readSchedulers(cursor, cputune, {
    element: 'vcpusched',
    list: 'vcpus',
    exists: (id) => id < count,
    what: 'vCPU',
  });
  const vcpus = Array.from({ length: count }, (_unused, id): LibvirtVcpu => {
    const pinned = pins.get(id);
    return {
      id,
      enabled: enabled.has(id),
      cpus: pinned ?? cpuset,
      cpusFrom: pinned ? 'vcpupin' : cpuset ? 'cpuset' : 'nothing',
      scheduling: schedulers.get(id) ?? { scheduler: 'other', priority: 0 },
    };
  });
  return { placement, cpuset, vcpus, iothreads: readIothreads(cursor, domain, cputune, cpuset) };
}

function readCpuset(
  cursor: DomainCursor,
  vcpu: Element | undefined,
  placement: 'static' | 'auto',
): readonly number[] | undefined {
  const cpuset = cursor.set(vcpu, 'cpuset');
  if (placement === 'static' || !vcpu) return cpuset;
  cursor.warn(vcpu, 'libvirt/placement-unknown', 'placement unknown: numad chooses the CPUs', {
    fix: "pin the vCPUs with <vcpupin> and write placement='static'",
  });
  // libvirt ignores cpuset under automatic placement, so it binds nothing here either.
  return undefined;
}

function readEnabled(
  cursor: DomainCursor,
  domain: Element,
  vcpu: Element | undefined,
  count: number,
): ReadonlySet<number> {
  const current = cursor.int(vcpu, 'current', { min: 1, max: count }) ?? count;
  const enabled = new Set(Array.from({ length: current }, (_unused, id) => id));
  const list = cursor.child(domain, 'vcpus');
  const seen = new Set<number>();
  for (const item of cursor.children(list, 'vcpu')) {
    const id = cursor.int(item, 'id', { min: 0, max: count - 1 });
    const on = cursor.flag(item, 'enabled');
    if (id === undefined) continue;
    if (seen.has(id)) {
      cursor.error(item, 'libvirt/duplicate-vcpu', `vCPU ${id} is listed twice`, {
        fix: 'keep one <vcpu> for each id',
      });
    }
    seen.add(id);
    if (on === true) enabled.add(id);
    if (on === false) enabled.delete(id);
  }
  if (list && !enabled.has(0)) {
    cursor.warn(list, 'libvirt/vcpu0-disabled', 'libvirt starts no guest without vCPU 0', {
      fix: "write enabled='yes' for id 0; it is read as enabled",
    });
    enabled.add(0);
  }
  return enabled;
}

function readVcpuPins(
  cursor: DomainCursor,
  cputune: Element | undefined,
  count: number,
): ReadonlyMap<number, readonly number[]> {
  const pins = new Map<number, readonly number[]>();
  const seen = new Set<number>();
  for (const pin of cursor.children(cputune, 'vcpupin')) {
    const id = cursor.int(pin, 'vcpu', ANY_INT);
    const cpus = cursor.set(pin, 'cpuset');
    requireAttributes(cursor, pin, ['vcpu', 'cpuset']);
    if (id === undefined) continue;
    if (seen.has(id)) {
      cursor.error(pin, 'libvirt/duplicate-pin', `vCPU ${id} is pinned twice`, {
        fix: `keep one <vcpupin vcpu='${id}'>`,
      });
      continue;
    }
    seen.add(id);
    if (id >= count) {
      cursor.warn(
        pin,
        'libvirt/pin-of-missing-vcpu',
        `there is no vCPU ${id} (the domain has ${count}): libvirt ignores this pin`,
        { fix: `remove it, or raise <vcpu> to ${id + 1} or more` },
      );
    } else if (cpus) {
      pins.set(id, cpus);
    }
  }
  return pins;
}
