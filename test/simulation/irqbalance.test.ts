/** irqbalance takes interrupts without a set affinity to isolated pCPUs as well (LWN-13). */
import { expect, test } from 'vitest';
import { record } from './traces/record.js';

const visits = (fields: string, irq = ''): number[] =>
  record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: {preset: '6.12-rt', hz: 24, flags: {fairServer: false}}
  cmdline: idle=poll isolcpus=1 nohz_full=1
  ${fields}
  irqs: [{name: nic, every: 100us, start: 50us, cost: 1us${irq}}]
workloads:
  - {id: busy, kind: busy, on: host, cpus: 1, policy: other}
`,
    3_000_000,
  )
    .lines.filter(({ step, toNs, fromNs }) => step === 'irq thread' && toNs > fromNs)
    .map(({ pcpu }) => pcpu);

test('handlers and their threads take turns over all pCPUs', () => {
  const found = visits('irqbalance: {every: 500us}');
  expect(new Set(found)).toEqual(new Set([0, 1]));
  expect(found.length).toBeGreaterThan(25);
});

test('a set affinity, banned pCPUs and no irqbalance keep them away', () => {
  expect(new Set(visits('irqbalance: {every: 500us}', ', cpus: 0'))).toEqual(new Set([0]));
  expect(new Set(visits('irqbalance: {every: 500us, cpus: 0}'))).toEqual(new Set([0]));
  expect(new Set(visits('irqbalance: off'))).toEqual(new Set([0]));
});
