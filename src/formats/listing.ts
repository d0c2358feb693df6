/**
 * A directory tree given as text: from a Map of path to content, or from lines `path<TAB>value` or
 * `path:value` (as `grep -r . DIR` prints). In TSV values, `\n` and `\t` are written out.
 * Leaves out: links and permissions; the caller decides which tree it is.
 */
import type { Diagnostic } from '../base/diagnostics.js';

/** Path without leading slash to content without final newline, in the order given. */
export type Listing = ReadonlyMap<string, string>;

export interface ListingReading {
  readonly listing: Listing;
  readonly diagnostics: readonly Diagnostic[];
}

/** A host of 1024 CPUs has about 40,000 files under /sys/devices/system/cpu. */
const MAX_FILES = 400_000;
const MAX_LENGTH = 64 * 1024 * 1024;

/** Takes a tree in any of its forms. Repeated paths of `path:value` lines are lines of one file. */
export function readListing(
  source: string | ReadonlyMap<string, string>,
  file: string,
): ListingReading {
  const listing = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const problem = (line: number, message: string, fix?: string): void => {
    diagnostics.push({
      code: 'listing/line',
      severity: 'error',
      path: '',
      message,
      ...(fix === undefined ? {} : { fix }),
      place: { file, line, column: 1 },
    });
  };
  if (typeof source !== 'string') {
    for (const [path, text] of source) listing.set(cleanPath(path), text.replace(/\r?\n$/, ''));
    return { listing, diagnostics };
  }
  if (source.length > MAX_LENGTH) {
    problem(
      1,
      `longer than ${MAX_LENGTH} characters`,
      'bring only the directories that are asked for',
    );
    return { listing, diagnostics };
  }
  let unreadable = 0;
  for (const [index, line] of lines(source)) {
    const entry = splitLine(line);
    if (!entry) {
      unreadable += 1;
      if (unreadable <= 3) problem(index, 'neither path<TAB>value nor path:value', FIX);
      continue;
    }
    const before = entry.joined ? listing.get(entry.path) : undefined;
    listing.set(entry.path, before === undefined ? entry.value : `${before}\n${entry.value}`);
    if (listing.size > MAX_FILES) {
      problem(
        index,
        `more than ${MAX_FILES} files`,
        'bring only the directories that are asked for',
      );
      break;
    }
  }
  if (unreadable > 3) problem(1, `${unreadable} lines cannot be read`, FIX);
  return { listing, diagnostics };
}

const FIX = 'bring the output of `grep -r . DIRECTORY`';

function* lines(text: string): Generator<readonly [number, string]> {
  let line = 1;
  for (let at = 0; at < text.length; line += 1) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(at, end).replace(/\r$/, '');
    if (content !== '') yield [line, content];
    at = end + 1;
  }
}

function splitLine(line: string): { path: string; value: string; joined: boolean } | undefined {
  const tab = line.indexOf('\t');
  if (tab > 0) {
    const value = line.slice(tab + 1).replace(/\\(n|t|\\)/g, (_, c) => ESCAPES[c] ?? c);
    return { path: cleanPath(line.slice(0, tab)), value, joined: false };
  }
  const colon = line.indexOf(':');
  if (colon <= 0 || line.slice(0, colon).includes(' ')) return undefined;
  return { path: cleanPath(line.slice(0, colon)), value: line.slice(colon + 1), joined: true };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

function cleanPath(path: string): string {
  return path.replace(/^(\.?\/)+/, '');
}
