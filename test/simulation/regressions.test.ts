/** Small plans that once broke a law, with what was wrong. */
import { expect, test } from 'vitest';
import { planFromYaml } from '../plan/builder.js';
import { boundedRun, watchedRun } from './watchedRun.js';

const run = (text: string, untilNs: number, cost = '100ns') =>
  watchedRun(planFromYaml(text, { cost }), { seed: '7', untilNs });

test('a hopelessly overloaded job is attributed without running off the log', () => {
  const { workloads } = run(
    `host: {topology: {sockets: 1, coresPerSocket: 1}, kernel: {preset: "6.6", hz: 1000}, sysctl: {kernel.sched_rt_runtime_us: -1}}
workloads:
  - {id: late, kind: periodic, on: host, cpus: 0, policy: other, period: 4ms, run: 9ms, start: 0ns}`,
    6_000_000_000,
  );
  expect(workloads[0].latency.maxNs).toBeGreaterThan(3_000_000_000);
  expect(workloads[0].causes['backlog of earlier activations']).toBeGreaterThan(0);
});

test('a deadline thread whose budget ends in kernel code is counted once', () => {
  run(
    `host: {topology: {sockets: 1, coresPerSocket: 1}, kernel: {preset: "6.13", preemption: voluntary, hz: 5000}, sysctl: {kernel.sched_rt_runtime_us: -1}}
workloads: [{id: w, kind: busy, on: host, cpus: 0, policy: other}]
`.replace(
      'workloads:',
      `workloads:\n  - {id: dl, kind: periodic, on: host, cpus: 0, policy: "deadline:20us:100us:100us", period: 500us, run: 190us, start: 0ns, sections: [{kind: preemptOff, run: 150us}]}\n#`,
    ),
    20_000_000,
  );
});

test('the pCPU of a woken unpinned vCPU is told, wherever the device posted', () => {
  run(
    `host: {topology: {sockets: 1, coresPerSocket: 3}, kernel: {preset: 4.1-rt, hz: 1000}, threads: [{name: t0, policy: "fifo:1", cpus: 1, every: 60us, run: 200ns}]}
guests:
  - {name: g0, vcpus: [{id: 0, cpus: 0, policy: "rr:1"}, {id: 1, cpus: "0,1", policy: "fifo:50"}], kernel: {preset: 4.1-rt, hz: 1000}, irqs: [{name: dev0, cpus: 1, every: 50us, cost: 100ns}]}
workloads: [{id: w0, kind: busy, on: g0, cpus: 0, policy: "deadline:20us:100us:100us"}]`,
    3_000_000,
    '300ns..1us..2us',
  );
});

test('a lent priority reaches the CPU on which the owner waits', () => {
  const { workloads } = run(
    `host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: {preset: 6.12-rt, flags: {fairServer: false}}
  idle: {deepest: poll}
  threads:
    - {name: owner, cpus: 0, every: 1ms, start: 0us, run: 1us, sections: [{kind: spin, lock: a, run: 100us}]}
    - {name: hog, policy: "fifo:5", cpus: 0, every: 1ms, start: 20us, run: 700us}
workloads:
  - {id: w, kind: periodic, on: host, cpus: 1, policy: "fifo:9", period: 1ms, run: 1us, start: 50us, sections: [{kind: spin, lock: a, run: 1us}]}`,
    20_000_000,
  );
  // Without the IPI it waits for the hog: more than 600 us.
  expect(workloads[0].latency.maxNs).toBeLessThan(150_000);
});

test('threads of one name in two guests count the same in parts and as a whole', () => {
  const plan = planFromYaml(`
guests:
  - {name: a, vcpus: [{id: 0, cpus: 1}], threads: [{name: t, policy: "fifo:1", cpus: 0, every: 1ms, run: 100us}]}
  - {name: b, vcpus: [{id: 0, cpus: 2}], threads: [{name: t, cpus: 0, every: 1ms, run: 100us}]}
workloads: [{id: w, kind: cyclictest, on: a, cpus: 0}]`);
  const options = { seed: '7', untilNs: 20_000_000 };
  const apart = boundedRun(plan, options);
  expect(boundedRun(plan, { ...options, whole: true })).toEqual(apart);
});
