import { describe, expect, it } from 'vitest';
import { compareResults } from '../../src/advise/compare.js';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

const plan = (irq: string) =>
  planFromYaml(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  irqs: [${irq}]
workloads:
  - {id: hit, kind: cyclictest, on: host, cpus: 0, interval: 100us}
  - {id: away, kind: cyclictest, on: host, cpus: 1, interval: 100us}
`,
    { cost: '50ns..100ns..700ns' },
  );

const QUIET = plan('');
const LOUD = plan('{name: nic, cpus: 0, every: 50us..90us, cost: 5us..20us, thread: off}');
const run = (one: typeof QUIET) => simulate(one, { seed: '2', untilNs: 200_000_000 });

describe('a comparison under the same noise', () => {
  const { workloads } = compareResults(run(QUIET), run(LOUD));
  const [hit, away] = workloads;

  it('finds nothing between a plan and itself', () => {
    for (const { causes, worseBy } of compareResults(run(LOUD), run(LOUD)).workloads) {
      expect({ causes, worseBy }).toEqual({ causes: [], worseBy: 0 });
    }
  });

  it('shows the cause that was added, where it acts and nowhere else', () => {
    expect(hit.causes[0].cause).toBe('irq nic');
    expect(hit.causes[0].beforeNs).toBe(0);
    expect(hit.worseBy).toBeGreaterThan(1);
    expect(away).toMatchObject({ causes: [], worseBy: 0 });
    expect(hit.figures.map(({ statistic }) => statistic)).toContain('p99');
    expect(hit.figures.at(-1)?.statistic).toBe('max');
  });

  it('names what only one of the plans has', () => {
    const result = run(QUIET);
    const fewer = { ...result, workloads: result.workloads.slice(1) };
    expect(compareResults(result, fewer)).toMatchObject({ onlyBefore: ['hit'], onlyAfter: [] });
  });

  it('calls a workload that no longer completes anything worse', () => {
    const result = run(QUIET);
    const [first, second] = result.workloads;
    const latency = { ...first.latency, count: 0, maxNs: 0, percentiles: {} };
    const starved = { ...result, workloads: [{ ...first, latency }, second] };
    expect(compareResults(result, starved).workloads[0].worseBy).toBeGreaterThan(1e9);
  });
});
