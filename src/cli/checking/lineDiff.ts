/**
 * The difference of two texts as a unified diff, as `diff -u` and `patch` know it. Method: Myers,
 * "An O(ND) Difference Algorithm and Its Variations" (1986); repairs change few lines.
 */

/** Lines around a change. */
const CONTEXT = 3;
/** More changed lines than this are shown as one replacement. */
const MAX_CHANGES = 4000;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Empty if the texts are equal. */
export function unifiedDiff(before: string, after: string, file: string): string {
  if (before === after) return '';
  const lines = diffLines(linesOf(before), linesOf(after));
  const changed = lines.flatMap(({ sign }, i) => (sign === ' ' ? [] : [i]));
  let text = `--- ${file}\n+++ ${file}\n`;
  for (let c = 0; c < changed.length; ) {
    const from = Math.max(0, changed[c] - CONTEXT);
    let last = changed[c];
    // Changes with little between them share one hunk.
    while (c < changed.length && changed[c] <= last + 2 * CONTEXT) {
      last = changed[c];
      c += 1;
    }
    text += hunk(lines, from, Math.min(lines.length, last + CONTEXT + 1));
  }
  return text;
}

const linesOf = (text: string): string[] =>
  text === '' ? [] : text.replace(/\n$/, '').split('\n');

function hunk(lines: readonly Line[], from: number, to: number): string {
  const count = (sign: '-' | '+', start: number, end: number) =>
    lines.slice(start, end).filter((line) => line.sign === ' ' || line.sign === sign).length;
  const range = (sign: '-' | '+') => `${count(sign, 0, from) + 1},${count(sign, from, to)}`;
  const body = lines.slice(from, to).map(({ sign, text }) => `${sign}${text}\n`);
  return `@@ -${range('-')} +${range('+')} @@\n${body.join('')}`;
}

function diffLines(a: readonly string[], b: readonly string[]): Line[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (text: string): Line => ({ sign: ' ', text });
  return [
    ...a.slice(0, head).map(same),
    ...shortestEdit(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

/** Furthest points on each diagonal, kept for every number of changes to walk back along them. */
function shortestEdit(a: readonly string[], b: readonly string[]): Line[] {
  const limit = Math.min(a.length + b.length, MAX_CHANGES);
  const furthest = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let changes = 0; changes <= limit; changes += 1) {
    trace.push(new Map(furthest));
    for (let k = -changes; k <= changes; k += 2) {
      let x = startOf(furthest, k, changes);
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trace);
    }
  }
  return [
    ...a.map((text): Line => ({ sign: '-', text })),
    ...b.map((text): Line => ({ sign: '+', text })),
  ];
}

function startOf(furthest: ReadonlyMap<number, number>, k: number, changes: number): number {
  const below = furthest.get(k - 1) ?? -1;
  const above = furthest.get(k + 1) ?? -1;
  return k === -changes || (k !== changes && below < above) ? above : below + 1;
}

function walkBack(
  a: readonly string[],
  b: readonly string[],
  trace: ReadonlyArray<ReadonlyMap<number, number>>,
): Line[] {
  const lines: Line[] = [];
  let x = a.length;
  let y = b.length;
  for (let changes = trace.length - 1; changes >= 0; changes -= 1) {
    const k = x - y;
    const furthest = trace[changes];
    const below = furthest.get(k - 1) ?? -1;
    const above = furthest.get(k + 1) ?? -1;
    const down = k === -changes || (k !== changes && below < above);
    const fromX = changes === 0 ? 0 : down ? above : below;
    const fromY = fromX - (changes === 0 ? 0 : down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      lines.push({ sign: ' ', text: a[x] });
    }
    if (changes === 0) break;
    if (down) lines.push({ sign: '+', text: b[fromY] });
    else lines.push({ sign: '-', text: a[fromX] });
    x = fromX;
    y = fromY;
  }
  return lines.reverse();
}
