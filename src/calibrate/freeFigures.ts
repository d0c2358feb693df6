/**
 * The figures of a platform that nobody measured or published: laws with status `assumed` and a
 * range of factors. A sweep multiplies each by one factor of its range.
 *
 * A guest runs the host's code, so a guest law that was derived from the host's shares its factor.
 * Left out: how the parts of one law (minimum, tail, maximum) may be wrong separately.
 */
import type { Law } from '../base/law.js';
import type { KvmCostName, LinuxCostName, NetworkCostName } from '../platform/costs.js';
import type { Platform } from '../platform/platform.js';
import { scaleLaw } from '../platform/scaleLaw.js';

export interface FreeFigure {
  /** Place in the platform file, as in `kvm.exit`. */
  readonly name: string;
  readonly range: readonly [number, number];
}

/** Factor by name of the figure; a figure without one keeps its nominal value. */
export type Factors = Readonly<Record<string, number>>;

/** True if the guest's law is the host's with another scale: it then has the very same range. */
const isDerived = (guest: Law, host: Law): boolean => guest.scaleRange === host.scaleRange;

/** All free figures of a platform, in the order of its file. */
export function freeFigures(platform: Platform): FreeFigure[] {
  const figures: FreeFigure[] = [];
  const add = (name: string, law: Law): void => {
    if (law.status === 'assumed' && law.scaleRange) figures.push({ name, range: law.scaleRange });
  };
  for (const [name, law] of Object.entries(platform.host)) add(`host.${name}`, law);
  for (const [name, law] of Object.entries(platform.guest)) {
    if (!isDerived(law, platform.host[name as LinuxCostName])) add(`guest.${name}`, law);
  }
  for (const [name, law] of Object.entries(platform.kvm)) add(`kvm.${name}`, law);
  for (const [name, law] of Object.entries(platform.network)) add(`network.${name}`, law);
  for (const { name, exit } of platform.cstates) add(`cstates.${name}`, exit);
  return figures;
}

/** The platform with each named figure multiplied; throws if a name is no free figure of it. */
export function withFactors(platform: Platform, factors: Factors): Platform {
  const known = new Set(freeFigures(platform).map(({ name }) => name));
  for (const name of Object.keys(factors)) {
    if (!known.has(name)) throw new Error(`${platform.name} has no free figure ${name}`);
  }
  const scaled = (name: string, law: Law): Law =>
    Object.hasOwn(factors, name) ? scaleLaw(law, factors[name]) : law;
  const all = <Name extends string>(laws: Readonly<Record<Name, Law>>, at: (n: Name) => string) =>
    Object.fromEntries(
      (Object.entries(laws) as [Name, Law][]).map(([name, law]) => [name, scaled(at(name), law)]),
    ) as Record<Name, Law>;
  return {
    ...platform,
    host: all(platform.host, (name) => `host.${name}`),
    guest: all(platform.guest, (name) => {
      const derived = isDerived(platform.guest[name], platform.host[name]);
      return `${derived ? 'host' : 'guest'}.${name}`;
    }),
    kvm: all<KvmCostName>(platform.kvm, (name) => `kvm.${name}`),
    network: all<NetworkCostName>(platform.network, (name) => `network.${name}`),
    cstates: platform.cstates.map((state) => ({
      ...state,
      exit: scaled(`cstates.${state.name}`, state.exit),
    })),
  };
}

/** Digits of the binary expansion that are used; factors count in thousandths anyway. */
const BITS = 20;

/**
 * The factor at position `u` of a range, with equal weight for equal ratios: halving is as likely
 * as doubling. Square roots only, which every engine rounds alike.
 *
 * @example factorAt([0.5, 2], 0.5) // 1
 */
export function factorAt([low, high]: readonly [number, number], u: number): number {
  let root = high / low;
  let rest = u;
  let factor = low;
  for (let bit = 0; bit < BITS; bit++) {
    root = Math.sqrt(root);
    rest *= 2;
    if (rest >= 1) {
      factor *= root;
      rest -= 1;
    }
  }
  return Math.round(factor * 1000) / 1000;
}
