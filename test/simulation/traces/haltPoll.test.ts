/** How the window of halt polling grows and shrinks (virt/kvm/kvm_main.c kvm_vcpu_halt). */
import { expect, test } from 'vitest';
import { record } from './record.js';

/** How long the vCPU polled at each halt, in whole us; the guest sleeps as long as `sleeps` say. */
function polled(kvm: string, sleeps: readonly number[], preset = '6.12-rt'): number[] {
  const program = sleeps.map((us) => `sleep ${us}us`);
  const run = record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '${preset}', preemption: rt, hz: 24, flags: { fairServer: false } }
  cmdline: idle=poll
  kvm: { lapic_timer_advance: N, ${kvm} }
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 24, flags: { fairServer: false } }
    threads: [{name: t, cpus: 0, policy: 'fifo:9', program: [${program.join(', ')}]}]
workloads:
  - {id: idle, kind: periodic, on: host, cpus: 0, policy: other, period: 1s, start: 999ms, run: 1us}
`,
    sleeps.reduce((sum, us) => sum + us * 1000, 300_000),
  );
  return run.lines
    .filter(({ context, step }) => context === 'vcpu g/0' && /poll/i.test(step))
    .map(({ fromNs, toNs }) => Math.floor((toNs - fromNs) / 1000))
    .filter((us) => us > 0 && us < 1_000_000);
}

const times = (us: number, count: number): number[] => Array<number>(count).fill(us);

test('it doubles from 10 us on until a poll sees the end of the halt', () => {
  const windows = polled('halt_poll_ns: 200000', times(150, 7));
  expect(windows.slice(0, 4)).toEqual([10, 20, 40, 80]);
  // The window is 160 us now, and no longer needed in full.
  for (const us of windows.slice(4, 6)) expect(us).toBeLessThan(150);
  for (const us of windows.slice(4, 6)) expect(us).toBeGreaterThan(120);
});

test('a poll that saw the end of its halt leaves the window as it is', () => {
  // The sixth halt is polled to its end; the seventh needs more than the 160 us that there are.
  expect(polled('halt_poll_ns: 200000', [...times(150, 6), 190])[5]).toBe(160);
});

test('halt_poll_ns_grow and its start are what the parameters say', () => {
  const fast = 'halt_poll_ns: 200000, halt_poll_ns_grow: 3, halt_poll_ns_grow_start: 20000';
  expect(polled(fast, times(150, 4)).slice(0, 2)).toEqual([20, 60]);
  expect(polled('halt_poll_ns: 200000, halt_poll_ns_grow: 0', times(150, 4))).toEqual([]);
});

test('it never grows over halt_poll_ns', () => {
  expect(polled('halt_poll_ns: 50000', times(45, 6)).every((us) => us <= 50)).toBe(true);
  expect(polled('halt_poll_ns: 30000', times(28, 6)).slice(0, 2)).toEqual([10, 20]);
});

test('a halt longer than halt_poll_ns halves it, and below the start it is off', () => {
  const windows = polled('halt_poll_ns: 200000', [...times(150, 4), 900, 150, ...times(900, 5)]);
  // The fourth halt grows it to 80, which the fifth polls in vain: halved; then 40 grows once more.
  expect(windows).toEqual([10, 20, 40, 80, 40, 80, 40, 20, 10]);
});

test('4.4: a halt longer than halt_poll_ns resets it', () => {
  const windows = polled('halt_poll_ns: 200000', [...times(150, 4), 900, 150, 150], '4.4-rt');
  expect(windows.slice(0, 5)).toEqual([10, 20, 40, 80, 10]);
});
