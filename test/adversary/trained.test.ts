/**
 * All durations at their maximum is not the worst case where something learns: with an exit-to-wait
 * delay of 400..2000 ns and the adaptive timer advance, a guest timer is latest when many short
 * delays have trained the advance down and one long delay follows.
 */
import { describe, expect, it } from 'vitest';
import { ChainRunner } from '../../src/adversary/chain.js';
import { differences, replayWitness } from '../../src/adversary/replay.js';
import { searchWorst } from '../../src/adversary/search.js';
import { criticalInstant } from '../../src/adversary/startPoints.js';
import { targetsOf } from '../../src/adversary/target.js';
import { simulate } from '../../src/simulation/simulation.js';
import { tinyPlatformText } from '../../src/testing/tinyPlatform.js';
import { planFromYaml } from '../plan/builder.js';

const PLATFORM = tinyPlatformText({ cost: '0ns' }).replace(
  'fastpathPreemptionTimer: 0ns',
  'fastpathPreemptionTimer: 400ns..2us',
);

const PLAN = planFromYaml(
  `
platform: ./delay.yaml
host:
  kvm: {preemption_timer: Y, lapic_timer_advance: Y, vmentry_l1d_flush: never}
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    cmdline: idle=poll nohz_full=0
workloads:
  - {id: timer, kind: cyclictest, on: g, cpus: 0, interval: 250us}
`,
  { files: { './delay.yaml': PLATFORM, 'delay.yaml': PLATFORM } },
);

describe('a timer advance that learns', () => {
  const [target] = targetsOf(PLAN);
  const { space, evaluator } = new ChainRunner(PLAN).of(target, '1');

  it('is not beaten by all durations at their maximum', () => {
    expect(space.durations.map(({ path }) => path.split('/').at(-1))).toContain('C_FASTPATH_HVT');
    const allMaximum = evaluator.evaluate(criticalInstant(space, 'max', 24), 1_000_000);
    // Not more than the advance that it starts with leaves open.
    expect(allMaximum.latencyNs).toBeLessThanOrEqual(1_000);
  });

  it('is beaten by short delays that train it and a long one that follows', () => {
    const observed = simulate(PLAN, { seed: '1', untilNs: 5_000_000 });
    const [witness] = searchWorst(PLAN, observed, { seed: '1', budget: 200 });
    expect(witness.latencyNs).toBeGreaterThan(1_400);
    // The delay minus what is left of the advance, which never falls below the shortest delay.
    expect(witness.latencyNs).toBeLessThanOrEqual(1_600);
    expect(differences(witness, replayWitness(PLAN, witness))).toEqual([]);
    const delay = witness.choices.filter(({ source }) => source.endsWith('C_FASTPATH_HVT'));
    expect(delay.some(({ ns }) => ns.includes(400))).toBe(true);
    expect(delay.at(-1)?.ns).toContain(2_000);
  });
});
