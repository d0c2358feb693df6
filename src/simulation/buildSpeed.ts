/** How fast each pCPU of a part is: stated once and for all, and what follows its neighbours. */
import { setSpeeds } from '../hardware/speed.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { Groups } from './groups.js';
import type { PartLayout } from './layout.js';
import type { System } from './system.js';

export function buildSpeed(m: System, plan: NormalizedPlan, part: PartLayout): void {
  const { speed } = m;
  const places = new Map(plan.topology.pcpus.map((one) => [one.pcpu, one]));
  part.pcpus.forEach((pcpu, lane) => {
    const slow = plan.slowdown.find(({ cpus }) => cpus.includes(pcpu))?.thousandths ?? 1000;
    m.slowdown[lane] = slow;
    speed.base[lane] = slow;
    speed.core[lane] = places.get(pcpu)?.core ?? 0;
    speed.socket[lane] = places.get(pcpu)?.socket ?? 0;
    if (slow !== 1000) m.slows = true;
  });
  if (!plan.speed) return;
  m.slows = true;
  const { siblingThousandths, bins } = plan.speed;
  if (plan.host.idle.kind === 'poll') {
    part.pcpus.forEach((pcpu, lane) => {
      m.slowdown[lane] = amongPolling(plan, pcpu, speed.base[lane]);
    });
    return;
  }
  speed.active = true;
  speed.binCores = bins.map(({ cores }) => cores);
  speed.binThousandths = bins.map(({ thousandths }) => thousandths);
  part.pcpus.forEach((_, lane) => {
    speed.shared[lane] = siblingThousandths;
    speed.sibling[lane] = part.pcpus.findIndex(
      (_other, other) => other !== lane && speed.core[other] === speed.core[lane],
    );
  });
  setSpeeds(m);
}

/** Where CPUs poll when they idle everything is at work, in this part or not. */
function amongPolling({ speed, topology }: NormalizedPlan, pcpu: number, own: number): number {
  const place = topology.pcpus.find((one) => one.pcpu === pcpu);
  if (!speed || !place) return own;
  const shares = topology.pcpus.some((one) => one.pcpu !== pcpu && one.core === place.core);
  const here = topology.pcpus.filter(({ socket }) => socket === place.socket);
  const cores = new Set(here.map(({ core }) => core)).size;
  const bin = speed.bins.findLast((one) => cores >= one.cores)?.thousandths ?? 1000;
  return Math.round((own * (shares ? speed.siblingThousandths : 1000) * bin) / 1_000_000);
}

/** Siblings follow each other, and with turbo bins so do the cores of a socket; what idles for ever does not count. */
export function coupleSpeed({ speed, topology }: NormalizedPlan, groups: Groups): void {
  if (!speed) return;
  const by = new Map<number, number[]>();
  for (const { pcpu, core, socket } of topology.pcpus) {
    if (!groups.has(pcpu)) continue;
    const unit = speed.bins.length > 0 ? socket : core;
    by.set(unit, [...(by.get(unit) ?? []), pcpu]);
  }
  for (const pcpus of by.values()) groups.join(pcpus);
}
