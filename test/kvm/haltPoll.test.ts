/** Halt polling (virt/kvm/kvm_main.c kvm_vcpu_halt, kvm_vcpu_can_poll, grow_halt_poll_ns). */
import { expect, test } from 'vitest';
import { record } from '../simulation/traces/record.js';

const MS = 1_000_000;

/** Polls of the vCPU on pCPU 1, as [from, how long], ns. Its guest sleeps and wakes every 150 us. */
function polls(kvm: string, threads = '', preemption = 'rt'): Array<[number, number]> {
  const { lines } = record(
    `
host:
  kernel: { preset: '6.12', preemption: ${preemption}, hz: 24 }
  cmdline: idle=poll
  fairServerOff: 0-3
  kvm: { ${kvm} }
  threads: [${threads}]
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 24 }
    fairServerOff: 0
workloads:
  - {id: w, kind: cyclictest, on: g, cpus: 0, interval: 150us, start: 100us}
`,
    10 * MS,
  );
  return lines
    .filter(({ step, fromNs, toNs }) => step === 'halt poll' && toNs > fromNs)
    .map(({ fromNs, toNs }) => [fromNs, toNs - fromNs]);
}

test('polling grows until it covers the sleep', () => {
  const found = polls('halt_poll_ns: 200000');
  expect(found.length).toBeGreaterThan(40);
  expect(found[0][1]).toBe(10_000);
});

test('grow 0: it never starts', () => {
  expect(polls('halt_poll_ns: 200000, halt_poll_ns_grow: 0')).toEqual([]);
});

for (const preemption of ['rt', 'voluntary']) {
  test(`preempt=${preemption}: a weaker thread that is queued ends it within a turn`, () => {
    const thread = '{name: fair, cpus: 1, policy: other, every: 10s, start: 5120us, run: 5us}';
    const alone = polls('halt_poll_ns: 200000', '', preemption);
    const shared = polls('halt_poll_ns: 200000', thread, preemption);
    const end = (all: Array<[number, number]>): number => {
      const [fromNs, ns] = all.filter((poll) => poll[0] < 5_190_000).at(-1) as [number, number];
      return fromNs + ns;
    };
    expect(end(alone)).toBeGreaterThan(5_190_000);
    // One turn, 41 ns, after the interrupt that queued the thread.
    expect(end(shared)).toBeLessThan(5_120_000 + 3_000);
  });
}
