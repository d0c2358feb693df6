/** Plain text tables: columns as wide as their widest cell, two spaces between them. */

/** Rows of cells as lines; cells of the columns in `right` stand at the right. */
export function alignColumns(
  rows: ReadonlyArray<readonly string[]>,
  right: readonly number[] = [],
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
