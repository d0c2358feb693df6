/**
 * Searches partitions that meet all requirements: the fewest isolated pCPUs first, then the lowest
 * bound. Whether two critical vCPUs or threads can share a pCPU is asked once for each pair; sharing
 * with more only adds interference, so a partition that holds a pair which cannot is never tried.
 *
 * Left out: other policies and priorities than the rules ask for, moving a guest to another NUMA
 * node, shares of best-effort threads.
 */
import { boundOf } from '../bound/planBound.js';
import type { PreparedPlan } from '../plan/load.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { type Critical, criticalOf } from './critical.js';
import { groupings } from './groupings.js';
import { keptIsolated, type Placed, type Placement, place } from './placement.js';

/** One requirement under the bounds of a partition. */
export interface Outlook {
  readonly text: string;
  /** `max` or a percentile. */
  readonly statistic: string;
  readonly limitNs: number;
  /** null: no bound. */
  readonly boundNs: number | null;
  readonly reasons: readonly string[];
  /** The largest parts of the bound, largest first. */
  readonly terms: ReadonlyArray<{ readonly name: string; readonly ns: number }>;
  /** Part of the bound that firmware takes: no partition removes it. */
  readonly smiNs: number;
}

const TERMS = 3;

export interface Suggestion {
  readonly placed: Placed;
  readonly placement: Placement;
  readonly outlook: readonly Outlook[];
  /** True if every requirement is met by its bound. */
  readonly meets: boolean;
}

export interface Search {
  /** The best partition found; undefined if none is valid. */
  readonly best: Suggestion | undefined;
  readonly critical: readonly Critical[];
  /** Partitions whose bounds were computed. */
  readonly tried: number;
  /** False: the budget ended the search before every partition was tried or ruled out. */
  readonly exhaustive: boolean;
}

export interface SuggestOptions {
  /** Partitions to try at most; @defaultValue 150 */
  readonly budget?: number;
  /** Told after each of them. */
  readonly onTried?: (tried: number) => void;
}

const BUDGET = 150;

/**
 * @example suggest(preparePlan('plan.yaml', io)).best?.placed.patches
 * @throws RangeError if the plan has errors or no requirement
 */
export function suggest(prepared: PreparedPlan, options: SuggestOptions = {}): Search {
  const { plan } = prepared;
  if (!plan) throw new RangeError('a plan with errors has no partition');
  const critical = criticalOf(plan);
  if (critical.length === 0) throw new RangeError('no workload of the plan has a requirement');
  return new PartitionSearch(prepared, plan, critical, options).run();
}

class PartitionSearch {
  private tried = 0;
  private readonly budget: number;
  private readonly prepared: PreparedPlan;
  private readonly plan: NormalizedPlan;
  private readonly critical: readonly Critical[];
  private readonly onTried: (tried: number) => void;

  constructor(
    prepared: PreparedPlan,
    plan: NormalizedPlan,
    critical: readonly Critical[],
    { budget = BUDGET, onTried = () => {} }: SuggestOptions,
  ) {
    this.prepared = prepared;
    this.plan = plan;
    this.critical = critical;
    this.budget = budget;
    this.onTried = onTried;
  }

  run(): Search {
    const { critical } = this;
    let best = this.tryOut(critical.map((one) => [one]));
    const sharing = best?.meets ? this.pairs() : () => false;
    let exhaustive = true;
    // Fewest groups first; of as many groups, the partition with the lowest bounds.
    for (let groups = 1; groups < critical.length; groups++) {
      let found: Suggestion | undefined;
      for (const grouping of groupings(critical, groups, sharing)) {
        if (this.tried >= this.budget) {
          exhaustive = false;
          break;
        }
        const candidate = this.tryOut(grouping);
        if (candidate?.meets && (!found || worstShare(candidate) < worstShare(found)))
          found = candidate;
      }
      if (found) {
        best = found;
        break;
      }
    }
    return { best, critical, tried: this.tried, exhaustive };
  }

  /** Which pairs can share a pCPU while all others are alone. */
  private pairs(): (a: Critical, b: Critical) => boolean {
    const can = new Set<string>();
    const { critical } = this;
    critical.forEach((a, i) => {
      for (const b of critical.slice(i + 1)) {
        if (!mayShare(a, b) || this.tried >= this.budget) continue;
        const alone = critical.filter((one) => one !== a && one !== b).map((one) => [one]);
        if (this.tryOut([[a, b], ...alone])?.meets) can.add(`${a.name}\n${b.name}`);
      }
    });
    return (a, b) => can.has(`${a.name}\n${b.name}`) || can.has(`${b.name}\n${a.name}`);
  }

  private tryOut(grouping: ReadonlyArray<readonly Critical[]>): Suggestion | undefined {
    const placement = this.choosePcpus(grouping);
    if (!placement) return undefined;
    const placed = place(this.prepared, placement);
    this.onTried(++this.tried);
    if (!placed?.prepared.plan) return undefined;
    const outlook = outlookOf(placed.prepared.plan);
    const meets = outlook.every(({ boundNs, limitNs }) => boundNs !== null && boundNs <= limitNs);
    return { placed, placement, outlook, meets };
  }

  /** A core for each group, on the node of its memory: where one of it is now, else an isolated one. */
  private choosePcpus(grouping: ReadonlyArray<readonly Critical[]>): Placement | undefined {
    const { plan } = this;
    const cores = new Map(plan.topology.pcpus.map(({ pcpu, core }) => [pcpu, core]));
    // The core of the boot CPU keeps house.
    const taken = new Set([cores.get(plan.topology.pcpus[0].pcpu)]);
    for (const pcpu of keptIsolated(plan, this.critical)) taken.add(cores.get(pcpu));
    const isolated = new Set(plan.host.isolatedDomain);
    const placement: Array<{ what: Critical; pcpu: number }> = [];
    for (const group of grouping) {
      const now = group.map(({ pcpu }) => pcpu);
      const onNode = plan.topology.pcpus.filter(({ node }) => node === group[0].node);
      const rank = (pcpu: number): number => (now.includes(pcpu) ? 0 : isolated.has(pcpu) ? 1 : 2);
      const free = onNode
        .filter(({ core }) => !taken.has(core))
        .sort((a, b) => rank(a.pcpu) - rank(b.pcpu) || a.pcpu - b.pcpu);
      if (free.length === 0) return undefined;
      taken.add(free[0].core);
      for (const what of group) placement.push({ what, pcpu: free[0].pcpu });
    }
    return placement;
  }
}

/** Threads of one workload run on pCPUs of their own, and memory has one node. */
function mayShare(a: Critical, b: Critical): boolean {
  const sameWorkload = a.of.kind === 'workload' && b.of.kind === 'workload' && a.of.id === b.of.id;
  return a.node === b.node && !sameWorkload;
}

/** The largest share of its limit that a bound takes. */
function worstShare({ outlook }: Suggestion): number {
  return Math.max(
    ...outlook.map(({ boundNs, limitNs }) => (boundNs ?? Number.POSITIVE_INFINITY) / limitNs),
  );
}

/** Every requirement and the bound of its workload. */
export function outlookOf(plan: NormalizedPlan): Outlook[] {
  const { series } = boundOf(plan);
  return plan.requirements.map(({ workload, text, statistic, limitNs }) => {
    const bound = series.find(({ id }) => id === workload);
    const terms = (bound?.terms ?? []).slice(0, TERMS).map(({ name, ns }) => ({ name, ns }));
    const smi = (bound?.terms ?? []).filter(({ name }) => name === 'SMI');
    const smiNs = smi.reduce((sum, { ns }) => sum + ns, 0);
    const boundNs = bound?.ns ?? null;
    return { text, statistic, limitNs, boundNs, reasons: bound?.reasons ?? [], terms, smiNs };
  });
}
