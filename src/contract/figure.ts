/**
 * Figures of a bound: integer nanoseconds together with the laws that they were made of, so that
 * the bound can say which of its figures nobody measured or published.
 *
 * The status of a law's maximum is not the status of its typical value: a source that prints a mean
 * says nothing about the longest case. `maxStatus` of a law says it; without one the maximum is
 * assumed, unless the law is constant.
 */
import type { Law, LawStatus } from '../base/law.js';

/** A duration and what it rests on. */
export interface Figure {
  readonly ns: number;
  /** Path of each law with an assumed maximum that contributes more than nothing. */
  readonly assumed: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

export const NO_TIME: Figure = { ns: 0, assumed: NONE };

/** How far the maximum of a law can be trusted. */
export function maxStatusOf(law: Law): LawStatus {
  return law.maxStatus ?? (law.minNs === law.maxNs ? law.status : 'assumed');
}

/** A figure that the rules of the model fix, as a tick or a period. */
export function exactly(ns: number): Figure {
  return { ns, assumed: NONE };
}

/** The sum of figures. */
export function sum(...figures: readonly Figure[]): Figure {
  let ns = 0;
  let assumed = NONE;
  for (const figure of figures) {
    ns += figure.ns;
    assumed = union(assumed, figure.assumed);
  }
  return { ns, assumed };
}

/** A figure `count` times; nothing if `count` is 0. */
export function times(count: number, figure: Figure): Figure {
  return count === 0 ? NO_TIME : { ns: count * figure.ns, assumed: figure.assumed };
}

/** The longest of figures; it rests on all of them, since each may turn out to be the longest. */
export function longest(...figures: readonly Figure[]): Figure {
  let ns = 0;
  let assumed = NONE;
  for (const figure of figures) {
    ns = Math.max(ns, figure.ns);
    assumed = union(assumed, figure.assumed);
  }
  return { ns, assumed };
}

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  if (b.size === 0 || a === b) return a;
  if (a.size === 0) return b;
  return new Set([...a, ...b]);
}

/**
 * Makes figures out of laws. `without` names a law, or a term, whose time is left out: what a
 * test of the bound does to see that it matters. It is never set outside tests.
 */
export class Figures {
  private readonly known = new Map<string, Figure>();
  private readonly without: string | undefined;

  private readonly slow = new Map<number, Figures>();
  private readonly base: Figures;
  private readonly thousandths: number;

  constructor(without?: string, thousandths = 1000, base?: Figures) {
    this.without = without;
    this.thousandths = thousandths;
    this.base = base ?? this;
  }

  /**
   * The same figures on a CPU on which everything takes longer, in thousandths of its usual time.
   *
   * @example figures.slowed(2000).of(law, 'host.irqEntry').ns // twice as long
   */
  slowed(thousandths: number): Figures {
    const { base } = this;
    if (thousandths === 1000) return base;
    const known = base.slow.get(thousandths) ?? new Figures(this.without, thousandths, base);
    base.slow.set(thousandths, known);
    return known;
  }

  /** As long as usual: what no CPU's speed changes. */
  get usual(): Figures {
    return this.base;
  }

  /** The longest that `law` can take; `path` names it, as in `host.irqEntry`. */
  of(law: Law, path: string): Figure {
    const known = this.known.get(path);
    if (known) return known;
    const left = law.maxNs > 0 && path !== this.without;
    const trusted = maxStatusOf(law) !== 'assumed';
    const ns = Math.ceil((law.maxNs * this.thousandths) / 1000);
    const figure = left ? { ns, assumed: trusted ? NONE : new Set([path]) } : NO_TIME;
    this.known.set(path, figure);
    return figure;
  }

  /** A named part of the analysis. */
  term(name: string, figure: Figure): Figure {
    return this.keeps(name) ? figure : NO_TIME;
  }

  /** False for the part that is left out. */
  keeps(name: string): boolean {
    return name !== this.without;
  }
}
