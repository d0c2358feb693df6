/** Working sets of a part's threads, and the share of the caches that each lane has. */
import type { NormalizedPlan } from '../plan/normalized.js';
import type { PartLayout, TaskRole } from './layout.js';
import type { System } from './system.js';

const LINE_BYTES = 64;

/** pCPUs on which everything takes longer. */
export function buildCaches(m: System, plan: NormalizedPlan, part: PartLayout): void {
  const { caches } = plan.platform;
  if (!caches || !plan.caches) return;
  part.tasks.forEach(({ role }, task) => {
    m.cache.workingSet[task] = Math.ceil(workingSet(role) / LINE_BYTES);
    if (m.cache.workingSet[task] > 0) m.coldCaches = true;
  });
  m.cache.privateLines = Math.floor(caches.privateBytes / LINE_BYTES);
  m.cache.inclusive = caches.inclusive ? 1 : 0;
  const { reserved, fillBytesPerSecond } = plan.caches;
  const lines = caches.llcBytes / LINE_BYTES;
  const free = caches.ways - reserved.reduce((sum, { ways }) => sum + ways, 0);
  part.pcpus.forEach((pcpu, lane) => {
    const own = reserved.find(({ cpus }) => cpus.includes(pcpu));
    m.cache.ways[lane] = Math.floor((lines * (own?.ways ?? free)) / caches.ways);
    m.cache.fill[lane] = own ? 0 : fillBytesPerSecond / LINE_BYTES;
    const path = `host/pcpu${String(pcpu).padStart(5, '0')}`;
    // A law that is always 0 is drawn like any other.
    m.cache.hitCost[lane] = m.costs.add(caches.llcHit, `${path}/line from LLC`);
    m.cache.memoryCost[lane] = m.costs.add(caches.memory, `${path}/line from memory`);
  });
}

function workingSet(role: TaskRole): number {
  switch (role.kind) {
    case 'thread':
    case 'workload':
      return role.plan.workingSetBytes ?? 0;
    case 'vcpu':
      return role.guest.vcpus[role.id].workingSetBytes ?? 0;
    default:
      return 0;
  }
}
