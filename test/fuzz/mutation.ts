/**
 * Mutations of line-oriented texts: bytes changed, text cut off, lines repeated, moved or removed,
 * words replaced by hostile ones.
 */
import fc from 'fast-check';

/** What hostile or careless files hold. */
const WORDS: readonly string[] = [
  '',
  '-1',
  '0',
  '100',
  '1e300',
  '4294967296',
  '99999999999999999999999',
  '0-4294967295',
  '0-65535:1/2',
  '3-1',
  '^0',
  'all',
  'N',
  '0xffffffffffffffffffff',
  '1msec',
  '-5us',
  '99999999h',
  'fifo:0',
  'fifo:100',
  '~',
  'null',
  '!!js/function x',
  '&a [*a]',
  '*a',
  '<<: *a',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\u2028',
  '\ud800',
  '"',
  "'",
  '{',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
  '---',
  '\t',
  '#',
  '%YAML 9.9',
];

type Mutation = (text: string) => string;

const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const byte: fc.Arbitrary<Mutation> = fc
  .tuple(fraction, fc.nat(255))
  .map(([where, code]) => (text) => {
    const at = Math.floor(where * text.length);
    return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
  });

const cut: fc.Arbitrary<Mutation> = fraction.map(
  (where) => (text) => text.slice(0, Math.floor(where * text.length)),
);

const moveLine: fc.Arbitrary<Mutation> = fc
  .tuple(fraction, fraction, fc.boolean())
  .map(([from, to, keep]) => (text) => {
    const lines = text.split('\n');
    const index = Math.floor(from * lines.length);
    const line = lines[index];
    if (!keep) lines.splice(index, 1);
    lines.splice(Math.floor(to * (lines.length + 1)), 0, line);
    return lines.join('\n');
  });

const removeLine: fc.Arbitrary<Mutation> = fraction.map((where) => (text) => {
  const lines = text.split('\n');
  lines.splice(Math.floor(where * lines.length), 1);
  return lines.join('\n');
});

const indentLine: fc.Arbitrary<Mutation> = fc
  .tuple(fraction, fc.integer({ min: -4, max: 4 }))
  .map(([where, by]) => (text) => {
    const lines = text.split('\n');
    const index = Math.floor(where * lines.length);
    lines[index] = by > 0 ? ' '.repeat(by) + lines[index] : lines[index].slice(-by);
    return lines.join('\n');
  });

const word: fc.Arbitrary<Mutation> = fc
  .tuple(fraction, fc.constantFrom(...WORDS))
  .map(([where, replacement]) => (text) => {
    const words = [...text.matchAll(/[^\s,:=[\]{}"']+/g)];
    if (words.length === 0) return replacement;
    const chosen = words[Math.floor(where * words.length)];
    return text.slice(0, chosen.index) + replacement + text.slice(chosen.index + chosen[0].length);
  });

const mutation = fc.oneof(byte, cut, moveLine, removeLine, indentLine, {
  arbitrary: word,
  weight: 4,
});

/** One of `seeds` after one to four mutations. */
export function mutated(seeds: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([seed, mutations]) => mutations.reduce((text, mutate) => mutate(text), seed));
}

/** Longest time for one input; a hundred times the usual one. */
const MAX_MS = 3_000;

/** Runs `check` on `runs` inputs; fails on a throw, and on an input that takes too long. */
export function fuzz<T>(inputs: fc.Arbitrary<T>, runs: number, check: (input: T) => void): void {
  fc.assert(
    fc.property(inputs, (input) => {
      const startMs = performance.now();
      const before = process.cpuUsage();
      check(input);
      const { user, system } = process.cpuUsage(before);
      // On a busy machine time passes without work being done: the CPU time decides.
      const tookMs = Math.min(performance.now() - startMs, (user + system) / 1000);
      if (tookMs > MAX_MS) throw new Error(`took ${Math.round(tookMs)} ms`);
      return Object.getOwnPropertyNames(Object.prototype).length === OBJECT_NAMES;
    }),
    { numRuns: runs },
  );
}

/** Grows if an input pollutes the prototype of all objects. */
const OBJECT_NAMES = Object.getOwnPropertyNames(Object.prototype).length;
