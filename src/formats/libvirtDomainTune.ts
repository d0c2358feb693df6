/**
 * Limits on the CPU time and the caches of a domain: shares, CFS quotas, `cachetune`, `memorytune`.
 *
 * Covers the ranges libvirt allows and its collision rules: two tunes name the same vCPUs or
 * disjoint ones, one allocation per cache, level and type. Source: formatdomain.html,
 * src/conf/domain_conf.c. Leaves out: what the host's resctrl offers, which no domain file says.
 */
import type { Element } from '@xmldom/xmldom';
import type { DomainCursor } from './libvirtDomainCursor.js';
import type { LibvirtCacheTune, LibvirtMemoryTune, LibvirtQuota } from './libvirtDomainModel.js';

const SCOPES = [
  { scope: 'vcpu', prefix: '' },
  { scope: 'global', prefix: 'global_' },
  { scope: 'emulator', prefix: 'emulator_' },
  { scope: 'iothread', prefix: 'iothread_' },
] as const;

const MAX_QUOTA_US = 17_592_186_044_415;

export function readShares(cursor: DomainCursor, cputune: Element | undefined): number | undefined {
  // libvirt passes the number to the cgroup; cgroup v1 clamps it to 2..262144 without a word.
  return cursor.textInt(cursor.child(cputune, 'shares'), { min: 0, max: 0xffff_ffff });
}

/** Quotas, each with a warning: they throttle the threads they cover. */
export function readQuotas(cursor: DomainCursor, cputune: Element | undefined): LibvirtQuota[] {
  const quotas: LibvirtQuota[] = [];
  for (const { scope, prefix } of SCOPES) {
    const periodElement = cursor.child(cputune, `${prefix}period`);
    const quotaElement = cursor.child(cputune, `${prefix}quota`);
    const periodUs = readPeriod(cursor, periodElement);
    const quotaUs = readQuota(cursor, quotaElement);
    if (!periodElement && !quotaElement) continue;
    quotas.push({
      scope,
      ...(periodUs === undefined ? {} : { periodUs }),
      ...(quotaUs === undefined ? {} : { quotaUs }),
    });
    if (quotaElement && quotaUs !== undefined && quotaUs > 0) {
      cursor.warn(
        quotaElement,
        'libvirt/quota-throttles',
        `a quota of ${quotaUs} us per ${periodUs ?? 100_000} us throttles the ${scope} threads ` +
          'while they are fair; this model does not throttle them',
        { fix: 'remove the quota of a realtime guest; FIFO threads are not bound by it' },
      );
    }
  }
  return quotas;
}

/** 0 means unset, as for libvirt. */
function readPeriod(cursor: DomainCursor, element: Element | undefined): number | undefined {
  if (cursor.text(element) === '0') return undefined;
  return cursor.textInt(element, { min: 1_000, max: 1_000_000 });
}

function readQuota(cursor: DomainCursor, element: Element | undefined): number | undefined {
  const value = cursor.textInt(element, { min: -Number.MAX_SAFE_INTEGER, max: MAX_QUOTA_US });
  if (!element || value === undefined || value <= 0) return value;
  if (value >= 1_000) return value;
  cursor.error(element, 'libvirt/number', `a quota of ${value} us is too short`, {
    fix: 'write at least 1000 (1 ms), or a negative number for no limit',
  });
  return undefined;
}

export function readResourceTunes(
  cursor: DomainCursor,
  cputune: Element | undefined,
): { cachetunes: LibvirtCacheTune[]; memorytunes: LibvirtMemoryTune[] } {
  const cachetunes: LibvirtCacheTune[] = [];
  const memorytunes: LibvirtMemoryTune[] = [];
  for (const element of cursor.children(cputune, 'cachetune')) {
    const vcpus = readTuneVcpus(cursor, element);
    const caches = readCaches(cursor, element);
    readMonitors(cursor, element);
    if (!vcpus) continue;
    collide(cursor, element, vcpus, cachetunes, 'none');
    cachetunes.push({ vcpus, caches });
  }
  for (const element of cursor.children(cputune, 'memorytune')) {
    const vcpus = readTuneVcpus(cursor, element);
    const nodes = readBandwidths(cursor, element);
    readMonitors(cursor, element);
    if (!vcpus) continue;
    collide(cursor, element, vcpus, cachetunes, 'same');
    collide(cursor, element, vcpus, memorytunes, 'none');
    memorytunes.push({ vcpus, nodes });
  }
  return { cachetunes, memorytunes };
}

function readTuneVcpus(cursor: DomainCursor, element: Element): readonly number[] | undefined {
  const vcpus = cursor.set(element, 'vcpus');
  if (!element.hasAttribute('vcpus')) {
    cursor.error(element, 'libvirt/missing-attribute', 'vcpus= is missing', {
      fix: "name the vCPUs, as in vcpus='0-3'",
    });
  }
  return vcpus;
}

/** Two groups of vCPUs of one resctrl tree never partly overlap. */
function collide(
  cursor: DomainCursor,
  element: Element,
  vcpus: readonly number[],
  earlier: ReadonlyArray<{ readonly vcpus: readonly number[] }>,
  allowed: 'none' | 'same',
): void {
  const mine = new Set(vcpus);
  for (const other of earlier) {
    const shared = other.vcpus.filter((id) => mine.has(id)).length;
    const same = shared === mine.size && shared === other.vcpus.length;
    if (shared === 0 || (same && allowed === 'same')) continue;
    cursor.error(
      element,
      'libvirt/tune-overlap',
      same
        ? `another <${element.nodeName}> already covers these vCPUs`
        : 'its vCPUs partly overlap those of another cachetune or memorytune',
      { fix: same ? 'join the two elements' : 'name exactly the same vCPUs, or others' },
    );
    return;
  }
}

function readCaches(cursor: DomainCursor, tune: Element): LibvirtCacheTune['caches'] {
  const caches: Array<LibvirtCacheTune['caches'][number]> = [];
  for (const element of cursor.children(tune, 'cache')) {
    const id = cursor.int(element, 'id', { min: 0, max: 0xffff });
    const level = cursor.int(element, 'level', { min: 1, max: 3 });
    const type = cursor.word(element, 'type', ['both', 'code', 'data'] as const);
    const sizeBytes = cursor.bytes(element, cursor.attr(element, 'size') ?? '');
    if (id === undefined || level === undefined || !type || sizeBytes === undefined) continue;
    const clash = caches.find(
      (cache) =>
        cache.id === id &&
        cache.level === level &&
        (cache.type === type || cache.type === 'both' || type === 'both'),
    );
    if (clash) {
      cursor.error(
        element,
        'libvirt/cache-collision',
        `cache ${id} of level ${level} is allocated twice (${clash.type} and ${type})`,
        { fix: 'keep one allocation for both, or one for code and one for data' },
      );
    }
    caches.push({ id, level, type, sizeBytes });
  }
  return caches;
}

function readBandwidths(cursor: DomainCursor, tune: Element): LibvirtMemoryTune['nodes'] {
  const nodes: Array<LibvirtMemoryTune['nodes'][number]> = [];
  for (const element of cursor.children(tune, 'node')) {
    const id = cursor.int(element, 'id', { min: 0, max: 0xffff });
    const bandwidthPercent = cursor.int(element, 'bandwidth', { min: 1, max: 100 });
    if (id !== undefined && bandwidthPercent !== undefined) nodes.push({ id, bandwidthPercent });
  }
  return nodes;
}

/** Monitors measure and bind nothing; only their lists are checked. */
function readMonitors(cursor: DomainCursor, tune: Element): void {
  for (const element of cursor.children(tune, 'monitor')) {
    cursor.set(element, 'vcpus');
    cursor.int(element, 'level', { min: 1, max: 3 });
  }
}
