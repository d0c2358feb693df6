/**
 * The items of a CPU list text: numbers, ranges, strides, exclusions, masks, each with its place.
 * One scanner for all dialects; the rules table says what a dialect allows.
 */
import type { DialectRules } from './cpulistDialects.js';
import {
  type Cursor,
  isBlank,
  isListError,
  type ListError,
  scanRange,
  scanStride,
  skipBlanks,
  unexpected,
} from './cpulistRange.js';

/** The CPUs first, first+1 ... last of which the first `used` of every `group` are meant. */
export interface CpuRange {
  readonly first: number;
  readonly last: number;
  readonly used: number;
  readonly group: number;
  readonly exclude: boolean;
  /** Column from 1. */
  readonly column: number;
}

/** A hexadecimal mask inside a list (tuned), its commas already joined. */
export interface MaskItem {
  readonly mask: string;
  readonly column: number;
}

export interface ListItems {
  readonly items: ReadonlyArray<CpuRange | MaskItem>;
  readonly invert: boolean;
  readonly relative: boolean;
}

/** Splits `text` into items by `rules`. `lastCpu` is what `N` and `all` stand for. */
export function scanItems(
  text: string,
  rules: DialectRules,
  lastCpu: number | undefined,
): ListItems | ListError {
  const cursor: Cursor = { text, rules, lastCpu, at: 0 };
  const items: Array<CpuRange | MaskItem> = [];
  let invert = false;
  let relative = false;
  skipBlanks(cursor);
  if (rules.prefixes && text[cursor.at] === '!') {
    invert = true;
    cursor.at += 1;
  }
  if (rules.prefixes && text[cursor.at] === '+') {
    relative = true;
    cursor.at += 1;
  }
  if (cursor.at >= text.length) {
    if (rules.emptyText && !invert && !relative) return { items, invert, relative };
    return { error: 'the list is empty', column: cursor.at + 1 };
  }
  let needsItem = false;
  while (cursor.at < text.length) {
    if (text[cursor.at] === ',') {
      if (rules.emptyItem !== 'skip') return emptyItem(cursor);
      cursor.at += 1;
    } else {
      const item = scanItem(cursor);
      if (isListError(item)) return item;
      items.push(item);
      const separated = scanSeparator(cursor);
      if (typeof separated !== 'boolean') return separated;
      needsItem = separated;
    }
    skipBlanks(cursor);
  }
  if (needsItem && rules.emptyItem === 'error') return emptyItem(cursor);
  return { items, invert, relative };
}

function emptyItem(cursor: Cursor): ListError {
  return {
    error: 'a CPU number is missing beside a comma',
    column: cursor.at + 1,
    fix: 'remove the comma',
  };
}

/** True after a comma, false at the end or after a separating space. */
function scanSeparator(cursor: Cursor): boolean | ListError {
  const spaced = isBlank(cursor.text[cursor.at]);
  skipBlanks(cursor);
  const c = cursor.text[cursor.at];
  if (c === undefined) return false;
  if (c === ',') {
    cursor.at += 1;
    return true;
  }
  if (spaced && cursor.rules.spaceSeparates) return false;
  return unexpected(cursor, c);
}

function scanItem(cursor: Cursor): CpuRange | MaskItem | ListError {
  const { text, rules } = cursor;
  const column = cursor.at + 1;
  if (rules.hexItems && /^0x$/i.test(text.slice(cursor.at, cursor.at + 2))) return scanMask(cursor);
  const exclude = rules.exclusion !== '' && rules.exclusion.includes(text[cursor.at]);
  if (exclude) {
    cursor.at += 1;
    skipBlanks(cursor);
  }
  const range = scanRange(cursor);
  if (isListError(range)) return range;
  if (exclude && range.isRange && !rules.excludesRanges) {
    return { error: '^ excludes one CPU, not a range', column, exclusion: true };
  }
  const [first, last] = range.ends;
  if (last < first) {
    const fix = `write ${last}-${first}`;
    return { error: `the range ${first}-${last} descends`, column, fix };
  }
  const stride = range.isRange ? scanStride(cursor) : { used: 1, group: 1 };
  if (isListError(stride)) return stride;
  return { first, last, ...stride, exclude, column };
}

/** Commas belong to the mask until an item is empty or the text ends. */
function scanMask(cursor: Cursor): MaskItem | ListError {
  const { text } = cursor;
  const start = cursor.at;
  const stop = text.indexOf(',,', start);
  const end = stop < 0 ? text.length : stop;
  cursor.at = end;
  return { mask: text.slice(start + 2, end), column: start + 3 };
}
