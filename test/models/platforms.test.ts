/** Rules that every shipped platform keeps: it loads, and each figure says where it comes from. */
import { describe, expect, it } from 'vitest';
import { isConstant } from '../../src/base/law.js';
import { parsePlatform } from '../../src/platform/load.js';
import { lawsOf, medianNs, modelFiles, modelText, shippedPlatform } from './models.js';

const FILES = modelFiles('platforms');
/** `ideal` costs nothing, so it has no figures to account for. */
const MACHINES = FILES.map((file) => file.slice(0, -'.yaml'.length)).filter((n) => n !== 'ideal');

describe('shipped platforms', () => {
  it('are the machines that the documentation names', () => {
    expect(MACHINES).toEqual([
      'haswell-ep-4.4-rt',
      'icelake-sp-6.12-rt',
      'ocp-worker-5.14-rt',
      'opnfv-lab-4.4-rt62',
      'skylake-sp-6.12-rt',
    ]);
  });

  it.each(FILES)('%s loads without diagnostics and is named as its file', (file) => {
    const { platform, diagnostics } = parsePlatform(modelText(`platforms/${file}`), file);
    expect(diagnostics).toEqual([]);
    expect(`${platform?.name}.yaml`).toBe(file);
  });

  it.each(FILES)('%s opens with a comment that says what it is', (file) => {
    const head = modelText(`platforms/${file}`).split('isochron-platform')[0];
    expect(head).toMatch(/^# \S.{40,}/);
  });
});

describe.each(MACHINES)('figures of %s', (name) => {
  const laws = lawsOf(shippedPlatform(name));

  it('have a source of their own, in words', () => {
    for (const { at, law } of laws) {
      expect(law.source.length, at).toBeGreaterThan(20);
      expect(law.source, at).not.toMatch(/^platform file|^constant|\bA[1-8]\.[0-9]/);
    }
  });

  it('have a range of factors if they are assumed, and none if they are published', () => {
    for (const { at, law } of laws) {
      if (law.status === 'assumed') {
        const [low, high] = law.scaleRange ?? [0, 0];
        expect(low, at).toBeGreaterThan(0);
        expect(high / low, at).toBeGreaterThanOrEqual(1.4);
      } else expect(law.scaleRange, at).toBeUndefined();
    }
  });
});

describe('hard maxima of the 6.12 machines', () => {
  it.each(MACHINES.filter((name) => name.includes('6.12')))(
    '%s: at least 1.5 times the median, unless the step does not exist',
    (name) => {
      for (const { at, law } of lawsOf(shippedPlatform(name))) {
        if (isConstant(law)) expect(law.maxNs, at).toBe(0);
        else expect(law.maxNs / medianNs(law), at).toBeGreaterThanOrEqual(1.5);
      }
    },
  );
});

describe('one set of kernel figures', () => {
  it('differs between machines by frequency only', () => {
    const [reference, ...others] = MACHINES.map(shippedPlatform);
    for (const platform of others) {
      for (const name of [
        'irqEntry',
        'hrtimerInterrupt',
        'wakeup',
        'contextSwitch',
        'tick',
      ] as const) {
        const cycles = (medianNs(platform.host[name]) * platform.tscMHz) / 1000;
        const wanted = (medianNs(reference.host[name]) * reference.tscMHz) / 1000;
        // Rounding to ns moves a figure by at most one cycle of a 3 GHz clock on each side.
        expect(Math.abs(cycles - wanted), `${platform.name} ${name}`).toBeLessThan(3);
      }
    }
  });
});
