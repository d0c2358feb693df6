/**
 * The fixed list on which bounds are held against witnesses: the flagship plan, every variant of every
 * experiment on the article, the two workloads of the bench, and 200 plans of each public
 * arbitrary with seed 1 on machines whose laws have a maximum of at least 1.5 times the median.
 */
import fc from 'fast-check';
import { loadExperiments } from '../../src/cli/experiment/folders.js';
import { variantPlan } from '../../src/cli/experiment/variantPlan.js';
import { tryLoadPlan } from '../../src/cli/loadPlan.js';
import { platformNames, platformText } from '../../src/cli/packageFiles.js';
import { preparePlan } from '../../src/plan/load.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { arbitraryPlan } from '../../src/testing/arbitraryPlan.js';
import { arbitraryRealtimePlan } from '../../src/testing/arbitraryRealtimePlan.js';
import { load, type SmallPlan } from '../../src/testing/smallPlan.js';

/** realtime, arbitrary: of `arbitraryRealtimePlan` and `arbitraryPlan` of isochron/testing. */
export type Kind = 'shipped' | 'realtime' | 'arbitrary';

export interface ListedPlan {
  readonly name: string;
  readonly kind: Kind;
  readonly plan: NormalizedPlan;
  /** Time that is worth simulating. */
  readonly untilNs: number;
}

const SHIPPED_NS = 200_000_000;
const ARBITRARY = 200;
/** More than are needed: not every machine of the arbitrary has costs that vary. */
const SAMPLE = 1000;

function loaded(name: string, text: string): NormalizedPlan {
  const io = {
    readText: () => text,
    platformText: (platform: string) => platformText(platform, '.'),
    platformNames,
  };
  const { plan, diagnostics } = preparePlan(`${name}.yaml`, io);
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

/** Rate-monotonic tasks on the ideal machine; the shape of the bench's own workload. */
function tasks(name: string, pcpus: number): NormalizedPlan {
  const lines: string[] = [];
  for (let pcpu = 0; pcpu < pcpus; pcpu++) {
    for (let rank = 0; rank < 10; rank++) {
      const periodUs = 2000 + 1500 * rank * rank + 700 * pcpu;
      const runUs = Math.floor(periodUs * 0.07);
      lines.push(
        `  - { id: t${pcpu}-${rank}, kind: periodic, on: host, cpus: ${pcpu + 1}, policy: 'fifo:${90 - rank}', period: ${periodUs}us, run: ${runUs}us, start: 0ns }`,
      );
    }
  }
  const head = [
    'isochron: 1',
    `name: ${name}`,
    'platform: ideal',
    'host:',
    '  kernel: { preset: 6.12-rt }',
    '  cmdline: nohz_full=1-7',
    '  sysctl: { kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0 }',
    'workloads:',
  ];
  return loaded(name, [...head, ...lines].join('\n'));
}

function experiments(): ListedPlan[] {
  return loadExperiments([])
    .filter(({ experiment }) => experiment.name.startsWith('lwn-'))
    .flatMap(({ path, experiment }) =>
      experiment.variants.map((variant) => ({
        name: `${experiment.name}/${variant.name}`,
        kind: 'shipped' as const,
        plan: variantPlan(path, variant).plan,
        untilNs: SHIPPED_NS,
      })),
    );
}

/** A law as the arbitrary writes it, `50ns..100ns..700ns`, with a long tail. */
function hasTail(cost: string): boolean {
  const [, median, max] = cost.split('..').map((part) => Number.parseFloat(part));
  const us = (part: string): number => (part?.endsWith('us') ? 1000 : 1);
  const [, medianText, maxText] = cost.split('..');
  return max !== undefined && max * us(maxText) >= 1.5 * median * us(medianText);
}

function sampled(name: Kind, plans: fc.Arbitrary<SmallPlan>): ListedPlan[] {
  return fc
    .sample(plans, { seed: 1, numRuns: SAMPLE })
    .filter(({ cost }) => hasTail(cost))
    .slice(0, ARBITRARY)
    .map((small, i) => ({
      name: `${name} ${i}`,
      kind: name,
      plan: load(small),
      untilNs: small.untilNs,
    }));
}

export function listedPlans(): ListedPlan[] {
  const { plan } = tryLoadPlan('models/plans/flagship.yaml');
  if (!plan) throw new Error('the flagship plan does not load');
  return [
    { name: 'flagship', kind: 'shipped', plan, untilNs: SHIPPED_NS },
    { name: 'bench 10x1', kind: 'shipped', plan: tasks('bench-10x1', 1), untilNs: SHIPPED_NS },
    { name: 'bench 10x4', kind: 'shipped', plan: tasks('bench-10x4', 4), untilNs: SHIPPED_NS },
    ...experiments(),
    ...sampled('realtime', arbitraryRealtimePlan()),
    ...sampled('arbitrary', arbitraryPlan()),
  ];
}
