/**
 * Cold caches: what a thread that is switched in brings back first, at most its whole working set from
 * wherever a line takes longest. Source: src/hardware/cache.ts, which never takes more than that.
 */
import { type Figure, longest, NO_TIME, times } from './figure.js';
import type { Instance } from './instance.js';
import type { Surroundings } from './surroundings.js';

const LINE_BYTES = 64;

/** Longest refill of any thread that may be switched in on this CPU. */
export function longestRefill(around: Surroundings, instance: Instance, cpu: number): Figure {
  const { plan } = around;
  const { caches } = plan.platform;
  if (!caches || !plan.caches) return NO_TIME;
  const measured = plan.workloads.filter(({ guest }) => (guest ?? 'host') === instance.name);
  const owners = [...instance.kernel.threads, ...measured];
  const vcpus = instance.guest
    ? []
    : plan.guests.flatMap((guest) =>
        guest.vcpus.map(({ pcpus, workingSetBytes }) => ({ cpus: pcpus, workingSetBytes })),
      );
  let lines = 0;
  for (const { cpus, workingSetBytes = 0 } of [...owners, ...vcpus]) {
    if (cpus.includes(cpu)) lines = Math.max(lines, Math.ceil(workingSetBytes / LINE_BYTES));
  }
  const figures = around.figures.usual;
  const line = longest(
    figures.of(caches.llcHit, 'caches.llcHit'),
    figures.of(caches.memory, 'caches.memory'),
  );
  return figures.term('cold cache', times(lines, line));
}
