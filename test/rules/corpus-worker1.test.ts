/** A real 80-CPU realtime node, from its own files: what an administrator would be told. */
import { expect } from 'vitest';
import { importPlan } from '../../src/formats/importPlan.js';
import { readSysfsTopology } from '../../src/formats/topologySysfs.js';
import { checkPlan } from '../../src/rules/checkPlan.js';
import { repairPlan } from '../../src/rules/repairPlan.js';
import { corpusTest, corpusText } from '../formats/hostCorpus.js';
import { platforms, prepare } from '../formats/importSetup.js';

const NODE = 'openshift-must-gather/worker1-rt';

function nodePlan() {
  const sysfs = `sysfs-topology/${NODE}/sys-cpu-node.tsv`;
  const file = (path: string) => ({ text: corpusText(path), file: path });
  const tree = `proc-interrupts/${NODE}/proc-irq-affinity.tsv`;
  const { yaml } = importPlan(
    {
      cmdline: file(`kernel-cmdline/${NODE}/cmdline`),
      interrupts: file(`proc-interrupts/${NODE}/interrupts`),
      irqTree: { source: corpusText(tree), file: tree },
      topology: { reading: readSysfsTopology(corpusText(sysfs), sysfs), file: sysfs },
      domains: [],
    },
    { platforms },
  );
  return prepare(yaml ?? '');
}

corpusTest('the node worker1-rt: what the rules find, with CPUs and interrupts by name', () => {
  const report = checkPlan(nodePlan());
  const found = (id: string) => {
    const finding = report.findings.find(({ rule }) => rule.id === id);
    if (!finding) throw new Error(`${id} does not fire`);
    return finding;
  };
  expect(found('isolation/domain-flag').finding.message).toContain('0-4,11-79');
  expect(found('isolation/domain-flag').place.line).toBeGreaterThan(1);
  expect(found('isolation/smt-sibling').finding.message).toContain('45-50');
  expect(found('isolation/smt-sibling').finding.details).toContain(
    'pCPU 45 is isolated, its sibling 5 is not',
  );
  expect(found('isolation/boot-cpu')).toBeDefined();
  expect(found('timing/idle-poll-tick')).toBeDefined();
  const { finding } = found('interrupts/on-isolated');
  const count = Number(/^[0-9]+/.exec(finding.message)?.[0]);
  expect(count).toBeGreaterThan(120);
  expect(count).toBeLessThanOrEqual(131);
  // The busiest comes first: the queue of eno3 that fired 794,140 times.
  expect(finding.details?.[0]).toMatch(/^IRQ [0-9]+ eno3-TxRx-[0-9]+ on pCPU [0-9]+, [0-9.]+\/s$/);
  const quiet = Number(/^[0-9]+/.exec(found('interrupts/quiet-on-isolated').finding.message)?.[0]);
  expect(count + quiet).toBeGreaterThan(450);
});

corpusTest('the node worker1-rt: its repair leaves nothing that a repair could mend', () => {
  const plan = nodePlan();
  const { fixed, document } = repairPlan(plan);
  expect(new Set(fixed.map(({ rule }) => rule.id)).size).toBeGreaterThanOrEqual(5);
  expect(document.host?.cmdline).toContain('isolcpus=domain,managed_irq,1-4,11-39,41-44,51-79');
});
