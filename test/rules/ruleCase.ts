/**
 * What every rule is tested by: a change that breaks it, on a plan that keeps all rules. `context` is
 * load or settings that both plans need for the difference to show.
 */
import { expect } from 'vitest';
import { parse } from 'yaml';
import { editPlan } from '../../src/plan/edit.js';
import { type PreparedPlan, prepareDocument } from '../../src/plan/load.js';
import type { PlanDocument } from '../../src/plan/schema.js';
import { checkPlan, type RuleFinding } from '../../src/rules/checkPlan.js';
import { RULES } from '../../src/rules/registry.js';
import { simulate } from '../../src/simulation/simulation.js';
import { shippedPlatform } from '../models/models.js';

export type Change = (draft: PlanDocument) => void;
type Guest = NonNullable<PlanDocument['guests']>[number];

export interface RuleCase {
  readonly rule: string;
  readonly context?: Change;
  readonly break: Change;
  /** What the passing plan needs beyond the context. */
  readonly pass?: Change;
  readonly shows?: {
    /** Default: ct. */
    readonly workload?: string;
    readonly statistic: 'max' | 'mean';
    /** The broken plan is worse by at least this much. */
    readonly byNs: number;
    readonly untilMs?: number;
  };
}

/** Small, and keeps every rule. 16 pCPUs in 8 cores, siblings 8 apart. */
const BASE = `
isochron: 1
name: tuned
platform: skylake-sp-6.12-rt
host:
  topology: { sockets: 1, coresPerSocket: 8, threadsPerCore: 2 }
  kernel: { preset: 6.12-rt, hz: 1000 }
  cmdline: >-
    isolcpus=domain,managed_irq,2-7,10-15 nohz_full=2-7,10-15 rcu_nocbs=2-7,10-15 irqaffinity=0-1,8-9
    tsc=reliable intel_pstate=disable processor.max_cstate=1 intel_idle.max_cstate=1
  sysctl: { kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0 }
  fairServerOff: 2-7,10-15
  kvm: { halt_poll_ns: 0, ple_gap: 0 }
  smi: off
  kernelThreads:
    - { name: ksoftirqd, cpus: '2-7,10-15', policy: fifo:2 }
    - { name: rcuc, cpus: '2-7,10-15', policy: fifo:4 }
guests:
  - name: rt
    vcpus:
      - { id: 0, cpus: 3 }
      - { id: 1, cpus: 4, policy: fifo:1 }
      - { id: 2, cpus: 5, policy: fifo:1 }
    emulator: { cpus: 0-1 }
    memory: { size: 1GiB, hugepages: 1GiB, locked: true, nosharepages: true }
    cpu: { hintDedicated: true, features: { tsc-deadline: true, invtsc: true } }
    kernel: { preset: 6.12-rt, hz: 1000 }
    cmdline: isolcpus=domain,managed_irq,1-2 nohz_full=1-2 rcu_nocbs=1-2 irqaffinity=0 tsc=reliable
    sysctl: { kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0 }
    fairServerOff: 1-2
    kernelThreads: [{ name: ksoftirqd, cpus: 1-2, policy: fifo:2 }, { name: rcuc, cpus: 1-2, policy: fifo:4 }]
workloads:
  - { id: ct, kind: cyclictest, on: rt, cpus: 1-2, policy: fifo:95, interval: 1ms, start: 1ms }
requirements:
  - { workload: ct, latency: { max: 100us } }
`;

export const baseDocument = (): PlanDocument => parse(BASE) as PlanDocument;

export const platform = () => shippedPlatform('skylake-sp-6.12-rt');

/** The base plan with changes; throws with the problems of a plan that is not valid. */
export function prepared(...changes: readonly (Change | undefined)[]): PreparedPlan {
  const document = changes.reduce<PlanDocument>(
    (plan, change) => (change ? editPlan(plan, change).document : plan),
    baseDocument(),
  );
  const result = prepareDocument(document, platform());
  if (!result.plan) throw new Error(JSON.stringify(result.diagnostics, null, 2));
  return result;
}

export const findingsOf = (plan: PreparedPlan, rule: string): readonly RuleFinding[] =>
  checkPlan(plan).findings.filter((found) => found.rule.id === rule);

/** A latency that is open at the end counts with its age: a starved workload has no samples. */
export function latencyNs(plan: PreparedPlan, shows: NonNullable<RuleCase['shows']>): number {
  if (!plan.plan) throw new Error('the plan is not valid');
  const untilNs = (shows.untilMs ?? 500) * 1e6;
  const result = simulate(plan.plan, { seed: '1', untilNs });
  const found = result.workloads.find(({ id }) => id === (shows.workload ?? 'ct'));
  if (!found) throw new Error(`no workload ${shows.workload}`);
  const { latency, unfinished } = found;
  if (shows.statistic === 'mean') return latency.meanNs ?? 0;
  return Math.max(latency.count === 0 ? 0 : (latency.maxNs ?? 0), unfinished.oldestNs ?? 0);
}

/** Everything that one rule must do. */
export function expectRule(test: RuleCase): void {
  const rule = RULES.find(({ id }) => id === test.rule);
  if (!rule) throw new Error(`no rule ${test.rule}`);
  const broken = prepared(test.context, test.break);
  const passing = prepared(test.context, test.pass);
  const findings = findingsOf(broken, test.rule);
  expect(findings.length, `${test.rule} fires`).toBeGreaterThan(0);
  expect(findingsOf(passing, test.rule), `${test.rule} is silent`).toEqual([]);
  for (const { finding } of findings) {
    if (!finding.fix) continue;
    // Each fix is one that makes the plan keep the rule, or lessens the breach.
    const mended = findings.reduce<Change>(
      (all, { finding: { fix } }) =>
        (draft) => {
          all(draft);
          fix?.(draft);
        },
      () => undefined,
    );
    const after = findingsOf(prepared(test.context, test.break, mended), test.rule);
    expect(after.length, `the fix of ${test.rule}`).toBeLessThan(findings.length);
  }
  expect(test.shows === undefined, `${test.rule}: shown, or a reason why not`).toBe(
    rule.cannotShow !== undefined,
  );
  if (test.shows) {
    const worse = latencyNs(broken, test.shows);
    const better = latencyNs(passing, test.shows);
    expect(worse - better, `${test.rule}: ${better} ns -> ${worse} ns`).toBeGreaterThanOrEqual(
      test.shows.byNs,
    );
  }
}

export function host(draft: PlanDocument): NonNullable<PlanDocument['host']> {
  draft.host ??= {};
  return draft.host;
}

export function guest(draft: PlanDocument): Guest {
  const found = draft.guests?.[0];
  if (!found) throw new Error('no guest');
  return found;
}

/** Replaces a passage of the host's command line; it must be there. */
export const hostLine =
  (before: string, after: string): Change =>
  (draft) => {
    const line = host(draft).cmdline ?? '';
    if (!line.includes(before)) throw new Error(`no "${before}" in ${line}`);
    host(draft).cmdline = line.replace(before, after);
  };

export const guestLine =
  (before: string, after: string): Change =>
  (draft) => {
    const line = guest(draft).cmdline ?? '';
    if (!line.includes(before)) throw new Error(`no "${before}" in ${line}`);
    guest(draft).cmdline = line.replace(before, after);
  };

export const all =
  (...changes: readonly Change[]): Change =>
  (draft) => {
    for (const change of changes) change(draft);
  };

/** The guest idles by polling: its vCPUs never sleep. */
export const polling: Change = guestLine('tsc=reliable', 'tsc=reliable idle=poll');

type Thread = NonNullable<NonNullable<PlanDocument['host']>['threads']>[number];

/** Adds threads to the host. */
export const hostThreads =
  (...threads: readonly Thread[]): Change =>
  (draft) => {
    host(draft).threads = [...(host(draft).threads ?? []), ...threads];
  };

export const guestThreads =
  (...threads: readonly Thread[]): Change =>
  (draft) => {
    guest(draft).threads = [...(guest(draft).threads ?? []), ...threads];
  };

/** Fair threads with kernel code that cannot be preempted; without CPUs they go where they may. */
export const load = (count: number, cpus?: string | number): Thread[] =>
  Array.from({ length: count }, (_unused, i) => ({
    name: `load${i}`,
    every: '700us..1ms..1300us',
    run: '100us..300us..600us',
    sections: [{ kind: 'irqOff', run: '20us..50us..80us' }],
    ...(cpus === undefined ? {} : { cpus }),
  }));

/** Measures the host on one pCPU. */
export const timerlat =
  (cpus: number): Change =>
  (draft) => {
    draft.workloads = [
      ...(draft.workloads ?? []),
      {
        id: 'ht',
        kind: 'timerlat',
        on: 'host',
        cpus,
        policy: 'fifo:95',
        interval: '1ms',
        start: '1ms',
        dmaLatencyZero: true,
      },
    ];
  };
