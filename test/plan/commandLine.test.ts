import { expect, test } from 'vitest';
import { readCmdline, tokenizeCmdline } from '../../src/plan/commandLine.js';
import { planFromYaml, prepare } from './builder.js';

const host = (cmdline: string, more = '') =>
  planFromYaml(`host:\n  cmdline: '${cmdline}'\n${more}`).host;
const warnings = (cmdline: string) =>
  prepare(`host:\n  cmdline: '${cmdline}'`).diagnostics.map((d) => d.code);

test('tokens split outside quotes and know their offsets', () => {
  const tokens = tokenizeCmdline('quiet a="b c" d=e=f -- init=1');
  expect(tokens.map((t) => [t.key, t.value, t.offset, t.valueOffset])).toEqual([
    ['quiet', undefined, 0, 0],
    ['a', 'b c', 6, 8],
    ['d', 'e=f', 14, 16],
  ]);
});

test('isolcpus without flags isolates from the domains; flags without domain do not', () => {
  expect(host('isolcpus=2-3').isolatedDomain).toEqual([2, 3]);
  expect(host('isolcpus=managed_irq,domain,2-3').isolatedDomain).toEqual([2, 3]);
  expect(host('isolcpus=managed_irq,2-3').isolatedDomain).toEqual([]);
  expect(warnings('isolcpus=managed_irq,2-3')).toEqual(['plan/isolcpus-flags']);
  expect(warnings('isolcpus=domian,2-3')).toContain('plan/isolcpus-flags');
});

test('nohz_full implies rcu_nocbs and never holds the boot CPU', () => {
  const plan = host('nohz_full=0-3 rcu_nocbs=5');
  expect(plan.nohzFull).toEqual([1, 2, 3]);
  expect(plan.rcuNocbs).toEqual([1, 2, 3, 5]);
  expect(warnings('nohz_full=0-3')).toEqual(['plan/boot-cpu']);
});

test('isolcpus=nohz stops ticks but does not let timers be posted', () => {
  const plan = planFromYaml("host: {cmdline: 'isolcpus=nohz,domain,2-3'}");
  expect(plan.host.nohzFull).toEqual([2, 3]);
  expect(plan.kvm.piInjectTimer).toBe(0);
  expect(planFromYaml("host: {cmdline: 'nohz_full=2-3'}").kvm.piInjectTimer).toBe(1);
});

test('a repeated list that differs is ignored, as the kernel does', () => {
  expect(host('isolcpus=1 isolcpus=2-3').isolatedDomain).toEqual([1]);
  expect(warnings('isolcpus=1 isolcpus=2-3')).toEqual(['plan/cmdline-repeat']);
  expect(warnings('nohz_full=2 nohz_full=2')).toEqual([]);
});

test.each([
  ['', 'C6'],
  ['idle=halt', 'C1'],
  ['intel_idle.max_cstate=1', 'C1'],
  ['intel_idle.max_cstate=2', 'C1E'],
  ['intel_idle.max_cstate=9', 'C6'],
  ['intel_idle.max_cstate=0 processor.max_cstate=1', 'C1'],
  ['intel_idle.max_cstate=0 processor.max_cstate=0', 'C1'],
  ['intel_idle.max_cstate=0', 'C6'],
  ['processor.max_cstate=1', 'C6'],
])('"%s" leaves %s as the deepest state', (cmdline, deepest) => {
  expect(host(cmdline).idle).toEqual({ kind: 'cstate', deepest });
});

test('idle=poll polls, and what the plan states wins', () => {
  expect(host('idle=poll').idle.kind).toBe('poll');
  expect(host('idle=poll', '  idle: {deepest: C1, governor: deepestAllowed}')).toMatchObject({
    idle: { kind: 'cstate', deepest: 'C1' },
    idleGovernor: 'deepestAllowed',
  });
  expect(warnings('processor.max_cstate=1')).toEqual(['plan/max-cstate']);
});

test('the last of repeated words wins where the kernel says so', () => {
  const facts = readCmdline('idle=poll idle=halt mitigations=auto mitigations=off threadirqs');
  expect(facts).toMatchObject({ idle: 'halt', mitigationsOff: true, threadirqs: true });
});

test('preempt= chooses the model of a kernel without PREEMPT_RT only', () => {
  const kernel = '  kernel: {preset: "6.12"}';
  expect(host('preempt=full', kernel).preemption).toBe('full');
  expect(host('preempt=none', kernel).preemption).toBe('none');
  expect(host('preempt=full').preemption).toBe('rt');
});

test('irqaffinity is the affinity of interrupts that state none', () => {
  const irqs =
    '  irqs: [{name: a, rate: 1/s, cost: 1us}, {name: b, rate: 1/s, cost: 1us, cpus: 3}]';
  expect(host('irqaffinity=1-2', irqs).irqs.map((i) => i.cpus)).toEqual([[1, 2], [3]]);
  expect(host('', irqs).irqs[0].cpus).toHaveLength(8);
});
