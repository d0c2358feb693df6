/**
 * How late packets reach a guest depends on what else its poller has to do, which depends on how late
 * the guest answers. The delays are computed again and again, from none on, until they are those that
 * they were computed from. Source: R. Henia et al., System level performance analysis, the SymTA/S
 * approach (2005): local analyses with jitter that is handed on, as a global fixed point.
 */
import { type Delay, toHandOver, toRing, toSend } from '../contract/delays.js';
import { Figures } from '../contract/figure.js';
import { listName } from '../contract/poller.js';
import type { Surroundings } from '../contract/surroundings.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { InterfacePlan, SwitchPlan } from '../plan/normalizedSwitch.js';
import { type Path, pathBound, throughPoller, toAnswer, toBatch, type Way } from './packetPath.js';
import { hasBound } from './result.js';

const ROUNDS_MAX = 100;

/** Who knows why realtime threads of a pCPU may be throttled, given all contracts. */
export type Throttles = (around: Surroundings) => (pcpu: number) => string | undefined;

/** Everything that contracts are made from, delays included. */
export function settled(
  plan: NormalizedPlan,
  without: string | undefined,
  throttles: Throttles,
): Surroundings {
  let around: Surroundings = { plan, figures: new Figures(without) };
  if (plan.switches.length === 0) return around;
  let known = new Map<string, Delay>();
  // From some round on what still grows is given up, one delay a round at least.
  for (let round = 0; ; round++) {
    const next = delaysOf(around, throttles(around), known);
    if (isSame(known, next)) return around;
    known = round >= ROUNDS_MAX ? unsettled(next, known) : next;
    around = { plan, figures: new Figures(without), delays: known };
  }
}

function delaysOf(
  around: Surroundings,
  throttledPcpu: Way['throttledPcpu'],
  known: ReadonlyMap<string, Delay>,
): Map<string, Delay> {
  const delays = new Map<string, Delay>();
  for (const one of around.plan.switches) {
    for (const port of one.interfaces) {
      const way = wayOf(around, one, port, throttledPcpu);
      const set = (name: string, path: Path): void => {
        const before = known.get(name);
        // What had no bound with shorter delays has none with longer ones.
        delays.set(name, typeof before === 'object' ? before : lengthOf(around, path, name));
      };
      if (one.flushNs > 0) {
        set(toHandOver(listName({ port, from: 'wire' })), toBatch(way, 'wire'));
        if (way.guest) set(toHandOver(listName({ port, from: 'guest' })), toBatch(way, 'guest'));
      }
      if (!way.guest) continue;
      set(toRing(port.name), throughPoller(way, 'wire'));
      if (way.workload) set(toSend(port.name), toAnswer(way));
    }
  }
  return delays;
}

/** An interface with its guest and its workload. */
export function wayOf(
  around: Surroundings,
  one: SwitchPlan,
  port: InterfacePlan,
  throttledPcpu: Way['throttledPcpu'],
): Way {
  const { plan } = around;
  const guest = plan.guests.find(({ name }) => name === port.guest);
  const workload = plan.workloads.find((user) => user.interface === port.name);
  return { around, one, port, guest, workload, throttledPcpu };
}

/** Batches wait to fill after they were begun. */
function lengthOf(around: Surroundings, path: Path, name: string): Delay {
  const bound = pathBound(around, path);
  if (hasBound(bound)) return bound.ns + heldNs(around, name);
  // The first queue on a path that has no bound is the reason for all that follow.
  const known = /^(packets of|answers at|batches of|interrupts of) /;
  const named = bound.reasons.map((one) => (known.test(one) ? one : `${name}: ${one}`));
  return { reasons: named };
}

function heldNs({ plan }: Surroundings, name: string): number {
  const holds = plan.switches.find(({ interfaces }) =>
    interfaces.some((port) =>
      (['wire', 'guest'] as const).some((from) => toHandOver(listName({ port, from })) === name),
    ),
  );
  return holds?.flushNs ?? 0;
}

function isSame(a: ReadonlyMap<string, Delay>, b: ReadonlyMap<string, Delay>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, delay] of b) {
    const other = a.get(name);
    if (typeof delay === 'number' ? other !== delay : typeof other !== 'object') return false;
  }
  return true;
}

/** Delays that still grow have no bound. */
function unsettled(
  next: ReadonlyMap<string, Delay>,
  known: ReadonlyMap<string, Delay>,
): Map<string, Delay> {
  const result = new Map<string, Delay>();
  for (const [name, delay] of next) {
    const grows = typeof delay === 'number' && delay !== known.get(name);
    result.set(name, grows ? { reasons: [`${name} pile up: the load is too high`] } : delay);
  }
  return result;
}
