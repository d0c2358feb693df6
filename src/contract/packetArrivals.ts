/**
 * Arrival curves of packets on the wire: sources with a least distance, with bursts, recorded lists.
 * The packets of an interface are those of all its sources.
 */
import type { NormalizedPlan } from '../plan/normalized.js';
import type { PacketSourcePlan } from '../plan/normalizedSwitch.js';
import { type Arrivals, superpose } from './arrivals.js';

/** Packets that come to an interface over the wire. */
export function wireArrivals({ switches }: NormalizedPlan, iface: string): Arrivals {
  const sources = switches.flatMap((one) =>
    one.sources.filter((source) => source.interface === iface),
  );
  return superpose(sources.map(sourceArrivals));
}

export function sourceArrivals(source: PacketSourcePlan): Arrivals {
  const { every, burst, gapNs, listNs, repeatNs } = source;
  if (listNs) return listArrivals(listNs, repeatNs);
  // The next burst begins after the last packet of this one.
  const lengthNs = (burst - 1) * gapNs;
  const distanceNs = Math.max(1, every.minNs, lengthNs + 1);
  const between = Math.min(gapNs, distanceNs - lengthNs);
  return {
    distanceNs,
    burst: 1,
    most: Number.POSITIVE_INFINITY,
    ...(burst > 1 ? { group: burst } : {}),
    ...(burst > 1 && between > 0 ? { gapNs: between } : {}),
  };
}

/** A leaky bucket at the mean rate that no part of the list overflows. */
function listArrivals(listNs: readonly number[], repeatNs: number): Arrivals {
  const count = listNs.length;
  const spanNs = repeatNs > 0 ? repeatNs : listNs[count - 1] + 1;
  const distanceNs = Math.max(1, Math.floor(spanNs / count));
  const rounds = repeatNs > 0 ? 2 : 1;
  let lowest = Number.POSITIVE_INFINITY;
  let burst = 1;
  for (let k = 0; k < rounds * count; k++) {
    const atNs = listNs[k % count] + Math.floor(k / count) * repeatNs;
    const level = k - atNs / distanceNs;
    lowest = Math.min(lowest, level);
    burst = Math.max(burst, Math.floor(level - lowest) + 2);
  }
  const most = repeatNs > 0 ? Number.POSITIVE_INFINITY : count;
  return { distanceNs, burst, most };
}
