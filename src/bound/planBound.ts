/**
 * Upper bounds of the latencies of a plan, by analysis alone: nothing of the simulator is used. A
 * bound holds for the model under the declared maxima, on any seed.
 */
import { cpuContracts } from '../contract/cpuContracts.js';
import { NO_TIME, sum } from '../contract/figure.js';
import { hostOf, linuxFigures } from '../contract/instance.js';
import { surroundingsAnywhere, surroundingsOn } from '../contract/slowdown.js';
import type { Surroundings } from '../contract/surroundings.js';
import type { NormalizedPlan, WorkloadPlan } from '../plan/normalized.js';
import { throttleReason } from './demand.js';
import { detourTo } from './elsewhere.js';
import { guestBound } from './guestWorkload.js';
import { hostBound } from './hostWorkload.js';
import { NOTHING_OUTSIDE } from './interference.js';
import { remoteLocks } from './lockWait.js';
import { pathBound, roundTrip } from './packetPath.js';
import type { LatencyKind } from './question.js';
import { type CpuBound, hasBound, noBound, type PlanBound, type SeriesBound } from './result.js';
import { settled, wayOf } from './settleDelays.js';

export interface BoundOptions {
  /** A law or term to leave out; see {@link Figures}. Only for tests of the analysis. */
  readonly without?: string;
}

/**
 * Bounds of every series of a plan, in the order of the results of a run.
 *
 * @example boundOf(plan).series[0].ns // 12340, or null with `reasons`
 */
export function boundOf(plan: NormalizedPlan, options: BoundOptions = {}): PlanBound {
  const throttles = (around: Surroundings) => {
    const analysis = new Analysis(around);
    return (pcpu: number): string | undefined => analysis.throttled(pcpu);
  };
  const analysis = new Analysis(settled(plan, options.without, throttles));
  const series = plan.workloads.flatMap((workload) => analysis.seriesOf(workload));
  return { planName: plan.name, planHash: plan.hash, series };
}

class Analysis {
  private readonly around: Surroundings;
  private readonly throttles = new Map<number, string | undefined>();

  constructor(around: Surroundings) {
    this.around = around;
  }

  seriesOf(workload: WorkloadPlan): SeriesBound[] {
    const kinds: LatencyKind[] = workload.kind === 'timerlat' ? ['main', 'user', 'irq'] : ['main'];
    return kinds.map((kind) => {
      const id = kind === 'main' ? workload.id : `${workload.id}.${kind}`;
      return combined(
        id,
        workload.cpus.map((cpu) => this.onCpu(workload, kind, cpu)),
      );
    });
  }

  private onCpu(workload: WorkloadPlan, kind: LatencyKind, cpu: number): CpuBound {
    const { around } = this;
    if (workload.interface !== undefined) return this.ofPackets(workload);
    if (workload.guest !== undefined) {
      const guest = around.plan.guests.find(({ name }) => name === workload.guest);
      if (!guest) return noBound(`there is no guest ${workload.guest}`);
      const throttledPcpu = (pcpu: number): string | undefined => this.throttled(pcpu);
      const instance = { name: guest.name, kernel: guest.kernel, guest };
      const there = surroundingsOn(around, instance, cpu);
      return guestBound({ around: there, guest, workload, kind, cpu, throttledPcpu });
    }
    const host = hostOf(around.plan);
    const contracts = cpuContracts(around, host, cpu);
    const throttled = this.throttled(cpu);
    const { figures } = surroundingsOn(around, host, cpu);
    // The timer may fire on any pCPU.
    const anywhere = surroundingsAnywhere(around);
    const { wakeup, reschedIpi } = linuxFigures(anywhere, host, cpu);
    const flight = figures.usual.of(around.plan.platform.host.ipiFlight, 'host.ipiFlight');
    const detour = detourTo(around, cpu, sum(wakeup, reschedIpi), flight);
    if ('reasons' in detour) return noBound(...detour.reasons);
    const jitterNs = detour.figure.ns;
    const throttledPcpu = (pcpu: number): string | undefined => this.throttled(pcpu);
    const own = contracts.threads.find(({ subject }) => subject === `${workload.id}@${cpu}`);
    const asked = {
      remote: remoteLocks({ around, contracts, workload, throttledPcpu }, own),
      workload,
      kind,
      contracts,
      figures,
      outer: NOTHING_OUTSIDE,
      throttled,
      jitterNs,
    };
    const here = hostBound({ ...asked, detour: NO_TIME });
    // timerlat's timer is pinned, and a loop has none.
    const stays = jitterNs === 0 || workload.kind === 'timerlat' || !hasBound(here);
    if (stays) return here;
    const elsewhere = hostBound({ ...asked, detour: detour.figure });
    return hasBound(elsewhere) && elsewhere.ns < here.ns ? here : elsewhere;
  }

  /** From the wire to the wire. */
  private ofPackets(workload: WorkloadPlan): CpuBound {
    const { around } = this;
    for (const one of around.plan.switches) {
      const port = one.interfaces.find(({ name }) => name === workload.interface);
      if (!port) continue;
      const way = wayOf(around, one, port, (pcpu) => this.throttled(pcpu));
      return pathBound(around, roundTrip(way));
    }
    return noBound(`there is no interface ${workload.interface}`);
  }

  /** Throttling of a host CPU, or of any where they lend each other runtime. */
  throttled(cpu: number): string | undefined {
    const { host } = this.around.plan;
    const share = host.flags.rtThrottling && host.rtRuntimeNs >= 0 && host.flags.rtRuntimeShare;
    const cpus = share ? host.cpus : [cpu];
    for (const one of cpus) {
      if (!this.throttles.has(one)) {
        const contracts = cpuContracts(this.around, hostOf(this.around.plan), one);
        this.throttles.set(one, throttleReason(contracts, this.around.figures));
      }
      const reason = this.throttles.get(one);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
}

/** The largest of the bounds on several CPUs; none if one of them has none. */
function combined(id: string, bounds: readonly CpuBound[]): SeriesBound {
  const reasons = new Set(bounds.flatMap((one) => (hasBound(one) ? [] : one.reasons)));
  if (reasons.size > 0) return { id, ns: null, terms: [], assumed: [], reasons: [...reasons] };
  let worst: { ns: number; terms: SeriesBound['terms'] } = { ns: 0, terms: [] };
  for (const one of bounds) if (hasBound(one) && one.ns >= worst.ns) worst = one;
  const assumed = new Set(worst.terms.flatMap((term) => term.assumed));
  const sorted = [...assumed].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { id, ...worst, assumed: sorted, reasons: [] };
}
