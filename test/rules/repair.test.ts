/** What `check --fix` does as a whole: fixes of several rules that meet on one command line. */
import { describe, expect, test } from 'vitest';
import { prepareDocument } from '../../src/plan/load.js';
import { checkPlan } from '../../src/rules/checkPlan.js';
import { repairPlan } from '../../src/rules/repairPlan.js';
import { all, type Change, guestLine, host, hostLine, platform, prepared } from './ruleCase.js';

function repaired(...changes: readonly Change[]) {
  const { document, fixed } = repairPlan(prepared(...changes));
  const again = prepareDocument(document, platform());
  if (!again.plan) throw new Error(JSON.stringify(again.diagnostics));
  const open = checkPlan(again).findings.filter(({ patches }) => patches.length > 0);
  return {
    host: again.plan.host,
    line: document.host?.cmdline ?? '',
    rules: fixed.map(({ rule }) => rule.id),
    open: open.map(({ rule }) => rule.id),
  };
}

const OLD_SET =
  'systemd.cpu_affinity=0,1,4,8,9,12 tuned.non_isolcpus=00001313 tsc=reliable irqaffinity=0-1,4,8-9,12';

/** pCPUs 4 and 12 were forgotten when the partition grew. */
const forgotten = all(
  hostLine('isolcpus=domain,managed_irq,2-7,10-15', 'isolcpus=2-3,5-7,10-11,13-15'),
  hostLine('nohz_full=2-7,10-15', 'nohz_full=2-3,5-7,10-11,13-15'),
  hostLine('rcu_nocbs=2-7,10-15 irqaffinity=0-1,8-9', 'rcu_nocbs=2-3,5-7,10-11,13-15'),
  hostLine('tsc=reliable', OLD_SET),
);

describe('a repair', () => {
  test('settles the partition first, and what follows from it after', () => {
    const { host: after, line, open } = repaired(forgotten);
    const isolated = [2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15];
    expect(after.isolatedDomain).toEqual(isolated);
    expect(after.nohzFull).toEqual(isolated);
    expect(line).toContain('isolcpus=domain,managed_irq,2-7,10-15');
    expect(line).toContain('irqaffinity=0-1,8-9');
    expect(line).toContain('systemd.cpu_affinity=0-1,8-9 ');
    expect(line).toContain('tuned.non_isolcpus=303 ');
    expect(open).toEqual([]);
  });

  test('adds a flag to the list as it is by then', () => {
    const { line, rules } = repaired(hostLine('isolcpus=domain,managed_irq,', 'isolcpus=nohz,'));
    expect(rules).toContain('isolation/domain-flag');
    expect(line).toContain('isolcpus=domain,managed_irq,nohz,2-7,10-15');
  });

  test('moves interrupts and threads once, to pCPUs that stay outside', () => {
    const { host: after, open } = repaired(forgotten, (draft) => {
      host(draft).irqs = [{ name: 'eth0', irq: 40, rate: '100/s', cost: '5us', cpus: 5 }];
    });
    expect(after.irqs[0].cpus).toEqual([0, 1, 8, 9]);
    expect(open).toEqual([]);
  });

  test('takes a pCPU that only nohz_full= names out of its domain', () => {
    const { host: after } = repaired(
      hostLine('managed_irq,2-7,10-15', 'managed_irq,2-3,5-7,10-15'),
    );
    expect(after.isolatedDomain).toContain(4);
  });

  test('of a guest leaves the host as it is', () => {
    const before = prepared().document?.host;
    const plan = prepared(guestLine('nohz_full=1-2', 'nohz_full=1'));
    const { document, fixed } = repairPlan(plan);
    expect(fixed.map(({ rule }) => rule.id)).toContain('timing/nohz-full');
    expect(document.host).toEqual(before);
  });
});
