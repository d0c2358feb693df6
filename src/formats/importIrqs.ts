/**
 * Device interrupts of a host: from counts since boot to arrival rates.
 *
 * Covers /proc/interrupts with the affinities beside it. An interrupt goes to its effective CPU; the
 * busiest of each CPU are listed; the others of that CPU, and all that fire less than once a minute,
 * become one source with their summed rate.
 * Counts say how often, not how regularly: rates are memoryless. Handler costs are assumed.
 * Interrupts that never fired are listed apart, for the rules. Leaves out: the architecture's own rows
 * (LOC, RES, CAL, ...), which the model generates itself.
 */
import { formatCpuList } from '../base/cpulist.js';
import type { PlanDraft } from './importDraft.js';
import type { DeviceIrq, HostFacts } from './importModel.js';
import { UniqueNames } from './importNames.js';
import type { HostCpus } from './importTopology.js';

const DEFAULT_IRQS_PER_CPU = 4;
/** Quieter ones are summed: a day of simulated time would hardly show them one by one. */
const LISTED_PER_SECOND = 1 / 60;
/** A published trace has a device handler of 7.1 us in a guest; most are shorter. */
const ASSUMED_COST = '500ns..2us..10us';
const COST_REASON = 'handler costs are in no file';

interface PlacedIrq {
  readonly irq: DeviceIrq;
  readonly pcpu: number;
  readonly count: number;
}

interface Elapsed {
  readonly seconds: number;
  /** Why it is no measured uptime. */
  readonly reason?: string;
}

/** Writes `host.irqs`. `hz` is the tick rate of the host's preset, for the estimate of the uptime. */
export function importIrqs(
  draft: PlanDraft,
  facts: HostFacts,
  host: HostCpus,
  settings: { readonly irqsPerCpu?: number; readonly hz: number },
): void {
  const placed = placeIrqs(facts.irqs ?? [], host);
  noteLocalTimers(draft, facts);
  listQuiet(draft, facts.irqs ?? [], host);
  if (placed.length === 0) return;
  const elapsed = elapsedSeconds(facts, settings.hz);
  const limit = settings.irqsPerCpu ?? DEFAULT_IRQS_PER_CPU;
  const names = new UniqueNames();
  const rows: NonNullable<NonNullable<typeof draft.data.host>['irqs']> = [];
  const notes: string[] = [];
  for (const group of byCpu(placed)) {
    const frequent = group.filter(({ count }) => count / elapsed.seconds >= LISTED_PER_SECOND);
    const busy = Math.min(frequent.length, limit);
    // A sum of one is that one.
    const listed = group.slice(0, group.length === busy + 1 ? busy + 1 : busy);
    const rest = group.slice(listed.length);
    for (const { irq, pcpu, count } of listed) {
      notes.push(`fired ${count} times${firedElsewhere(irq, pcpu)}`);
      rows.push({
        name: names.take(irq.name, `irq${irq.irq}`),
        ...(irq.irq <= 65_535 ? { irq: irq.irq } : {}),
        cpus: pcpu,
        rate: rateOf(count, elapsed.seconds),
        cost: ASSUMED_COST,
        ...(irq.name === 'timer' ? { thread: 'off' as const } : {}),
      });
    }
    if (rest.length === 0) continue;
    const count = rest.reduce((sum, other) => sum + other.count, 0);
    const { pcpu } = rest[0];
    notes.push(`${rest.length} quiet interrupts of this CPU fired ${count} times together`);
    rows.push({
      name: names.take(`other-irqs-cpu${pcpu}`, `other${pcpu}`),
      numbers: formatCpuList(
        rest.map(({ irq }) => irq.irq),
        'kernel',
      ),
      cpus: pcpu,
      rate: rateOf(count, elapsed.seconds),
      cost: ASSUMED_COST,
    });
  }
  draft.data.host = { ...draft.data.host, irqs: rows };
  draft.assume(['host', 'irqs'], COST_REASON);
  if (elapsed.reason) draft.assume(['host', 'irqs'], `rates: ${elapsed.reason}`);
  notes.forEach((text, index) => {
    draft.note(['host', 'irqs', index], text);
  });
}

/** Each interrupt that fired, on the CPU that gets it now. */
function placeIrqs(irqs: readonly DeviceIrq[], host: HostCpus): PlacedIrq[] {
  const placed: PlacedIrq[] = [];
  for (const irq of irqs) {
    let count = 0;
    for (const fired of irq.counts.values()) count += fired;
    const target = irq.effective ?? irq.affinity;
    const pcpu = busiest(irq, host, target) ?? host.all[0];
    if (count > 0) placed.push({ irq, pcpu, count });
  }
  return placed;
}

/** Interrupts that never fired, by the CPU that would get them. */
function listQuiet(draft: PlanDraft, irqs: readonly DeviceIrq[], host: HostCpus): void {
  const quiet = irqs.flatMap((irq): PlacedIrq[] => {
    const fired = [...irq.counts.values()].some((count) => count > 0);
    const pcpu = (irq.effective ?? irq.affinity)?.find((cpu) => host.has.has(cpu));
    return fired || pcpu === undefined ? [] : [{ irq, pcpu, count: 0 }];
  });
  if (quiet.length === 0) return;
  const quietIrqs = byCpu(quiet).map((group) => ({
    cpus: group[0].pcpu,
    irqs: formatCpuList(
      group.map(({ irq }) => irq.irq),
      'kernel',
    ),
  }));
  draft.data.host = { ...draft.data.host, quietIrqs };
  draft.note(['host', 'quietIrqs'], 'have not fired since boot, by the CPU that would get them');
}

/** The CPU, among those allowed, on which it fired most often; the lowest of equals. */
function busiest(
  irq: DeviceIrq,
  host: HostCpus,
  allowed: readonly number[] | undefined,
): number | undefined {
  let best: number | undefined;
  for (const [cpu, count] of [...irq.counts].sort((a, b) => a[0] - b[0])) {
    if (!host.has.has(cpu) || (allowed && !allowed.includes(cpu))) continue;
    if (best === undefined || count > (irq.counts.get(best) ?? 0)) best = cpu;
  }
  return best ?? allowed?.find((cpu) => host.has.has(cpu));
}

function byCpu(placed: readonly PlacedIrq[]): PlacedIrq[][] {
  const groups = new Map<number, PlacedIrq[]>();
  for (const item of placed) {
    const group = groups.get(item.pcpu);
    if (group) group.push(item);
    else groups.set(item.pcpu, [item]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, group]) => group.sort((a, b) => b.count - a.count || a.irq.irq - b.irq.irq));
}

function firedElsewhere(irq: DeviceIrq, pcpu: number): string {
  const others = [...irq.counts.entries()].filter(([cpu, count]) => cpu !== pcpu && count > 0);
  if (others.length === 0) return '';
  const cpus = others.map(([cpu]) => cpu).sort((a, b) => a - b);
  return `, in the past also on CPU ${formatCpuList(cpus, 'kernel')}`;
}

/** Without an uptime the busiest local timer tells how long the tick has been running at least. */
function elapsedSeconds(facts: HostFacts, hz: number): Elapsed {
  const { uptimeSeconds } = facts;
  if (uptimeSeconds !== undefined && uptimeSeconds > 0) return { seconds: uptimeSeconds };
  const ticks = Math.max(0, ...(facts.localTimers?.values() ?? []));
  if (ticks >= hz) {
    return {
      seconds: ticks / hz,
      reason: `no uptime is known; ${ticks} local timer interrupts at ${hz} Hz stand for it`,
    };
  }
  return { seconds: 3600, reason: 'no uptime is known; one hour is taken for it' };
}

/** At least one in ten days, three significant digits, in the unit that keeps it readable. */
function rateOf(count: number, seconds: number): string {
  const perSecond = count / seconds;
  for (const [unit, factor] of [
    ['s', 1],
    ['min', 60],
    ['h', 3600],
  ] as const) {
    const rate = perSecond * factor;
    if (rate >= 1) return `${plain(rate)}/${unit}`;
  }
  return `${plain(Math.max(perSecond * 3600, 0.004))}/h`;
}

function plain(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function noteLocalTimers(draft: PlanDraft, facts: HostFacts): void {
  const counts = [...(facts.localTimers ?? [])].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (counts.length === 0) return;
  const values = counts.map(([, count]) => count);
  draft.headline(
    `Local timer interrupts since boot: ${Math.min(...values)} to ${Math.max(...values)} a CPU ` +
      `on ${counts.length} CPUs. The model generates the tick itself.`,
  );
}
