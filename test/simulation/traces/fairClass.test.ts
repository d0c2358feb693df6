/** Shares of fair threads by nice level (kernel/sched/core.c sched_prio_to_weight, fair.c calc_delta_fair). */
import { expect, test } from 'vitest';
import { record } from './record.js';

const run = (policies: readonly string[]) =>
  record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '6.12', preemption: full, hz: 1000 }
  cmdline: idle=poll
  threads: [${policies.map((policy, i) => `{name: t${i}, cpus: 1, policy: '${policy}'}`).join(', ')}]
workloads:
  - {id: idle, kind: periodic, on: host, cpus: 0, policy: other, period: 1s, start: 999ms, run: 1us}
`,
    200_000_000,
  );

/** Who computes, turn by turn. */
const turns = (policies: readonly string[]): string[] => {
  const names = run(policies)
    .lines.filter(({ context, toNs, fromNs }) => context.startsWith('thread t') && toNs > fromNs)
    .map(({ context }) => context.replace('thread ', ''));
  return names.filter((name, i) => name !== names[i - 1]);
};

const shareOf = (policies: readonly string[]): number => {
  const own = run(policies).lines.filter(({ step }) => step === 'busy');
  const sum = (name?: string): number =>
    own
      .filter(({ context }) => name === undefined || context === `thread ${name}`)
      .reduce((total, { fromNs, toNs }) => total + Math.min(toNs, 200_000_000) - fromNs, 0);
  return sum('t0') / sum();
};

test('threads of one nice level alternate', () => {
  const order = turns(['other', 'other']);
  expect(order.length).toBeGreaterThan(40);
  expect(shareOf(['other', 'other'])).toBeCloseTo(0.5, 1);
});

test('five levels apart they share three to one, and the order of turns is another', () => {
  // 1024 : 335.
  expect(shareOf(['other', 'other:5'])).toBeCloseTo(0.75, 1);
  expect(shareOf(['other:-20', 'other:19'])).toBeGreaterThan(0.98);
  const equal = turns(['other', 'other', 'other']).slice(0, 9);
  const nice = turns(['other', 'other', 'other:10']).slice(0, 9);
  expect(equal.filter((name) => name === 't2').length).toBe(3);
  expect(nice.filter((name) => name === 't2').length).toBeLessThan(3);
});
