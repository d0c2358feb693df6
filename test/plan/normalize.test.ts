import { expect, test } from 'vitest';
import { planFromYaml } from './builder.js';

test('the flagship shape of a plan normalizes', () => {
  const plan = planFromYaml(`
host:
  topology: {sockets: 2, coresPerSocket: 8, threadsPerCore: 2}
  kernel: {preset: "6.12", preemption: rt, hz: 1000, flags: {fairServer: false}}
  cmdline: "isolcpus=managed_irq,domain,4-31 nohz_full=4-31 irqaffinity=0-3 idle=poll"
  sysctl: {kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0}
  kvm: {halt_poll_ns: 0, lapic_timer_advance: Y, lapic_timer_advance_ns: 2000, preemption_timer: Y}
  fairServerOff: 4-31
  kernelThreads: [{name: ksoftirqd, cpus: 4-31, policy: "fifo:2"}]
  threads:
    - {name: backup, policy: other, cpus: 0-3, every: 10ms, run: {min: 100us, p50: 300us, p99: 1ms, max: 2ms}, sections: [{kind: raw, lock: zone, run: 1us..20us}]}
  irqs:
    - {name: nvme0q1, irq: 45, cpus: 0-3, rate: 1000/s, cost: 1us..4us, thread: {policy: "fifo:50", run: 2us..10us}, softirq: 1us..8us}
  smi: {every: 1s..50s, run: 13us..116us}
guests:
  - name: rt1
    vcpus: [{id: 0, cpus: 4, policy: other}, {id: 1, cpus: 5, policy: "fifo:1"}]
    emulator: {cpus: 0-3, policy: other, every: 10ms, run: 20us}
    iothreads: [{id: 1, cpus: 0-3}]
    memory: {size: 4GiB, hugepages: 1GiB, locked: true}
    cpu: {passthrough: [hlt], hintDedicated: true, features: {tsc-deadline: true}}
    kernel: {preset: "6.12", preemption: rt}
    cmdline: "isolcpus=1 nohz_full=1 idle=poll"
workloads:
  - {id: plc, kind: cyclictest, on: rt1, cpus: 1, policy: "fifo:95", interval: 1ms}
requirements: [{workload: plc, latency: {max: 50us, p99.999: 20us}}]
`);
  expect(plan.host.isolatedDomain).toHaveLength(28);
  expect(plan.host.rcuNocbs).toEqual(plan.host.nohzFull);
  expect(plan.host.preemption).toBe('rt');
  expect(plan.host.flags.idleExitStartsTick).toBe(false);
  expect(plan.host.flags.fairServer).toBe(false);
  expect(plan.host.ksoftirqd.map((s) => s.priority)).toEqual([0, 0, 0, 0, ...Array(28).fill(2)]);
  expect(plan.host.threads.map((t) => t.name)).toEqual(['backup', 'qemu/rt1']);
  expect(plan.kvm).toMatchObject({ piInjectTimer: 1, timerAdvance: 2000, haltPollNs: 0 });
  expect(plan.requirements.map((r) => r.text)).toEqual([
    'plc latency max <= 50us',
    'plc latency p99.999 <= 20us',
  ]);
  expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
});
