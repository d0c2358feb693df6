/** Packets that are lost, recorded lists, and faults of switches in plans. */
import { expect, test } from 'vitest';
import { parsePacketList } from '../../src/plan/packetList.js';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml, prepare } from '../plan/builder.js';

const text = (port: string, source: string, requirement = '{max: 1s}'): string => `
host: {topology: {sockets: 1, coresPerSocket: 2}, cmdline: idle=poll, sysctl: {kernel.sched_rt_runtime_us: -1}}
guests: [{name: g, vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}], sysctl: {kernel.sched_rt_runtime_us: -1}}]
switches:
  - name: s
    pollers: [{name: p, cpus: 0, policy: 'fifo:2'}]
    interfaces: [{name: i, guest: g, ${port}}]
    packets: [{name: x, interface: i, ${source}}]
workloads: [{id: e, kind: control-loop, on: g, cpus: 0, policy: 'fifo:50', interface: i, run: 100us}]
requirements: [{workload: e, latency: ${requirement}}]
`;
const run = (port: string, source: string, files: Record<string, string> = {}) =>
  simulate(planFromYaml(text(port, source), { cost: '100ns', files }), {
    seed: '1',
    untilNs: 10_000_000,
  }).workloads[0];

test('a burst that does not fit is lost where there is no place, and fails a maximum', () => {
  const burst = 'every: 5ms, start: 1ms, burst: 20, gap: 1ns';
  const ring = run('ring: 4', burst);
  expect(ring.packets).toMatchObject({ arrived: 40, lost: { wire: 0, socket: 0, send: 0 } });
  expect(ring.packets?.lost.ring).toBeGreaterThan(20);
  const wire = run('wireRing: 4', burst);
  expect(wire.packets?.lost).toEqual({ wire: 32, ring: 0, socket: 0, send: 0 });
  const socket = run('socket: 1', burst);
  expect(socket.packets?.lost.socket).toBeGreaterThan(20);
  for (const { packets, latency, requirements } of [ring, wire, socket]) {
    const lost = Object.values(packets?.lost ?? {}).reduce((sum, one) => sum + one, 0);
    expect(latency.count + lost).toBe(40);
    expect(requirements[0].verdict).toBe('fails');
  }
  expect(run('ring: 64', burst).requirements[0].verdict).toBe('met');
});

test('a recorded list is played, and again if it repeats', () => {
  const files = { 'arrivals.txt': '# s\n0.001\n0.0015\n2ms\n' };
  expect(run('ring: 64', 'list: arrivals.txt', files).packets?.arrived).toBe(3);
  expect(run('ring: 64', 'list: arrivals.txt, repeat: 3ms', files).packets?.arrived).toBe(10);
});

test('a list is read to the nanosecond, and its faults have a line', () => {
  expect(parsePacketList('0.000000001\n1us # x\n')).toEqual([1, 1000]);
  expect(parsePacketList('2us\n1us')).toMatchObject({ line: 2 });
  expect(parsePacketList('soon')).toMatchObject({ line: 1 });
  expect(parsePacketList('\n')).toMatchObject({ message: 'the list has no arrival' });
});

test('all faults of a switch are named', () => {
  const bad = text('poller: q', 'every: 1ms, list: ../x')
    .replace('cpus: 0, policy: ' + "'fifo:2'", 'cpus: 0-1')
    .replace('interface: i, run', 'interface: k, run');
  const codes = prepare(bad).diagnostics.map(({ code }) => code);
  for (const code of [
    'plan/poller',
    'plan/unknown-poller',
    'plan/arrival',
    'plan/packet-list',
    'plan/unknown-interface',
  ]) {
    expect(codes).toContain(code);
  }
});
