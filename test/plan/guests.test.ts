import { expect, test } from 'vitest';
import { planFromYaml, prepare } from './builder.js';

test('vCPUs stand in the order of their ids; unpinned ones stay off isolated pCPUs', () => {
  const plan = planFromYaml(`
host: {cmdline: "isolcpus=4-7"}
guests: [{name: g, vcpus: [{id: 1, cpus: "6", policy: "rr:3"}, {id: 0}]}]
`);
  const [guest] = plan.guests;
  expect(guest.vcpus.map((v) => [v.id, v.pcpus, v.scheduling.policy])).toEqual([
    [0, [0, 1, 2, 3], 'other'],
    [1, [6], 'rr'],
  ]);
  expect(guest.kernel.cpus).toEqual([0, 1]);
  expect(plan.assumptions.map((a) => a.path)).toContain('guests[0].vcpus[1].cpus');
});

test("a guest's idle state depends on what exits", () => {
  const guest = (cpu: string) =>
    planFromYaml(`guests: [{name: g, vcpus: [{id: 0, cpus: 1}], cpu: {passthrough: [${cpu}]}}]`)
      .guests[0];
  expect(guest('').kernel.idle.deepest).toBe('HLT');
  expect(guest('hlt').haltInGuest).toBe(true);
  expect(guest('hlt').kernel.idle.deepest).toBe('HLT');
  // With MWAIT the guest itself chooses among the C-states of the CPU.
  expect(guest('hlt, mwait, pause').kernel.idle.deepest).toBe('C6');
});

test('QEMU threads that do something are threads of the host', () => {
  const plan = planFromYaml(`
host: {cmdline: "isolcpus=4-7"}
guests:
  - name: g
    vcpus: [{id: 0, cpus: 4}]
    emulator: {rate: 10/s, run: 5us..90us}
    iothreads: [{id: 1, cpus: 2, policy: "fifo:3", every: 1ms, run: 2us}, {id: 2, cpus: 3}]
`);
  expect(plan.host.threads.map((t) => [t.name, t.cpus, t.scheduling.priority])).toEqual([
    ['qemu/g', [0, 1, 2, 3], 0],
    ['iothread1/g', [2], 3],
  ]);
});

test('QEMU work that never comes is refused', () => {
  const { diagnostics } = prepare(
    'guests: [{name: g, vcpus: [{id: 0, cpus: 4}], emulator: {run: 5us}}]',
  );
  expect(diagnostics).toMatchObject([{ code: 'plan/arrival', path: 'guests[0].emulator' }]);
});

test('the instruments have the defaults of their tools', () => {
  const plan = planFromYaml(`
workloads:
  - {id: c, kind: cyclictest, on: host, cpus: 1}
  - {id: t, kind: timerlat, on: host, cpus: 1-2}
  - {id: o, kind: oslat, on: host, cpus: 3, policy: "f:1"}
  - {id: h, kind: hwlatdetect, on: host, cpus: 0}
  - {id: p, kind: periodic, on: host, cpus: 0, policy: "fifo:10", period: 1ms, run: 100us..200us, start: 0us}
`);
  expect(plan.workloads).toMatchObject([
    {
      id: 'c',
      intervalNs: 1e6,
      dmaLatencyZero: true,
      scheduling: { policy: 'fifo', priority: 95 },
    },
    { id: 't', intervalNs: 1e6, dmaLatencyZero: false, cpus: [1, 2] },
    { id: 'o', thresholdNs: 40, scheduling: { priority: 1 } },
    { id: 'h', intervalNs: 1e9, run: { maxNs: 5e8 }, thresholdNs: 10_000 },
    { id: 'p', intervalNs: 1e6, startNs: 0, run: { minNs: 100_000, maxNs: 200_000 } },
  ]);
  expect(plan.workloads.every((w) => !('guest' in w))).toBe(true);
});

test('work that outlasts its distance is a warning, not an error', () => {
  const { plan, diagnostics } = prepare(
    'workloads: [{id: p, kind: periodic, on: host, cpus: 0, policy: other, period: 1ms, run: 2ms}]',
  );
  expect(plan).toBeDefined();
  expect(diagnostics).toMatchObject([
    { code: 'plan/overrun', severity: 'warning', path: 'workloads[0].run' },
  ]);
});

test('SMIs come from the plan, from the platform, or not at all', () => {
  expect(planFromYaml('').smi).toBeUndefined();
  expect(planFromYaml('host: {smi: {every: 1s..50s, run: 13us..116us}}').smi).toMatchObject({
    every: { maxNs: 50e9 },
    duration: { maxNs: 116_000 },
  });
});

test('what no file states is listed as assumed, what is stated is not', () => {
  const paths = (text: string) => planFromYaml(text).assumptions.map((a) => a.path);
  expect(paths('')).toEqual([
    'platform',
    'host.kernel.preset',
    'host.kernel.preemption',
    'host.kernel.hz',
  ]);
  expect(paths('host: {kernel: {preset: "6.12", preemption: rt, hz: 1000}}')).toEqual(['platform']);
  expect(paths('assumed: [{path: host.cmdline, reason: no file}]')[1]).toBe('host.cmdline');
});
