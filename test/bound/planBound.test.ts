/** Reasons for no bound, monotony, status of maxima, and how long the analysis takes. */
import { expect, test } from 'vitest';
import { boundOf } from '../../src/bound/planBound.js';
import { maxStatusOf } from '../../src/contract/figure.js';
import { planFromYaml } from '../plan/builder.js';

const HOST = `
host:
  sysctl: {kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0}
  fairServerOff: all
`;
const WORK = `
workloads:
  - {id: w, kind: cyclictest, on: host, cpus: 1, policy: 'fifo:10', interval: 1ms}
`;
const boundsOf = (text: string, cost = '1us') => boundOf(planFromYaml(text, { cost })).series;

test.each([
  [
    'a stronger loop',
    `${HOST}  threads: [{name: hog, policy: 'fifo:20', cpus: 1}]${WORK}`,
    /hog is stronger and never gives way/,
  ],
  [
    'an equal loop',
    `${HOST}  threads: [{name: hog, policy: 'fifo:10', cpus: 1}]${WORK}`,
    /hog is as strong and never gives way/,
  ],
  ['a fair thread', `${HOST}${WORK.replace('fifo:10', 'other')}`, /the thread is fair/],
  [
    'too much load',
    `${HOST}  threads: [{name: t, policy: 'fifo:20', cpus: 1, every: 1ms, run: 2ms}]${WORK}`,
    /utilization of 1 or more: t/,
  ],
  [
    'memoryless arrivals',
    `${HOST}  irqs: [{name: d, cpus: 1, rate: 1/s, cost: 1us, thread: 'off'}]${WORK}`,
    /irq d may come any number of times/,
  ],
  [
    'an unpinned realtime thread',
    `${HOST}  threads: [{name: t, policy: 'fifo:20', cpus: 0-1, every: 1ms, run: 1us}]${WORK}`,
    /not pinned are pushed and pulled/,
  ],
  [
    'a mutex',
    `${HOST}  threads: [{name: t, policy: 'fifo:20', cpus: 1, every: 1ms, run: 1us, sections: [{kind: mutex, lock: m, run: 1us}]}, {name: u, cpus: 0, every: 1ms, run: 1us, sections: [{kind: mutex, lock: m, run: 1us}]}]${WORK}`,
    /mutex without priority inheritance/,
  ],
  [
    'throttling',
    `host: {kernel: {preset: '6.6', preemption: rt}, sysctl: {kernel.timer_migration: 0}, threads: [{name: t, policy: 'fifo:5', cpus: 1}]}${WORK}`,
    /throttled/,
  ],
])('no bound: %s', (_what, text, reason) => {
  const [{ ns, reasons }] = boundsOf(text);
  expect(ns).toBeNull();
  expect(reasons.join('\n')).toMatch(reason);
});

test('a vCPU that is not pinned, or shares its pCPU with an equal one, has no bound', () => {
  const guest = (cpus: string, more = '') => `${HOST}
guests:
  - {name: g, vcpus: [{id: 0, cpus: ${cpus}, policy: 'fifo:1'}]}${more}
workloads:
  - {id: w, kind: cyclictest, on: g, cpus: 0, interval: 1ms}
`;
  expect(boundsOf(guest('1-2'))[0].reasons.join()).toMatch(/not pinned to one pCPU/);
  const other = `\n  - {name: h, vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]}`;
  expect(boundsOf(guest('1', other))[0].reasons.join()).toMatch(/never gives way/);
});

test('terms sum to the bound, and removing a source or narrowing a range never raises it', () => {
  const thread = (run: string) =>
    `  threads: [{name: t, policy: 'fifo:20', cpus: 1, every: 200us, run: ${run}}]`;
  const bounds = [
    boundsOf(`${HOST}${WORK}`),
    boundsOf(`${HOST}${thread('5us')}${WORK}`),
    boundsOf(`${HOST}${thread('5us..20us')}${WORK}`),
  ].map(([{ ns, terms }]) => {
    expect(terms.reduce((sum, term) => sum + term.ns, 0)).toBe(ns);
    return ns ?? Number.NaN;
  });
  expect(bounds[0]).toBeLessThan(bounds[1]);
  expect(bounds[1]).toBeLessThan(bounds[2]);
});

test('a maximum is assumed unless its source speaks of the maximum', () => {
  const law = { minNs: 1, quantiles: [], maxNs: 2, status: 'sourced', source: 'a paper' } as const;
  expect(maxStatusOf(law)).toBe('assumed');
  expect(maxStatusOf({ ...law, maxStatus: 'sourced' })).toBe('sourced');
  expect(maxStatusOf({ ...law, minNs: 2 })).toBe('sourced');
});

test('a plan of 64 pCPUs and 20 guests is analysed in seconds', () => {
  const guests = Array.from({ length: 20 }, (_, i) => {
    const first = 4 + 3 * i;
    return `  - {name: g${i}, sysctl: {kernel.timer_migration: 0}, vcpus: [{id: 0, cpus: ${first}, policy: 'fifo:1'}, {id: 1, cpus: ${first + 1}, policy: 'fifo:1'}, {id: 2, cpus: ${first + 2}, policy: 'fifo:1'}]}`;
  });
  const works = guests.map(
    (_, i) => `  - {id: w${i}, kind: cyclictest, on: g${i}, cpus: 0-2, interval: 1ms}`,
  );
  const text = `
host:
  topology: {sockets: 1, coresPerSocket: 64}
  cmdline: nohz_full=4-63
  sysctl: {kernel.sched_rt_runtime_us: -1}
guests:
${guests.join('\n')}
workloads:
${works.join('\n')}
`;
  const plan = planFromYaml(text, { cost: '100ns' });
  const started = process.hrtime.bigint();
  expect(boundOf(plan).series).toHaveLength(20);
  // 2 s on an idle machine; other tests may share it.
  expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(20);
});
