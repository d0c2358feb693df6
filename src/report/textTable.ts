/** Tables and bars of plain characters. */

/** Text of users without control characters, which a terminal would obey. */
export function printable(text: string): string {
  // \p{Cf} holds the marks that turn the direction of writing round.
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

/** At most `width` characters; cut text ends in an ellipsis. */
export function shorten(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  return `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

export function textWidth(text: string): number {
  return Array.from(text).length;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}

/** Columns two blanks apart, the first to the left and all others to the right. */
export function alignTable(rows: ReadonlyArray<readonly string[]>): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, textWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? padEnd : padStart)(cell, widths[column]))
      .join('  ')
      .trimEnd(),
  );
}

/** A bar of `share` (0..1) of `width` characters; what is above zero shows at least one. */
export function bar(share: number, width: number): string {
  return '█'.repeat(share > 0 ? Math.max(1, Math.round(share * width)) : 0);
}

/** Breaks at blanks into lines of at most `width`; a longer word keeps its own line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line === '') line = word;
    else if (textWidth(line) + 1 + textWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines;
}
