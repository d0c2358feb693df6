/**
 * Hexadecimal CPU masks: `ffff,ffffffff` (groups of 32 bits, most significant first, as
 * /proc/irq/N/smp_affinity prints) and `0x1f`. Source: Linux lib/bitmap-str.c bitmap_parse.
 * Leaves out: capacity masks of resctrl, whose width means ways, not CPUs.
 */
import type { ListError } from './cpulistRange.js';

/**
 * The set bits of a mask, ascending. Commas split groups of at most 8 digits, each 32 bits wide.
 * `joined` drops commas instead (tuned). `column` is that of the first character.
 */
export function parseMask(
  text: string,
  limit: number,
  column: number,
  joined = false,
): number[] | ListError {
  const prefixed = /^0x/i.test(text) ? 2 : 0;
  const body = text.slice(prefixed);
  const at = column + prefixed;
  const groups = joined ? [body.split(',').join('')] : body.split(',');
  const cpus: number[] = [];
  let bit = 0;
  let place = at + body.length;
  for (const group of groups.reverse()) {
    place -= group.length + (place === at + body.length ? 0 : 1);
    const problem = groupProblem(group, groups.length, place);
    if (problem) return problem;
    for (let i = group.length - 1; i >= 0; i -= 1) {
      const nibble = Number.parseInt(group[i], 16);
      const low = bit + 4 * (group.length - 1 - i);
      for (let k = 0; k < 4; k += 1) if (nibble & (1 << k)) cpus.push(low + k);
      const top = cpus.at(-1) ?? 0;
      if (top >= limit) {
        return { error: `the mask names CPU ${top}; the limit is ${limit - 1}`, column: place + i };
      }
    }
    bit += 32;
  }
  return cpus;
}

function groupProblem(group: string, groups: number, column: number): ListError | undefined {
  const bad = group.search(/[^0-9a-f]/i);
  if (bad >= 0) {
    const error = `${JSON.stringify(group[bad])} is not a hexadecimal digit`;
    return { error, column: column + bad, fix: 'a mask is written in 0-9 and a-f' };
  }
  if (group === '') return { error: 'the mask has no digits here', column };
  if (groups > 1 && group.length > 8) {
    return { error: `a group has ${group.length} digits; 32 bits are 8`, column };
  }
  return undefined;
}

/** The mask of ascending CPUs in groups of 32 bits, most significant first; the first is not padded. */
export function maskGroups(cpus: readonly number[]): string[] {
  if (cpus.length === 0) return ['0'];
  const words = new Uint32Array(Math.floor(cpus[cpus.length - 1] / 32) + 1);
  for (const cpu of cpus) words[cpu >>> 5] |= 1 << (cpu & 31);
  const groups = Array.from(words, (word) => word.toString(16).padStart(8, '0')).reverse();
  groups[0] = groups[0].replace(/^0+(?=.)/, '');
  return groups;
}
