/**
 * Directions that KVM's mechanisms must have on whole plans, under common random numbers: the same seed,
 * one setting changed.
 */
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

interface Options {
  readonly preset?: string;
  readonly flags?: string;
  readonly kvm?: string;
  readonly device?: string;
}

/** A halting guest with a cyclictest and a thread that waits for a device. */
function latencies({ preset, flags, kvm, device }: Options): { timer: number; event: number } {
  const plan = planFromYaml(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: {preset: '${preset ?? '6.12-rt'}', hz: 1000, flags: {${flags ?? ''}}}
  cmdline: idle=poll
  kvm: {halt_poll_ns: 0, lapic_timer_advance: N, ple_gap: 0, ${kvm ?? ''}}
guests:
  - name: g
    kernel: {preset: '6.12-rt', hz: 1000}
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    devices: [{name: eth, every: 300us..700us, guest: {cpus: 0, cost: 1us, thread: off}, ${device ?? 'kind: passthrough'}}]
workloads:
  - {id: timer, kind: cyclictest, on: g, cpus: 0, interval: 1ms}
  - {id: event, kind: interrupt, on: g, cpus: 0, policy: 'fifo:90', device: eth}
`,
    { cost: '200ns..400ns..1us' },
  );
  const { workloads } = simulate(plan, { seed: '3', untilNs: 300_000_000 });
  const mean = (id: string): number => {
    const found = workloads.find((one) => one.id === id);
    return found && found.latency.count > 0 ? found.latency.meanNs : Number.POSITIVE_INFINITY;
  };
  return { timer: mean('timer'), event: mean('event') };
}

describe('one hop more', () => {
  test('without simple wait queues the timer goes through ksoftirqd', () => {
    const simple = latencies({ preset: '4.4-rt' });
    const full = latencies({ preset: '4.4-rt', flags: 'simpleWaitQueue: false' });
    // C_TTWU, C_SWITCH and C_SOFTIRQ of about 0.4 us each.
    expect(full.timer - simple.timer).toBeGreaterThan(800);
    expect(full.timer - simple.timer).toBeLessThan(4_000);
    // Without RT a wait queue is as good as a simple one.
    const mainline = latencies({ preset: '6.6', flags: 'simpleWaitQueue: false' });
    expect(mainline.timer).toBe(latencies({ preset: '6.6' }).timer);
  });

  test('posted, remapped, by a worker, by QEMU: each further from the device', () => {
    const of = (device: string): number => latencies({ device }).event;
    const host = 'host: {cpus: 0}';
    const ways = [
      of('kind: passthrough'),
      of(`kind: passthrough, posted: false, ${host}`),
      of(`kind: vhost-net, worker: {cpus: 0}, ${host}`),
      of(`kind: emulated, run: 10us, ${host}`),
    ];
    expect(ways).toEqual([...ways].sort((a, b) => a - b));
    expect(new Set(ways).size).toBe(ways.length);
  });

  test('INTx is never faster than an MSI', () => {
    const of = (route: string): number =>
      latencies({ device: `kind: passthrough, posted: false, route: ${route}, host: {cpus: 0}` })
        .event;
    expect(of('intx')).toBeGreaterThan(of('msi'));
  });

  test('without APICv every interrupt costs an exit', () => {
    expect(latencies({ kvm: 'enable_apicv: N' }).event).toBeGreaterThan(latencies({}).event);
  });
});
