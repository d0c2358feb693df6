/**
 * Recorded arrivals: a text with one time a line, as `tshark -T fields -e frame.time_relative`
 * prints them (seconds) or with a unit (`12.5us`). `#` begins a comment. Times ascend; fractions of
 * a nanosecond are cut off.
 */
import { parseDuration } from '../base/units.js';

const ENTRIES_MAX = 100_000;
const TEXT_MAX = 4_000_000;

export interface ListFault {
  readonly line: number;
  readonly message: string;
  readonly fix: string;
}

/** Arrival times in ns, or the first fault of the text. */
export function parsePacketList(text: string): readonly number[] | ListFault {
  if (text.length > TEXT_MAX) {
    return { line: 1, message: 'the list is longer than 4 MB', fix: 'cut it' };
  }
  const timesNs: number[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const comment = lines[i].indexOf('#');
    const entry = (comment < 0 ? lines[i] : lines[i].slice(0, comment)).trim();
    if (entry === '') continue;
    const line = i + 1;
    const ns = timeOf(entry);
    if (typeof ns !== 'number') {
      return { line, message: ns, fix: 'write seconds as in 0.001250, or a unit as in 1250us' };
    }
    if (timesNs.length > 0 && ns < timesNs[timesNs.length - 1]) {
      return { line, message: 'the arrival is before the one above it', fix: 'sort the list' };
    }
    if (timesNs.length === ENTRIES_MAX) {
      return { line, message: `the list has more than ${ENTRIES_MAX} arrivals`, fix: 'cut it' };
    }
    timesNs.push(ns);
  }
  if (timesNs.length > 0) return timesNs;
  return { line: 1, message: 'the list has no arrival', fix: 'write one time a line' };
}

function timeOf(entry: string): number | string {
  const seconds = /^([0-9]{1,9})(?:\.([0-9]{1,18}))?$/.exec(entry);
  if (!seconds) return parseDuration(entry.slice(0, 64));
  const fraction = (seconds[2] ?? '').padEnd(9, '0').slice(0, 9);
  return parseDuration(`${seconds[1]}.${fraction}s`);
}
