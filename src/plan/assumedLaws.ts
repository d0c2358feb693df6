/** How far the figures of a platform can be trusted, as one sentence. */
import { KVM_COSTS, LINUX_COSTS, NETWORK_COSTS } from '../platform/costs.js';
import type { Platform } from '../platform/platform.js';

/**
 * Says how many cost laws nobody measured or published; empty if there are none.
 *
 * @example assumedLawsText(platform) // "61 of 77 cost laws of ideal are assumed, not measured or sourced"
 */
export function assumedLawsText(platform: Platform): string {
  const laws = [
    ...Object.keys(LINUX_COSTS).flatMap((name) => {
      const key = name as keyof typeof LINUX_COSTS;
      return [platform.host[key], platform.guest[key]];
    }),
    ...Object.keys(KVM_COSTS).map((name) => platform.kvm[name as keyof typeof KVM_COSTS]),
    ...Object.keys(NETWORK_COSTS).map(
      (name) => platform.network[name as keyof typeof NETWORK_COSTS],
    ),
  ];
  const assumed = laws.filter((law) => law.status === 'assumed').length;
  if (assumed === 0) return '';
  return `${assumed} of ${laws.length} cost laws of ${platform.name} are assumed, not measured or sourced`;
}
