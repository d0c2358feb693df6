/** What the partition costs: pCPUs taken out, idle, burnt in polling; best-effort capacity left. */
import { USAGE_IDLE, USAGE_POLLING, USAGE_REALTIME } from '../kernel/cpu.js';
import type { PartitionCost } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { BuiltPart } from './build.js';

export function partitionCost(
  plan: NormalizedPlan,
  parts: readonly BuiltPart[],
  simulatedNs: number,
): PartitionCost {
  const isolated = new Set([...plan.host.isolatedDomain, ...plan.host.nohzFull]);
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
    const idle = at && simulatedNs > 0 ? share(USAGE_IDLE) : 1;
    const polling = share(USAGE_POLLING);
    const busy = Math.max(0, 1 - idle - polling);
    return {
      pcpu,
      isolated: isolated.has(pcpu),
      busy,
      polling,
      idle,
      realtime: share(USAGE_REALTIME),
    };
  });
  const mean = (pick: (one: (typeof perPcpu)[number]) => number): number =>
    perPcpu.reduce((sum, one) => sum + pick(one), 0) / Math.max(1, perPcpu.length);
  return {
    pcpus: pcpus.length,
    isolated: perPcpu.filter((one) => one.isolated).length,
    idle: mean((one) => one.idle),
    polling: mean((one) => one.polling),
    realtime: mean((one) => one.realtime),
    bestEffortCapacity: perPcpu
      .filter((one) => !one.isolated)
      .reduce((sum, one) => sum + one.idle, 0),
    perPcpu: perPcpu.map(({ realtime: _, ...one }) => one),
  };
}
