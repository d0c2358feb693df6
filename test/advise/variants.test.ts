/** What-ifs and layers of the shipped plans: each is a plan that loads. */
import { describe, expect, it } from 'vitest';
import { onionSteps } from '../../src/advise/onion.js';
import { whatIfs } from '../../src/advise/whatIf.js';
import { prepareVariant } from '../../src/cli/variantPlan.js';
import { applyEdits } from '../../src/plan/edit.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import type { PlanDocument } from '../../src/plan/schema.js';
import { preparedPlan } from '../models/models.js';

function shipped(name: string): { plan: NormalizedPlan; document: PlanDocument } {
  const { plan, document } = preparedPlan(name);
  if (plan === undefined || document === undefined) throw new Error(name);
  return { plan, document };
}

const load = (document: PlanDocument) => prepareVariant('models/plans/flagship.yaml', document);

describe('what-ifs', () => {
  const { plan, document } = shipped('flagship');
  const list = whatIfs(document, plan);

  it('are patches of the plan that give a plan which loads', () => {
    expect(list.length).toBeGreaterThan(10);
    for (const { name, patches, document: changed } of list) {
      expect(applyEdits(document, patches), name).toEqual(changed);
      expect(load(changed).plan, name).toBeDefined();
    }
  });

  it('offer what the plan lacks and nothing that it has', () => {
    const names = list.map(({ name }) => name);
    expect(names).toContain('without SMIs');
    expect(names).toContain('without the interrupt call-function-4');
    expect(names).not.toContain('with PREEMPT_RT on the host');
    expect(names).not.toContain('without realtime throttling on the host');
    const smi = list.find(({ name }) => name === 'without SMIs');
    expect(smi && load(smi.document).plan?.smi).toBeUndefined();
  });
});

describe('the onion', () => {
  it('goes from an untuned host to the plan, every layer a plan that loads', () => {
    const { plan, document } = shipped('flagship');
    const steps = onionSteps(document);
    expect(steps.map(({ name }) => name)).toContain('+ isolcpus');
    const plans = steps.map(({ document: layer }) => load(layer).plan);
    for (const [i, layer] of plans.entries()) expect(layer, steps[i].name).toBeDefined();
    expect(plans[0]?.host.isolatedDomain).toEqual([]);
    expect(plans[0]?.host.preemption).not.toBe('rt');
    expect(plans[0]?.guests[0].vcpus.map(({ scheduling }) => scheduling.policy)).not.toContain(
      'fifo',
    );
    expect(plans.at(-1)?.hash).toBe(plan.hash);
  });
});
