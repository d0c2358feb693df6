/**
 * Huge pages asked for on the command line. Source: Linux mm/hugetlb.c: `hugepages=` belongs to the
 * `hugepagesz=` before it, to the default size if there is none; `node:count` pairs name nodes.
 * Leaves out: huge pages made later through sysfs; gigantic page CMA areas.
 */
import type { CmdlineToken } from './cmdlineTokens.js';

export interface HugepageRequest {
  /** Absent: the default size. */
  readonly sizeBytes?: number;
  readonly count: number;
  /** Absent: spread over all nodes. */
  readonly node?: number;
}

export interface HugepageReading {
  readonly defaultSizeBytes?: number;
  readonly requests: readonly HugepageRequest[];
  /** Tokens that say nothing a kernel understands, with the reason. */
  readonly problems: ReadonlyArray<{ readonly token: CmdlineToken; readonly message: string }>;
}

const UNIT_SHIFT: Readonly<Record<string, number>> = { '': 0, k: 10, m: 20, g: 30, t: 40 };

/** `2M`, `1G`, `2048k` in bytes; undefined if it is no size. */
export function parseMemorySize(text: string): number | undefined {
  const match = /^(\d{1,12})([kmgt]?)$/i.exec(text);
  if (!match) return undefined;
  const bytes = Number(match[1]) * 2 ** UNIT_SHIFT[match[2].toLowerCase()];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Reads `default_hugepagesz`, `hugepagesz` and `hugepages`, in order. */
export function readHugepages(tokens: readonly CmdlineToken[]): HugepageReading {
  const requests: HugepageRequest[] = [];
  const problems: Array<{ token: CmdlineToken; message: string }> = [];
  let defaultSizeBytes: number | undefined;
  let sizeBytes: number | undefined;
  for (const token of tokens) {
    const value = token.value ?? '';
    if (token.key === 'default_hugepagesz' || token.key === 'hugepagesz') {
      const size = parseMemorySize(value);
      if (size === undefined) problems.push({ token, message: `"${value}" is no page size` });
      else if (token.key === 'hugepagesz') sizeBytes = size;
      else {
        // The default size also becomes the size that the next count belongs to.
        defaultSizeBytes = size;
        sizeBytes = size;
      }
    } else if (token.key === 'hugepages') {
      for (const part of value.split(',')) {
        const match = /^(?:(\d{1,5}):)?(\d{1,12})$/.exec(part);
        if (!match) problems.push({ token, message: `"${part}" is no number of pages` });
        else {
          requests.push({
            ...(sizeBytes === undefined ? {} : { sizeBytes }),
            count: Number(match[2]),
            ...(match[1] === undefined ? {} : { node: Number(match[1]) }),
          });
        }
      }
    }
  }
  return {
    ...(defaultSizeBytes === undefined ? {} : { defaultSizeBytes }),
    requests,
    problems,
  };
}
