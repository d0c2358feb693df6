/**
 * The table forms of lscpu: `-p` (comma separated, columns named in the last comment), `-e`
 * (aligned columns) and `-J -e` (JSON objects). Source: util-linux sys-utils/lscpu.c.
 * Leaves out: `-y` is not told apart: physical numbers that repeat per socket are handled the same.
 */

/** One CPU: lower-case column name to text; missing values are absent. */
export type LscpuRow = ReadonlyMap<string, string>;

export interface LscpuTable {
  /** Line of the column names, from 1; what stands before is no part of the table. */
  readonly headerLine: number;
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<{ readonly line: number; readonly row: LscpuRow }>;
  /** Lines of the table that have another number of fields. */
  readonly ragged: readonly number[];
}

/** Columns have short names; a longer line is no header, and would tire a regular expression. */
const MAX_HEADER = 2000;

/** Finds a `-p` or `-e` table in a text; undefined if there is none. */
export function findTable(text: string): LscpuTable | undefined {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const header = lines.findIndex((line) => line.length < MAX_HEADER && /^# ?CPU(,|$)/i.test(line));
  if (header >= 0) {
    const columns = lines[header].replace(/^# ?/, '').split(',');
    return readRows(lines, header, columns, (line) =>
      /^[\d-]/.test(line) ? line.split(',') : undefined,
    );
  }
  const aligned = lines.findIndex(
    (line) => line.length < MAX_HEADER && /^\s*CPU(\s+[A-Z]\S*)*\s*$/.test(line),
  );
  if (aligned < 0) return undefined;
  const columns = lines[aligned].trim().split(/\s+/);
  return readRows(lines, aligned, columns, (line) => {
    const words = line.trim().split(/\s+/);
    return /^\d+$/.test(words[0]) ? words : undefined;
  });
}

function readRows(
  lines: readonly string[],
  header: number,
  columns: readonly string[],
  split: (line: string) => string[] | undefined,
): LscpuTable {
  const rows: Array<{ line: number; row: LscpuRow }> = [];
  const ragged: number[] = [];
  for (let i = header + 1; i < lines.length; i += 1) {
    if (lines[i].trim() === '') continue;
    const fields = split(lines[i]);
    // Anything else ends the table: another command may follow in the same file.
    if (!fields) break;
    if (fields.length > columns.length) {
      ragged.push(i + 1);
      continue;
    }
    rows.push({ line: i + 1, row: toRow(columns, fields) });
  }
  const names = columns.map((column) => column.toLowerCase());
  return { headerLine: header + 1, columns: names, rows, ragged };
}

function toRow(columns: readonly string[], fields: readonly string[]): LscpuRow {
  const row = new Map<string, string>();
  for (const [i, field] of fields.entries()) {
    const parts = columns[i].trim().toLowerCase().split(':');
    // One column may hold all caches: `L1d:L1i:L2:L3` with `0:0:0:0`.
    const values = parts.length === 1 ? [field] : field.split(':').slice(0, parts.length);
    for (const [k, value] of values.entries()) put(row, parts[k], value);
  }
  return row;
}

function put(row: Map<string, string>, name: string, text: string): void {
  const value = text.trim();
  if (name !== '' && value !== '' && value !== '-') row.set(name, value);
}

/** The rows of `{"cpus": [{"cpu": 0, ...}]}`. */
export function jsonTable(cpus: readonly unknown[]): LscpuTable {
  const rows: Array<{ line: number; row: LscpuRow }> = [];
  const columns = new Set<string>();
  for (const cpu of cpus) {
    if (typeof cpu !== 'object' || cpu === null) continue;
    const names = Object.keys(cpu);
    for (const name of names) columns.add(name.toLowerCase());
    const fields = Object.values(cpu).map((value) => (value === null ? '' : String(value)));
    rows.push({ line: 1, row: toRow(names, fields) });
  }
  return { headerLine: 1, columns: [...columns], rows, ragged: [] };
}
