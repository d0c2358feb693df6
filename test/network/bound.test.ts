/** Where packets are at work there is no bound, and the reason says so. */
import { expect, test } from 'vitest';
import { boundOf } from '../../src/bound/planBound.js';
import { planFromYaml } from '../plan/builder.js';

const reasons = (workload: string, extra = ''): string[] => {
  const plan = planFromYaml(`
host: {topology: {sockets: 1, coresPerSocket: 4}, cmdline: idle=poll, sysctl: {kernel.sched_rt_runtime_us: -1}, kernel: {flags: {fairServer: false}}, kvm: {ple_gap: 0}}
guests:
  - name: g
    cmdline: idle=poll
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}, {id: 1, cpus: 2, policy: 'fifo:1'}]
    sysctl: {kernel.sched_rt_runtime_us: -1}
    kernel: {preset: '6.12-rt', flags: {fairServer: false}}
${extra}
workloads:
${workload}
`);
  return [...boundOf(plan).series[0].reasons];
};
const SWITCH = `
switches:
  - {name: s, pollers: [{name: p, cpus: 0, policy: 'fifo:2'}], interfaces: [{name: i, guest: g, vcpu: 0}], packets: [{name: x, interface: i, every: 1ms}]}`;
const job = (on: string, cpu: number): string =>
  `  - {id: job, kind: periodic, on: ${on}, cpus: ${cpu}, policy: 'fifo:50', period: 1ms, run: 10us}`;

test('a packet workload has no bound', () => {
  const echo = "  - {id: e, kind: packet-echo, on: g, cpus: 0, policy: 'fifo:50', interface: i}";
  expect(reasons(echo, SWITCH)).toEqual([
    'the path of packets through interface i has no contract yet',
  ]);
});

test('neither has what shares a pCPU with a poller, or a vCPU with packets', () => {
  expect(reasons(job('host', 0))).toEqual([]);
  expect(reasons(job('host', 0), SWITCH)).toContain('poller s/p has no contract yet');
  expect(reasons(job('g', 0))).toEqual([]);
  expect(reasons(job('g', 0), SWITCH)).toContain('packets of interface i have no contract yet');
});

test('what packets cannot reach keeps its bound', () => {
  expect(reasons(job('host', 3), SWITCH)).toEqual([]);
  expect(reasons(job('g', 1), SWITCH)).toEqual([]);
});
