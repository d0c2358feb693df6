/** Whether a CPU has enough time for all that comes to it in the long run; without that no window ends. */
import { rateOf } from '../contract/arrivals.js';
import type { OwnJobs, Stream } from './busyWindow.js';

/** Share of the CPU that the streams may take; at 1 or more no window ends. */
export function overload(
  streams: readonly Stream[],
  jobs: OwnJobs | undefined,
): string | undefined {
  let share = jobs ? jobs.each.ns / jobs.distanceNs : 0;
  let largest = { name: 'the thread itself', share };
  for (const { name, arrivals, each, most } of streams) {
    if (each.ns === 0 || arrivals.most !== Number.POSITIVE_INFINITY || most !== undefined) continue;
    if (arrivals.distanceNs <= 1) {
      return `${name} may come any number of times at once; give its rate a shortest distance (apart)`;
    }
    const part = each.ns * rateOf(arrivals);
    share += part;
    if (part > largest.share) largest = { name, share: part };
  }
  if (share < 1) return undefined;
  const percent = `${Math.round(100 * largest.share)} %`;
  return `utilization of 1 or more: ${largest.name} alone may take ${percent}`;
}
