/**
 * Who fills the last-level cache, and which ways of it are reserved (Cache Allocation Technology,
 * resctrl). Working sets of threads count only where this stands and the platform knows its caches.
 */
import type { Platform } from '../platform/platform.js';
import type { CachePlan } from './normalized.js';
import type { HostDoc } from './schemaKernel.js';
import type { Scope } from './scope.js';

export function readCaches(
  doc: HostDoc['caches'],
  platform: Platform,
  scope: Scope,
): CachePlan | undefined {
  if (doc === undefined || doc === 'off') return undefined;
  const path = [...scope.path, 'caches'];
  if (!platform.caches) {
    const message = `the platform ${platform.name} says nothing of its caches: working sets cost nothing`;
    scope.problems.warning(
      'plan/caches',
      path,
      message,
      'remove `caches:`, or add it to the platform',
    );
    return undefined;
  }
  const reserved = (doc.reserved ?? []).map(({ cpus, ways }, i) => ({
    cpus: scope.readCpus(cpus, [...path, 'reserved', i, 'cpus']),
    ways,
  }));
  const taken = reserved.reduce((sum, { ways }) => sum + ways, 0);
  if (taken >= platform.caches.ways) {
    const message = `${taken} of ${platform.caches.ways} ways are reserved: none is left for the others`;
    scope.problems.error('plan/cache-ways', [...path, 'reserved'], message, 'reserve fewer ways');
  }
  const seen = new Set<number>();
  reserved.forEach(({ cpus }, i) => {
    const twice = cpus.find((cpu) => seen.has(cpu));
    for (const cpu of cpus) seen.add(cpu);
    if (twice === undefined) return;
    const message = `CPU ${twice} has ways twice`;
    const at = [...path, 'reserved', i, 'cpus'];
    scope.problems.error('plan/cache-ways', at, message, 'name each CPU once');
  });
  return { fillBytesPerSecond: doc.fill ?? 0, reserved };
}
