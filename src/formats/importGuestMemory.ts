/** The memory part of a guest: size, page size, locking, page merging. */
import type { PlanDocument } from '../plan/schema.js';
import { cpuField } from './importCpuField.js';
import type { LibvirtDomain } from './libvirtDomainModel.js';

type Guest = NonNullable<PlanDocument['guests']>[number];

const SIZES = [
  ['TiB', 1024 ** 4],
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
] as const;

/** In the largest unit that is exact; sizes below a KiB are rounded up to one. */
function sizeText(bytes: number): string | undefined {
  if (bytes <= 0) return undefined;
  const [unit, factor] = SIZES.find(([, size]) => bytes % size === 0) ?? SIZES[3];
  const amount = Math.ceil(bytes / factor);
  return amount < 1e10 ? `${amount}${unit}` : undefined;
}

export function memoryOf({ memory, numatune }: LibvirtDomain): Guest['memory'] {
  const size = memory.bytes === undefined ? undefined : sizeText(memory.bytes);
  // The smallest page decides how often the TLB misses.
  const pages = memory.hugepages.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]));
  const hugepages =
    pages.length > 0
      ? sizeText(Math.min(...pages))
      : memory.hugepages.length > 0
        ? '2MiB'
        : undefined;
  return {
    ...(size ? { size } : {}),
    ...(hugepages ? { hugepages } : {}),
    ...(numatune?.nodeset && numatune.nodeset.length > 0
      ? { nodes: cpuField(numatune.nodeset) }
      : {}),
    locked: memory.locked,
    nosharepages: memory.nosharepages,
  };
}
