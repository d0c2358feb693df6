/** Documents of a plan: keys that may be absent, time laws, lists of CPUs and policies. */
import fc from 'fast-check';
import type { Doc } from '../smallPlan.js';

/** A value, or now and then none: the key is then absent. */
export const optional = <T>(arbitrary: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq });

/** What a thread touches each time it runs. */
export const workingSet = optional(fc.constantFrom('1KiB', '16KiB', '200KiB'), 4);

/** Removes keys without a value. */
function present(doc: Doc): Doc {
  return Object.fromEntries(Object.entries(doc).filter(([, value]) => value !== undefined));
}

/** A map of these fields, without the absent ones. */
export function documentOf(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Doc> {
  return fc.record(fields).map(present);
}

/** A time law of around `us` microseconds, stretched by the plan's scale. */
export function law(scale: number, choices: readonly number[]): fc.Arbitrary<string> {
  const time = (us: number): string => `${Math.max(1, Math.round(us * 1000 * scale))}ns`;
  return fc
    .tuple(fc.constantFrom(...choices), fc.boolean())
    .map(([us, wide]) => (wide ? `${time(us / 2)}..${time(us)}..${time(us * 3)}` : time(us)));
}

/** A realtime priority, most often a low one. */
export const priority = fc.constantFrom(1, 1, 2, 2, 3, 50, 99);

/** A scheduling policy as a plan writes it; budgets are stretched by the scale. */
export function policyOf(scale: number): fc.Arbitrary<string> {
  const deadline = (runtime: number, deadlineUs: number, period: number): string =>
    `deadline:${runtime * scale}us:${deadlineUs * scale}us:${period * scale}us`;
  return fc.oneof(
    fc.constantFrom('other', 'other', 'other:5', 'other:-20'),
    priority.map((p) => `fifo:${p}`),
    priority.map((p) => `rr:${p}`),
    fc.constantFrom(deadline(20, 100, 100), deadline(50, 200, 400)),
  );
}

/** A non-empty list of CPUs out of `count`, most often a single one. */
export function cpusOf(count: number): fc.Arbitrary<string> {
  const one = fc.integer({ min: 0, max: count - 1 }).map(String);
  const some = fc
    .subarray([...Array(count).keys()], { minLength: 1 })
    .map((cpus) => cpus.join(','));
  return fc.oneof({ weight: 3, arbitrary: one }, { weight: 1, arbitrary: some });
}

/** When something begins, if not at once. */
export const startOf = (scale: number): fc.Arbitrary<string | undefined> =>
  optional(fc.constantFrom(0, 10, 100).map((us) => `${us * scale}us`));
