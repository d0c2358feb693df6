import { expect, test } from 'vitest';
import { prepare } from './builder.js';

interface Bad {
  readonly what: string;
  /** The fault is placed at the mark `@`, which is not part of the plan. */
  readonly text: string;
  readonly code: string;
  readonly path: string;
  readonly fix: RegExp;
}

const guest = (vcpus: string, mark = '') => `guests:\n  - name: g\n    vcpus: ${mark}[${vcpus}]\n`;
const thread = (fields: string, mark = '') =>
  `host:\n  threads:\n    - ${mark}{name: t, ${fields}}\n`;
const workload = (fields: string, mark = '') =>
  `workloads:\n  - ${mark}{id: w, on: host, cpus: 1, ${fields}}\n`;
const requirement = (latency: string, mark = '') =>
  `${workload('kind: cyclictest')}requirements:\n  - {workload: w, latency: ${mark}{${latency}}}\n`;

const TABLE: readonly Bad[] = [
  {
    what: 'no unit',
    text: workload('kind: cyclictest, interval: @1000'),
    code: 'plan/value',
    path: 'workloads[0].interval',
    fix: /1000us/,
  },
  {
    what: 'a wrong unit',
    text: workload('kind: cyclictest, interval: @5sec'),
    code: 'plan/value',
    path: 'workloads[0].interval',
    fix: /unit/,
  },
  {
    what: 'a negative duration',
    text: thread('every: 1ms, run: @-5us'),
    code: 'plan/value',
    path: 'host.threads[0].run',
    fix: /50us/,
  },
  {
    what: 'a huge duration',
    text: thread('every: @99999999h, run: 1us'),
    code: 'plan/value',
    path: 'host.threads[0].every',
    fix: /./,
  },
  {
    what: 'a zero interval',
    text: workload('kind: cyclictest, interval: @0us'),
    code: 'plan/value',
    path: 'workloads[0].interval',
    fix: /above 0/,
  },
  {
    what: 'a huge count',
    text: 'host: {kernel: {hz: @1000000}}',
    code: 'plan/value',
    path: 'host.kernel.hz',
    fix: /at most 10000/,
  },
  {
    what: 'a negative count',
    text: 'host: {kvm: {ple_gap: @-1}}',
    code: 'plan/value',
    path: 'host.kvm.ple_gap',
    fix: /at least 0/,
  },
  {
    what: 'text for a number',
    text: 'host: {kernel: {hz: @"250"}}',
    code: 'plan/value',
    path: 'host.kernel.hz',
    fix: /without quotes/,
  },
  {
    what: 'a fraction',
    text: 'host: {kernel: {hz: @250.5}}',
    code: 'plan/value',
    path: 'host.kernel.hz',
    fix: /whole number/,
  },
  {
    what: 'an infinite number',
    text: 'host: {kernel: {hz: @.inf}}',
    code: 'plan/value',
    path: 'host.kernel.hz',
    fix: /./,
  },
  {
    what: 'pinning outside the topology',
    text: guest('{id: 0, cpus: @6-9}'),
    code: 'plan/cpu-outside',
    path: 'guests[0].vcpus[0].cpus',
    fix: /0-7/,
  },
  {
    what: 'isolation outside the topology',
    text: 'host: {cmdline: "quiet isolcpus=@4-31"}',
    code: 'plan/cpu-outside',
    path: 'host.cmdline',
    fix: /0-7/,
  },
  {
    what: 'a descending range',
    text: guest('{id: 0, cpus: @3-1}'),
    code: 'plan/cpu-list',
    path: 'guests[0].vcpus[0].cpus',
    fix: /1-3/,
  },
  {
    what: 'an empty CPU list',
    text: guest('{id: 0, cpus: @""}'),
    code: 'plan/value',
    path: 'guests[0].vcpus[0].cpus',
    fix: /0-3,8/,
  },
  {
    what: 'an exclusion of another dialect',
    text: guest('{id: 0, cpus: "0-3,@^2"}'),
    code: 'plan/cpu-list',
    path: 'guests[0].vcpus[0].cpus',
    fix: /0-1,3/,
  },
  {
    what: 'a negative CPU',
    text: guest('{id: 0, cpus: @-1}'),
    code: 'plan/value',
    path: 'guests[0].vcpus[0].cpus',
    fix: /0-3,8/,
  },
  {
    what: 'two vCPUs with one id',
    text: guest('{id: 0, cpus: 1}, {id: @0, cpus: 2}'),
    code: 'plan/duplicate',
    path: 'guests[0].vcpus[1].id',
    fix: /0, 1, 2/,
  },
  {
    what: 'a missing vCPU',
    text: guest('{id: 0, cpus: 1}, {id: @2, cpus: 2}'),
    code: 'plan/vcpu-ids',
    path: 'guests[0].vcpus[1].id',
    fix: /0, 1, 2/,
  },
  {
    what: 'no vCPUs',
    text: guest('', '@'),
    code: 'plan/value',
    path: 'guests[0].vcpus',
    fix: /at least one/,
  },
  {
    what: 'FIFO 0',
    text: guest('{id: 0, policy: @"fifo:0"}'),
    code: 'plan/value',
    path: 'guests[0].vcpus[0].policy',
    fix: /fifo:1/,
  },
  {
    what: 'FIFO 100',
    text: guest('{id: 0, policy: @"fifo:100"}'),
    code: 'plan/value',
    path: 'guests[0].vcpus[0].policy',
    fix: /fifo:99/,
  },
  {
    what: 'runtime above period',
    text: guest('{id: 0, policy: @"d:100ms:10ms"}'),
    code: 'plan/value',
    path: 'guests[0].vcpus[0].policy',
    fix: /runtime first/,
  },
  {
    what: 'an unknown policy',
    text: guest('{id: 0, policy: @"batch"}'),
    code: 'plan/value',
    path: 'guests[0].vcpus[0].policy',
    fix: /fifo:1..99/,
  },
  {
    what: 'an unknown key',
    text: guest('{id: 0, @polcy: "fifo:1"}'),
    code: 'plan/unknown-key',
    path: 'guests[0].vcpus[0].polcy',
    fix: /`policy`/,
  },
  {
    what: 'an unknown workload kind',
    text: workload('kind: @cyclitest'),
    code: 'plan/value',
    path: 'workloads[0].kind',
    fix: /cyclictest/,
  },
  {
    what: 'a key of another kind',
    text: workload('kind: cyclictest, @period: 1ms'),
    code: 'plan/unknown-key',
    path: 'workloads[0].period',
    fix: /known here/,
  },
  {
    what: 'a missing key',
    text: workload('kind: periodic, policy: other, run: 1us', '@'),
    code: 'plan/missing',
    path: 'workloads[0].period',
    fix: /period/,
  },
  {
    what: 'an unknown guest',
    text: 'workloads: [{id: w, kind: cyclictest, on: @gest, cpus: 0}]\nguests: [{name: guest, vcpus: [{id: 0, cpus: 1}]}]',
    code: 'plan/unknown-guest',
    path: 'workloads[0].on',
    fix: /write guest/,
  },
  {
    what: 'a workload on a CPU that the guest has not',
    text: `${guest('{id: 0, cpus: 1}')}workloads: [{id: w, kind: cyclictest, on: g, cpus: @1}]`,
    code: 'plan/cpu-outside',
    path: 'workloads[0].cpus',
    fix: /CPUs of 0/,
  },
  {
    what: 'a guest called host',
    text: 'guests: [{name: @host, vcpus: [{id: 0, cpus: 1}]}]',
    code: 'plan/guest-name',
    path: 'guests[0].name',
    fix: /rename/,
  },
  {
    what: 'two guests of one name',
    text: 'guests: [{name: a, vcpus: [{id: 0, cpus: 1}]}, {name: @a, vcpus: [{id: 0, cpus: 1}]}]',
    code: 'plan/duplicate',
    path: 'guests[1].name',
    fix: /rename/,
  },
  {
    what: 'a requirement on nothing',
    text: 'requirements: [{workload: @x, latency: {max: 1us}}]',
    code: 'plan/unknown-workload',
    path: 'requirements[0].workload',
    fix: /workload/,
  },
  {
    what: 'percentile 100',
    text: requirement('p100: @5us'),
    code: 'plan/value',
    path: 'requirements[0].latency.p100',
    fix: /below 100/,
  },
  {
    what: 'percentile 0',
    text: requirement('p0: @5us'),
    code: 'plan/value',
    path: 'requirements[0].latency.p0',
    fix: /above 0/,
  },
  {
    what: 'a requirement without a limit',
    text: requirement('', '@'),
    code: 'plan/value',
    path: 'requirements[0].latency',
    fix: /max: 50us/,
  },
  {
    what: 'an unknown statistic',
    text: requirement('mean: @5us'),
    code: 'plan/value',
    path: 'requirements[0].latency.mean',
    fix: /max/,
  },
  {
    what: 'an unknown preset',
    text: 'host: {kernel: {preset: @"6.12-tr"}}',
    code: 'plan/preset',
    path: 'host.kernel.preset',
    fix: /6.12-rt/,
  },
  {
    what: 'an unknown flag',
    text: 'host: {kernel: {flags: {@fairServr: false}}}',
    code: 'plan/unknown-key',
    path: 'host.kernel.flags.fairServr',
    fix: /fairServer/,
  },
  {
    what: 'an unknown sysctl',
    text: 'host: {sysctl: {@kernel.sched_rt_runtime: -1}}',
    code: 'plan/unknown-key',
    path: 'host.sysctl["kernel.sched_rt_runtime"]',
    fix: /kernel\.sched_rt_runtime_us/,
  },
  {
    what: 'a runtime above its period',
    text: 'host: {sysctl: {kernel.sched_rt_runtime_us: @2000000}}',
    code: 'plan/rt-runtime',
    path: 'host.sysctl["kernel.sched_rt_runtime_us"]',
    fix: /-1/,
  },
  {
    what: 'an unknown C-state',
    text: 'host: {idle: {deepest: @C9}}',
    code: 'plan/cstate',
    path: 'host.idle.deepest',
    fix: /C1/,
  },
  {
    what: 'every and rate',
    text: thread('every: 1ms, rate: @5/s, run: 1us'),
    code: 'plan/arrival',
    path: 'host.threads[0].rate',
    fix: /keep one/,
  },
  {
    what: 'arrivals without a distance',
    text: thread('every: @0s..1ms, run: 1us'),
    code: 'plan/arrival',
    path: 'host.threads[0].every',
    fix: /above 0/,
  },
  {
    what: 'a loop that takes no time',
    text: thread('run: 0ns', '@'),
    code: 'plan/no-work',
    path: 'host.threads[0]',
    fix: /every/,
  },
  {
    what: 'a lock section without lock',
    text: thread('every: 1s, sections: [@{kind: raw, run: 1us}]'),
    code: 'plan/lock',
    path: 'host.threads[0].sections[0]',
    fix: /lock: /,
  },
  {
    what: 'an interrupt that never comes',
    text: 'host: {irqs: [@{name: i, cost: 1us}]}',
    code: 'plan/missing',
    path: 'host.irqs[0]',
    fix: /rate/,
  },
  {
    what: 'an unknown platform',
    text: 'platform: @tny',
    code: 'plan/unknown-platform',
    path: 'platform',
    fix: /tiny/,
  },
  {
    what: 'a platform that leads out',
    text: 'platform: @../../etc/passwd',
    code: 'plan/platform-path',
    path: 'platform',
    fix: /below/,
  },
  {
    what: 'a platform that is not there',
    text: 'platform: @x/y.yaml',
    code: 'plan/unreadable',
    path: 'platform',
    fix: /name/,
  },
  {
    what: 'a list for a map',
    text: 'host: @[1]',
    code: 'plan/value',
    path: 'host',
    fix: /map/,
  },
  {
    what: 'a map for a list',
    text: 'guests: @{name: a}',
    code: 'plan/value',
    path: 'guests',
    fix: /list/,
  },
  {
    what: 'an empty value',
    text: 'host:@\nguests: []',
    code: 'plan/value',
    path: 'host',
    fix: /map/,
  },
  {
    what: 'a topology that cannot be divided',
    text: 'host: {topology: {sockets: 1, coresPerSocket: 3, llcsPerSocket: @2}, threads: [{name: t, cpus: 1}]}',
    code: 'topology/uneven',
    path: 'host.topology.llcsPerSocket',
    fix: /CPU lists/,
  },
  {
    what: 'a machine that is too large',
    text: 'host: {topology: @{sockets: 64, coresPerSocket: 1000}}',
    code: 'topology/too-many-cpus',
    path: 'host.topology',
    fix: /part of the machine/,
  },
  {
    what: 'a CPU of two sockets',
    text: 'host: {topology: {cores: ["0-1"], sockets: ["0-1", @"1"]}}',
    code: 'topology/overlap',
    path: 'host.topology.sockets[1]',
    fix: /one list/,
  },
  {
    what: 'another version',
    text: 'isochron: @2',
    code: 'plan/value',
    path: 'isochron',
    fix: /1/,
  },
];

test.each(TABLE)('$what', ({ text, code, path, fix }) => {
  const { plan, diagnostics } = prepare(text.replace('@', ''));
  const before = text.slice(0, text.indexOf('@')).split('\n');
  const at = [before.length, (before.at(-1) ?? '').length + 1];
  expect(plan).toBeUndefined();
  const found = diagnostics.filter((d) => d.code === code && d.path === path);
  expect(diagnostics).not.toEqual([]);
  expect(found.map((d) => [d.place?.file, d.place?.line, d.place?.column])).toEqual([
    ['plan.yaml', ...at],
  ]);
  expect(found[0].fix).toMatch(fix);
  // One fault is one error: nothing is reported that only follows from it.
  expect(diagnostics.filter((d) => d.severity === 'error')).toHaveLength(1);
});

test('faults of form and of sense are reported together, in the order of the text', () => {
  const { diagnostics } = prepare(
    [
      'guests:',
      '  - name: g',
      '    vcpus: [{id: 0, cpus: 99}, {id: 1, policy: "fifo:0"}]',
      'workloads:',
      '  - {id: w, kind: nonsense, on: g, cpus: 0}',
      '  - {id: v, kind: cyclictest, on: g, cpus: 7}',
      'requirements:',
      '  - {workload: w, latency: {max: 5}}',
      'hots: {}',
    ].join('\n'),
  );
  expect(diagnostics.map((d) => `${d.place?.line} ${d.path} ${d.code}`)).toEqual([
    '3 guests[0].vcpus[0].cpus plan/cpu-outside',
    '3 guests[0].vcpus[1].policy plan/value',
    '5 workloads[0].kind plan/value',
    '6 workloads[1].cpus plan/cpu-outside',
    '8 requirements[0].latency.max plan/value',
    '9 hots plan/unknown-key',
  ]);
});

test('a file full of faults names some hundred and stays an error', () => {
  const { plan, diagnostics } = prepare(
    Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join('\n'),
  );
  expect(plan).toBeUndefined();
  expect(diagnostics.length).toBeGreaterThan(50);
  expect(diagnostics.length).toBeLessThan(500);
});

test.each(['host: {cmdline: "abc', '\u0000\u0001binary', '[1, 2', '{"isochron": 1, "name"', ''])(
  'junk and cut-off text %j is refused with a place and a fix',
  (text) => {
    const { plan, diagnostics } = prepare(text);
    expect(plan === undefined || text === '').toBe(true);
    for (const d of diagnostics)
      expect([d.place?.file, typeof d.fix]).toEqual(['plan.yaml', 'string']);
  },
);
