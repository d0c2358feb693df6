/** Units of libvirt's sizes. Source: virScaleInteger in src/util/virutil.c; case does not matter. */

/** Binary and decimal factors of libvirt's `unit` attribute, lower case. */
const UNIT_BYTES: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ['byte', 1],
  ['bytes', 1],
  ['kb', 1e3],
  ['k', 1024],
  ['kib', 1024],
  ['mb', 1e6],
  ['m', 1024 ** 2],
  ['mib', 1024 ** 2],
  ['gb', 1e9],
  ['g', 1024 ** 3],
  ['gib', 1024 ** 3],
  ['tb', 1e12],
  ['t', 1024 ** 4],
  ['tib', 1024 ** 4],
  ['pb', 1e15],
  ['p', 1024 ** 5],
  ['pib', 1024 ** 5],
]);

/**
 * Bytes of one unit, or undefined for a unit that libvirt does not know.
 *
 * @example unitBytes('KiB') // 1024
 */
export function unitBytes(unit: string): number | undefined {
  return UNIT_BYTES.get(unit.toLowerCase());
}
