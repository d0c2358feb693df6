/**
 * CPU and node sets of one domain. Equal texts share one array, and all sets together are limited:
 * 4096 pins of 16384 CPUs each would fill the memory of a workstation.
 * Source of the limit of a number: VIR_DOMAIN_CPUMASK_LEN in src/conf/domain_conf.h.
 */
import { parseCpuList } from '../base/cpulist.js';

const CPU_LIMIT = 16_384;
/** Far above what a real domain has: 4096 vCPUs on 512 CPUs each. */
const MAX_MEMBERS = 2_097_152;

export type SetResult =
  | { readonly cpus: readonly number[]; readonly error?: undefined }
  | { readonly error: string; readonly fix: string };

export class SetReader {
  readonly #known = new Map<string, SetResult>();
  #members = 0;

  /** Members ascending; an empty set is an error, as it is for libvirt. */
  read(text: string): SetResult {
    const known = this.#known.get(text);
    if (known) return known;
    const result = this.#parse(text);
    this.#known.set(text, result);
    return result;
  }

  #parse(text: string): SetResult {
    if (this.#members > MAX_MEMBERS) {
      return { error: 'the sets of this file are too many', fix: 'write shorter or fewer sets' };
    }
    const list = parseCpuList(text, 'libvirt', { limit: CPU_LIMIT });
    if (list.error !== undefined) {
      return { error: list.error, fix: list.fix ?? 'write numbers and ranges, as in 0-3,8,^2' };
    }
    this.#members += list.cpus.length;
    if (list.cpus.length > 0) return { cpus: list.cpus };
    return { error: 'names nothing', fix: 'name at least one number that no ^ takes away again' };
  }
}
