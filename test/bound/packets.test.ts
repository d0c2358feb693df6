/** Packets: which latencies they leave with a bound, what the bound says, and that no run exceeds it. */
import { expect, test } from 'vitest';
import { boundOf } from '../../src/bound/planBound.js';
import { arrivalsIn, spanOf, superpose } from '../../src/contract/arrivals.js';
import { sourceArrivals } from '../../src/contract/packetArrivals.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

function planOf(workload: string, extra = '', idle = 'idle=poll', cost = '0ns'): NormalizedPlan {
  return planFromYaml(
    `
host: {topology: {sockets: 1, coresPerSocket: 4}, cmdline: idle=poll, sysctl: {kernel.sched_rt_runtime_us: -1}, kernel: {flags: {fairServer: false}}, kvm: {ple_gap: 0}}
guests:
  - name: g
    cmdline: ${idle}
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}, {id: 1, cpus: 2, policy: 'fifo:1'}]
    sysctl: {kernel.sched_rt_runtime_us: -1}
    kernel: {preset: '6.12-rt', flags: {fairServer: false}}
${extra}
workloads:
${workload}
`,
    { cost },
  );
}
const switchWith = (packets: string, more = ''): string => `
switches:
  - {name: s, pollers: [{name: p, cpus: 0, policy: 'fifo:2'}], interfaces: [{name: i, guest: g, vcpu: 0}], packets: [{name: x, interface: i, ${packets}}]${more}}`;
const SWITCH = switchWith('every: 1ms');
const job = (on: string, cpu: number): string =>
  `  - {id: job, kind: periodic, on: ${on}, cpus: ${cpu}, policy: 'fifo:50', period: 1ms, run: 10us}`;
const ECHO = "  - {id: e, kind: packet-echo, on: g, cpus: 0, policy: 'fifo:60', interface: i}";
const reasons = (workload: string, extra = ''): readonly string[] =>
  boundOf(planOf(workload, extra)).series[0].reasons;

test.each([
  ['one at a time', SWITCH, '1us'],
  ['bursts', switchWith('every: 1ms, burst: 5, gap: 0s'), '1us'],
  ['batches that wait to fill', switchWith('every: 1ms', ', flush: 50us'), '1us'],
  ['wide laws', switchWith('every: 500us..1ms..2ms'), '300ns..500ns..1us'],
])('a packet is no later than its bound says: %s', (_what, network, cost) => {
  for (const idle of ['idle=poll', "''"]) {
    const plan = planOf(ECHO, network, idle, cost);
    const [{ ns, terms, reasons: why }] = boundOf(plan).series;
    expect(why).toEqual([]);
    expect(terms.reduce((sum, term) => sum + term.ns, 0)).toBe(ns);
    const result = simulate(plan, { seed: '1', untilNs: 200e6 }).workloads[0];
    expect(result.latency.maxNs).toBeLessThanOrEqual(ns ?? 0);
    // Sound is not enough: a bound that is much too high says nothing.
    expect(result.latency.maxNs).toBeGreaterThan((ns ?? 0) / 8);
  }
});

test('a batch that waits to fill has its wait among the terms', () => {
  const plan = planOf(ECHO, switchWith('every: 1ms', ', flush: 50us'));
  const [{ terms }] = boundOf(plan).series;
  expect(terms).toContainEqual(
    expect.objectContaining({ name: 'waiting for a batch to fill', ns: 100_000 }),
  );
});

test('beside a poller nothing weaker has a bound; on its vCPU packets are terms', () => {
  expect(reasons(job('host', 0))).toEqual([]);
  expect(reasons(job('host', 0).replace('fifo:50', 'fifo:1'), SWITCH)).toContain(
    'poller s/p is stronger and never gives way',
  );
  expect(reasons(job('host', 0), SWITCH)).toEqual([]);
  const beside = boundOf(planOf(job('g', 0), SWITCH, 'idle=poll', '1us')).series[0];
  expect(beside.terms.map(({ name }) => name)).toContain('irq virtio-i');
  const without = boundOf(planOf(job('g', 0), '', 'idle=poll', '1us')).series[0];
  expect(beside.ns).toBeGreaterThan(without.ns ?? 0);
});

test('what packets cannot reach keeps its bound', () => {
  const bound = (workload: string, extra: string) =>
    boundOf(planOf(workload, extra, 'idle=poll', '1us')).series[0].ns;
  expect(bound(job('g', 1), SWITCH)).toBe(bound(job('g', 1), ''));
  expect(bound(job('host', 3), SWITCH)).toBe(bound(job('host', 3), ''));
});

test('no bound: packets that a poller, or the guest, cannot keep up with', () => {
  const flood = switchWith('every: 2us');
  expect(boundOf(planOf(ECHO, flood, 'idle=poll', '1us')).series[0].reasons.join()).toMatch(
    /utilization of 1 or more/,
  );
  const shared = `${job('host', 0).replace('fifo:50', 'fifo:2')}\n${ECHO}`;
  expect(boundOf(planOf(shared, SWITCH)).series[1].reasons.join()).toMatch(
    /job@0 shares pCPU 0 with poller s\/p, at its strength/,
  );
});

test('a batch waits no longer than the switch lets it, whatever else is due at that instant', () => {
  const two = `
switches:
  - {name: s, pollers: [{name: p, cpus: 0, policy: 'fifo:2'}], flush: 50us, pollEmpty: 100ns, interfaces: [{name: h}, {name: i, guest: g, vcpu: 0}],
     packets: [{name: y, interface: h, every: 100us, start: 10us, burst: 5, gap: 10us}, {name: x, interface: i, every: 500us, start: 100us, burst: 2, gap: 10us}]}`;
  const plan = planOf(ECHO, two);
  const { latency } = simulate(plan, { seed: '1', untilNs: 50e6 }).workloads[0];
  expect(latency.maxNs).toBeLessThan(103_000);
});

test('a bound without the poll loop is too low', () => {
  const polls = ECHO.replace('}', ', receive: poll}');
  const plan = planOf(polls, switchWith('every: 1ms', ', pollEmpty: 30us'), 'idle=poll nohz=off');
  const { maxNs } = simulate(plan, { seed: '1', untilNs: 500e6 }).workloads[0].latency;
  expect(boundOf(plan).series[0].ns).toBeGreaterThanOrEqual(maxNs);
  expect(boundOf(plan, { without: 'poll loop' }).series[0].ns).toBeLessThan(maxNs);
});

test('arrival curves of packets hold for what sources send', () => {
  const law = { minNs: 1000, quantiles: [], maxNs: 1000, status: 'sourced', source: '' } as const;
  const source = { name: 's', interface: 'i', every: law, gapNs: 10, repeatNs: 0 };
  const bursts = sourceArrivals({ ...source, burst: 3 });
  // Three at 0, 10, 20, then again at 1000, 1010, 1020.
  expect([1, 10, 11, 21, 1000, 1001].map((ns) => arrivalsIn(bursts, ns))).toEqual([
    1, 1, 2, 3, 3, 6,
  ]);
  const listNs = [0, 5, 6, 7, 500, 1000];
  const list = sourceArrivals({ ...source, burst: 1, listNs });
  for (let from = 0; from < listNs.length; from++) {
    for (let to = from; to < listNs.length; to++) {
      expect(arrivalsIn(list, listNs[to] - listNs[from] + 1)).toBeGreaterThanOrEqual(to - from + 1);
    }
  }
  const both = superpose([bursts, list]);
  for (const ns of [1, 9, 100, 999, 1000, 5000]) {
    expect(arrivalsIn(both, ns)).toBeGreaterThanOrEqual(
      arrivalsIn({ ...bursts, gapNs: 0 }, ns) + Math.min(arrivalsIn(list, ns), 6),
    );
  }
  expect([1, 2, 3, 4].map((count) => spanOf(bursts, count))).toEqual([0, 10, 20, 1000]);
});
