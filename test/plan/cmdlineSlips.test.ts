import { describe, expect, test } from 'vitest';
import { cmdlineSlip } from '../../src/plan/cmdlineSlips.js';
import { prepare } from './builder.js';

describe('cmdlineSlip', () => {
  test.each([
    ['nohz_ful', '2-3', 'write nohz_full'],
    ['isolcpu', '2-3', 'write isolcpus'],
    ['irqafinity', '0', 'write irqaffinity'],
    ['intel_idle.max_cstat', '1', 'write intel_idle.max_cstate'],
    ['idle', 'pol', 'write idle=poll'],
    ['preempt', 'ful', 'write preempt=full'],
    ['mitigations', 'of', 'write mitigations=off'],
    ['processor.max_cstate', 'one', 'write a number, as in processor.max_cstate=1'],
  ])('%s=%s: %s', (key, value, fix) => {
    expect(cmdlineSlip(key, value)?.fix).toBe(fix);
  });

  test.each([
    ['nohz_full', '2-3'],
    ['idle', 'poll'],
    ['mitigations', 'auto,nosmt'],
    ['mitigations', 'auto;no_user_kernel'],
    ['intel_idle.max_cstate', '1'],
    ['nowatchdog', undefined],
    ['amd_pstate', 'active'],
    ['ide', 'nodma'],
    ['softlockup_panic', '1'],
    ['rd.lvm.lv', 'vg/root'],
    ['somebodys.module', '7'],
  ])('%s=%s is silent', (key, value) => {
    expect(cmdlineSlip(key, value)).toBeUndefined();
  });
});

test('a plan warns at the place of the word', () => {
  const { diagnostics } = prepare('host:\n  cmdline: quiet nohz_ful=2-3 idle=pol\n');
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
    ['plan/cmdline-name', 'warning'],
    ['plan/cmdline-value', 'warning'],
  ]);
  expect(diagnostics.map(({ place }) => place?.column)).toEqual([18, 31]);
});

test('a dash in a name is an underscore to the kernel', () => {
  const { plan, diagnostics } = prepare('host:\n  cmdline: rcu-nocbs=2-3\n');
  expect(diagnostics).toEqual([]);
  expect(plan?.host.rcuNocbs).toEqual([2, 3]);
});
