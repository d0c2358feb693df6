/** What the partition costs: pCPUs taken out, idle, burnt in polling; best-effort capacity left. */
import { USAGE_IDLE, USAGE_IDLE_POLLING, USAGE_POLLING, USAGE_REALTIME } from '../kernel/cpu.js';
import type { PartitionCost } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { BuiltPart } from './build.js';

export function partitionCost(
  plan: NormalizedPlan,
  parts: readonly BuiltPart[],
  simulatedNs: number,
): PartitionCost {
  const isolated = new Set(plan.host.isolatedDomain);
  const nohzFull = new Set(plan.host.nohzFull);
  const where = new Map<number, { part: BuiltPart; lane: number }>();
  for (const part of parts) {
    part.layout.pcpus.forEach((pcpu, lane) => {
      where.set(pcpu, { part, lane });
    });
  }
  const pcpus = plan.topology.pcpus.map(({ pcpu }) => pcpu);
  const perPcpu = pcpus.map((pcpu) => {
    const at = where.get(pcpu);
    const share = (usage: number): number =>
      at && simulatedNs > 0 ? at.part.m.log.usageNs(at.lane, usage, simulatedNs) / simulatedNs : 0;
    // Nothing ever happens on a pCPU that is in no part.
    const quiet = !at || simulatedNs === 0;
    const quietPolls = quiet && plan.host.idle.kind === 'poll';
    const idle = quiet ? (quietPolls ? 0 : 1) : share(USAGE_IDLE);
    const idlePolling = quietPolls ? 1 : share(USAGE_IDLE_POLLING);
    const polling = share(USAGE_POLLING) + idlePolling;
    const busy = Math.max(0, 1 - idle - polling);
    return {
      pcpu,
      isolated: isolated.has(pcpu),
      nohzFull: nohzFull.has(pcpu),
      busy,
      polling,
      idle,
      idlePolling,
      realtime: share(USAGE_REALTIME),
    };
  });
  const mean = (pick: (one: (typeof perPcpu)[number]) => number): number =>
    perPcpu.reduce((sum, one) => sum + pick(one), 0) / Math.max(1, perPcpu.length);
  return {
    pcpus: pcpus.length,
    isolated: perPcpu.filter((one) => one.isolated).length,
    nohzFull: perPcpu.filter((one) => one.nohzFull).length,
    idle: mean((one) => one.idle),
    polling: mean((one) => one.polling),
    realtime: mean((one) => one.realtime),
    bestEffortCapacity: perPcpu
      .filter((one) => !one.isolated)
      .reduce((sum, one) => sum + one.idle + one.idlePolling, 0),
    perPcpu: perPcpu.map(({ realtime: _, idlePolling: __, ...one }) => one),
  };
}
