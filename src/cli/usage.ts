/** Usage errors: an option or argument that is wrong, said with what to write instead. */
import { type Diagnostic, DiagnosticsError } from '../base/diagnostics.js';
import { parseDuration } from '../base/units.js';

/** A DiagnosticsError about the command line itself. */
export function usageError(message: string, fix: string): DiagnosticsError {
  const diagnostic: Diagnostic = {
    code: 'cli/usage',
    severity: 'error',
    path: '',
    message,
    fix,
    place: { file: 'command line' },
  };
  return new DiagnosticsError([diagnostic]);
}

/** Edits (insert, delete, replace, swap of neighbours) from one word to another. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    before = previous;
    previous = row;
  }
  return previous[b.length];
}

/** The nearest of `names`, if it is near enough to be meant; the first of equals. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.ceil(word.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(word.slice(0, 64), name);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * A count as users write it: `100000`, `1e6`. Throws a usage error outside `min`..`max`.
 *
 * @example parseCount('--activations', '1e6', 1, 1e12) // 1000000
 */
export function parseCount(option: string, text: string, min: number, max: number): number {
  const value = /^[0-9]{1,16}(?:e[0-9]{1,2})?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw usageError(
    `${option} is "${text.slice(0, 40)}", which is no whole number from ${min} to ${max}`,
    `write a plain count, as in ${option} ${Math.min(max, Math.max(min, 1000))}`,
  );
}

/** A duration of an option, longer than 0. Throws a usage error. */
export function parseSpan(option: string, text: string): number {
  const ns = parseDuration(text);
  if (typeof ns === 'number' && ns > 0) return ns;
  throw usageError(
    `${option}: ${typeof ns === 'number' ? 'a span of 0 holds nothing' : ns}`,
    `write a number and a unit, as in ${option} 10s`,
  );
}
