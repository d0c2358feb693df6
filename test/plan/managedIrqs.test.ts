/** Managed interrupts and isolcpus=managed_irq (kernel/irq/manage.c irq_do_set_affinity). */
import { expect, test } from 'vitest';
import { planFromYaml } from './builder.js';

const cpusOf = (cmdline: string, irq: string): readonly number[] =>
  planFromYaml(`
isochron: 1
name: managed
platform: tiny
host:
  topology: {sockets: 1, coresPerSocket: 4}
  cmdline: ${cmdline}
  irqs: [{name: nvme0q1, every: 1ms, cost: 1us, ${irq}}]
`).host.irqs[0].cpus;

test('it avoids isolated CPUs if its mask has another one', () => {
  expect(cpusOf('isolcpus=managed_irq,domain,2-3', "managed: true, cpus: '1-3'")).toEqual([1]);
  expect(cpusOf('isolcpus=managed_irq,domain,0-1', "managed: true, cpus: '1-3'")).toEqual([2, 3]);
});

test('it keeps a mask of isolated CPUs only', () => {
  expect(cpusOf('isolcpus=managed_irq,domain,2-3', "managed: true, cpus: '2-3'")).toEqual([2, 3]);
});

test('without the flag it goes where its mask says', () => {
  expect(cpusOf('isolcpus=domain,2-3', "managed: true, cpus: '2-3'")).toEqual([2, 3]);
  expect(cpusOf('isolcpus=2-3', "managed: true, cpus: '3'")).toEqual([3]);
});

test('irqaffinity= has no say over it', () => {
  expect(cpusOf('irqaffinity=0 isolcpus=managed_irq,0-1', 'managed: true')).toEqual([2, 3]);
  expect(cpusOf('irqaffinity=0', 'managed: false')).toEqual([0]);
});
