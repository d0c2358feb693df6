/** What is known about each machine: CPU numbering, C-states, mitigations. */
import { describe, expect, it } from 'vitest';
import { shippedPlatform } from './models.js';

const siblingsOf = (name: string, pcpu: number) => {
  const { pcpus } = shippedPlatform(name).topology;
  const core = pcpus.find((cpu) => cpu.pcpu === pcpu)?.core;
  return pcpus.filter((cpu) => cpu.core === core).map((cpu) => cpu.pcpu);
};
const socketOf = (name: string, pcpu: number) =>
  shippedPlatform(name).topology.pcpus.find((cpu) => cpu.pcpu === pcpu)?.socket;

/** Longest exit and target residency in us, from intel_idle.c. */
const INTEL_IDLE: Readonly<Record<string, readonly (readonly [string, number, number])[]>> = {
  'haswell-ep-4.4-rt': [
    ['C1', 2, 2],
    ['C1E', 10, 20],
    ['C3', 33, 100],
    ['C6', 133, 400],
  ],
  'opnfv-lab-4.4-rt62': [['C1', 2, 2]],
  'skylake-sp-6.12-rt': [
    ['C1', 2, 2],
    ['C1E', 10, 20],
    ['C6', 133, 600],
  ],
  'ocp-worker-5.14-rt': [
    ['C1', 2, 2],
    ['C1E', 10, 20],
    ['C6', 133, 600],
  ],
  'icelake-sp-6.12-rt': [
    ['C1', 1, 1],
    ['C1E', 4, 4],
    ['C6', 170, 600],
  ],
};

describe('machines', () => {
  it('have two sockets; the 6.12 ones at least 32 CPUs with SMT', () => {
    for (const name of Object.keys(INTEL_IDLE)) {
      const { pcpus } = shippedPlatform(name).topology;
      expect(new Set(pcpus.map((cpu) => cpu.socket)).size, name).toBe(2);
      if (!name.includes('6.12')) continue;
      expect(pcpus.length).toBeGreaterThanOrEqual(32);
      expect(pcpus.length).toBe(2 * new Set(pcpus.map((cpu) => cpu.core)).size);
    }
  });

  it.each(Object.keys(INTEL_IDLE))('%s has the C-states of its intel_idle table', (name) => {
    const states = shippedPlatform(name).cstates;
    expect(states.map((s) => [s.name, s.exit.maxNs / 1000, s.targetResidencyNs / 1000])).toEqual(
      INTEL_IDLE[name],
    );
  });

  it('number the OpenShift worker as its sysfs does: sockets interleaved, siblings 40 apart', () => {
    const name = 'ocp-worker-5.14-rt';
    expect(shippedPlatform(name).topology.pcpus.map((cpu) => cpu.pcpu)).toEqual([
      ...Array(80).keys(),
    ]);
    for (let pcpu = 0; pcpu < 40; pcpu++) {
      expect(siblingsOf(name, pcpu)).toEqual([pcpu, pcpu + 40]);
      expect(socketOf(name, pcpu)).toBe(pcpu % 2);
    }
  });

  it('number the OPNFV machine as its published lscpu does: no SMT, nodes 0-17 and 18-35', () => {
    const name = 'opnfv-lab-4.4-rt62';
    const { pcpus } = shippedPlatform(name).topology;
    expect(pcpus.map((cpu) => cpu.node)).toEqual(
      [...Array(36).keys()].map((p) => (p < 18 ? 0 : 1)),
    );
    expect(new Set(pcpus.map((cpu) => cpu.core)).size).toBe(36);
  });

  it('charge no mitigation and no flush where the kernel is older than them', () => {
    for (const name of ['haswell-ep-4.4-rt', 'opnfv-lab-4.4-rt62']) {
      const { kvm } = shippedPlatform(name);
      expect([kvm.exitMitigation.maxNs, kvm.l1dFlush.maxNs]).toEqual([0, 0]);
    }
    const { kvm, cpu } = shippedPlatform('skylake-sp-6.12-rt');
    expect(cpu.l1tfVulnerable).toBe(true);
    expect(kvm.l1dFlush.minNs).toBeGreaterThan(0);
    expect(kvm.exitMitigation.minNs).toBeGreaterThan(0);
  });
});
