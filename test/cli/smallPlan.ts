/** A plan small enough to run in milliseconds, with one guest and one instrument. */
export const SMALL_PLAN = `isochron: 1
name: small
platform: ideal
host:
  cmdline: isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3
guests:
  - name: plc
    vcpus:
      - { id: 0, cpus: 2 }
      - { id: 1, cpus: 3, policy: fifo:1 }
workloads:
  - { id: timer, kind: cyclictest, on: plc, cpus: 1, interval: 1ms, start: 1ms }
requirements:
  - { workload: timer, latency: { max: 50us } }
`;

/** The small plan with one passage changed; the passage must be there. */
export function smallPlanWith(before: string, after: string): string {
  if (!SMALL_PLAN.includes(before)) throw new Error(`no "${before}" in the small plan`);
  return SMALL_PLAN.replace(before, after);
}
