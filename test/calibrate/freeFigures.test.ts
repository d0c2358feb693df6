/** Which figures of a platform may be swept, and what a factor does to it. */
import { describe, expect, it } from 'vitest';
import { factorAt, freeFigures, withFactors } from '../../src/calibrate/freeFigures.js';
import { lawsOf, medianNs, shippedPlatform } from '../models/models.js';

const platform = shippedPlatform('opnfv-lab-4.4-rt62');
const names = freeFigures(platform).map(({ name }) => name);

describe('free figures', () => {
  it('are the assumed laws: published ones stay as they are', () => {
    for (const { at, law } of lawsOf(platform)) {
      const name = at.replace(/^cstate /, 'cstates.');
      if (law.status !== 'assumed') expect(names, at).not.toContain(name);
      else if (!at.startsWith('guest.')) expect(names, at).toContain(name);
    }
    expect(names).not.toContain('host.clockRead');
    expect(names).not.toContain('kvm.entryPrepare');
  });

  it('count a guest law that follows the host once', () => {
    expect(names).toContain('guest.reschedIpi');
    expect(names).not.toContain('guest.wakeup');
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('withFactors', () => {
  it('multiplies a law in the host and in the guest that runs the same code', () => {
    const doubled = withFactors(platform, { 'host.wakeup': 2 });
    expect(medianNs(doubled.host.wakeup)).toBe(2 * medianNs(platform.host.wakeup));
    expect(medianNs(doubled.guest.wakeup)).toBe(2 * medianNs(platform.guest.wakeup));
    expect(doubled.host.wakeup.maxNs).toBe(2 * platform.host.wakeup.maxNs);
    expect(doubled.guest.reschedIpi).toEqual(platform.guest.reschedIpi);
    expect(doubled.kvm).toEqual(platform.kvm);
  });

  it('leaves the guest alone where it has a figure of its own', () => {
    const doubled = withFactors(platform, { 'host.clockeventProgram': 2, 'kvm.exit': 0.5 });
    expect(doubled.guest.clockeventProgram).toEqual(platform.guest.clockeventProgram);
    expect(medianNs(doubled.kvm.exit)).toBe(Math.ceil(medianNs(platform.kvm.exit) / 2));
  });

  it('changes nothing without factors, and refuses a figure that is not free', () => {
    expect(withFactors(platform, {})).toEqual(platform);
    expect(() => withFactors(platform, { 'host.clockRead': 2 })).toThrow('no free figure');
    expect(() => withFactors(platform, { 'host.nothing': 2 })).toThrow('no free figure');
  });
});

describe('factorAt', () => {
  it('gives equal ratios equal weight', () => {
    expect(factorAt([0.5, 2], 0.5)).toBe(1);
    expect(factorAt([1, 16], 0.25)).toBe(2);
    expect(factorAt([1, 100], 0.5)).toBe(10);
    expect(factorAt([0.5, 2], 0)).toBe(0.5);
    expect(factorAt([0.5, 2], 0.999_999_9)).toBe(2);
  });
});
