import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/latency/result.js';
import { assumedLawsText } from '../../src/plan/assumedLaws.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { planFixture, resultFixture } from './fixtures.js';

const wide = { width: 130, colour: false };
const text = renderTerminal(resultFixture(), planFixture(), wide);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const ESCAPES = /\u001b\[\d+m/g;

/** The fixture with every name and text replaced. */
function named(name: string): RunResult {
  const base = resultFixture();
  return {
    ...base,
    planName: name,
    version: name,
    seed: name,
    planHash: name,
    fingerprint: name,
    assumptions: [name, name],
    workloads: base.workloads.map((workload) => ({
      ...workload,
      id: name,
      title: name,
      requirements: workload.requirements.map((r) => ({ ...r, text: name })),
      worst: workload.worst.map((sample) => ({
        ...sample,
        attribution: sample.attribution.map((share) => ({ ...share, cause: name })),
      })),
    })),
  };
}

describe('renderTerminal', () => {
  it('has a row per workload with figures in us and dashes explained once', () => {
    const row = text.split('\n').find((line) => line.includes('control: cyclictest'));
    expect(row).toMatch(/1,148,079 +4\.200 .* 94\.425$/);
    const bare = text.split('\n').find((line) => line.includes('bare: cyclictest'));
    expect(bare).toMatch(/4,040 +1\.500 +1\.505 +1\.500 +1\.500 +2\.000 +- +- +2\.000$/);
    expect(
      text.match(/not enough samples; p99\.99 needs 30,000, p99\.999 needs 300,000/g),
    ).toHaveLength(1);
  });

  it('tells verdicts, the worst sample, the cost of the partition and how to find it again', () => {
    expect(text).toMatch(/FAILS +control max <= 50us +observed 94\.425 us/);
    expect(text).toMatch(/met +control p99\.9 <= 9us +observed 5\.097 us/);
    expect(text).toMatch(/not enough samples +bare p99\.999 <= 20us/);
    expect(text).toMatch(/Worst sample of control {2}94\.425 us at 53ms/);
    expect(text).toMatch(/SMI +87\.000 us +92\.1 % +█+/);
    expect(text).toMatch(/isolated +4 of 8 pCPUs/);
    expect(text).toMatch(/burnt in polling +12\.5 %/);
    expect(text).toMatch(/best-effort capacity left +2\.75/);
    expect(text).toMatch(/seed 7 .*plan hash 0123456789abcdef.*fingerprint cafe0000beef1111/);
    expect(text).toMatch(/simulated 10s/);
    expect(text).toMatch(/Assumed figures and settings: 2/);
  });

  it('says INCOMPLETE exactly when it is', () => {
    expect(text).not.toContain('INCOMPLETE');
    const stopped = { ...resultFixture(), complete: false };
    expect(renderTerminal(stopped, planFixture(), wide)).toContain('INCOMPLETE');
  });

  it('shortens the list of assumptions and counts the rest', () => {
    const many = { ...resultFixture(), assumptions: Array.from({ length: 12 }, (_, i) => `a${i}`) };
    const shown = renderTerminal(many, planFixture(), wide);
    expect(shown).toContain('Assumed figures and settings: 12');
    expect(shown).toContain('and 7 more');
    expect(shown).not.toContain('a5');
  });

  it('colours without changing the text', () => {
    const coloured = renderTerminal(resultFixture(), planFixture(), { ...wide, colour: true });
    expect(coloured).not.toBe(text);
    expect(coloured.replace(ESCAPES, '')).toBe(text);
  });

  it('keeps tables within the width', () => {
    for (let width = 60; width <= 160; width += 1) {
      const lines = renderTerminal(resultFixture(), planFixture(), { width, colour: false }).split(
        '\n',
      );
      // The heading's second line carries hashes, which are never cut.
      const long = lines.filter(
        (line) => Array.from(line).length > width && !/^(simul|INC)/.test(line),
      );
      expect(long.filter((line) => !/needs|guarantee/.test(line))).toEqual([]);
    }
  });

  it('lets no name reach the terminal as a control sequence or a line of its own', () => {
    // A long title stands on a line of its own below its figures.
    const lineCounts = ['x', 'x'.repeat(500)].map(
      (name) => renderTerminal(named(name), planFixture(), wide).split('\n').length,
    );
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('\u001b]0;owned\u0007', 'a\nFAILS', '\u009b2J', '\u202eabc', 'x'.repeat(500)),
    );
    fc.assert(
      fc.property(hostile, (name) => {
        const rendered = renderTerminal(named(name), planFixture(), wide);
        expect(rendered.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(lineCounts).toContain(rendered.split('\n').length);
      }),
    );
  });

  it('tells of activations that are unfinished and later than every sample', () => {
    const base = resultFixture();
    const [control, bare] = base.workloads;
    const limits = { statistic: 'max', limitNs: 50_000, text: 'control max <= 50us' };
    const late = {
      ...control,
      unfinished: { count: 1, oldestNs: 2_000_000_000 },
      requirements: [{ ...limits, observedNs: 2_000_000_000, verdict: 'fails' as const }],
    };
    const shown = renderTerminal({ ...base, workloads: [late, bare] }, planFixture(), wide);
    expect(shown).toContain('control: 1 activation unfinished at the end, at least 2s late');
    expect(shown).toMatch(/FAILS .* observed at least 2,000,000\.000 us: unfinished/);
    expect(text).not.toContain('unfinished');
    const young = { ...control, unfinished: { count: 1, oldestNs: 900 } };
    expect(renderTerminal({ ...base, workloads: [young, bare] }, planFixture(), wide)).toBe(text);
  });

  it('says what a verdict needs, and does not cut a title', () => {
    expect(text).toContain('needs 300,000 samples, about 742.6s simulated: --activations 300000');
    const narrow = renderTerminal(resultFixture(), planFixture(), { width: 100, colour: false });
    expect(narrow).toContain('\n    cyclictest in guest plc, vCPU 2\n');
  });

  it('says right under the latencies how many laws are assumed, and never cuts it', () => {
    const plan = planFixture();
    const assumed = { ...plan.platform.host.syscall, status: 'assumed' as const };
    const host = { ...plan.platform.host, syscall: assumed };
    const platform = { ...plan.platform, host };
    const sentence = assumedLawsText(platform);
    expect(sentence).toMatch(/^1 of [0-9]+ cost laws of ideal are assumed/);
    const result = { ...resultFixture(), assumptions: [`platform: ${sentence}`] };
    const shown = renderTerminal(result, { ...plan, platform }, { width: 60, colour: false });
    const flat = shown.replace(/\s+/g, ' ');
    expect(flat).toContain(`! ${sentence} Requirements`);
    expect(flat).toContain(`Assumed figures and settings: 1 platform: ${sentence}`);
  });

  it('survives a result without workloads or samples', () => {
    const base = resultFixture();
    expect(renderTerminal({ ...base, workloads: [] }, planFixture(), wide)).toContain(
      'measures no workload',
    );
    const empty = {
      ...base.workloads[0],
      latency: { count: 0, minNs: 0, meanNs: 0, maxNs: 0, percentiles: {} },
      worst: [],
      histogram: { exact: true, upperNs: [], counts: [] },
    };
    const shown = renderTerminal({ ...base, workloads: [empty] }, planFixture(), wide);
    expect(shown).toMatch(/control: .* 0 +- +- +-/);
    expect(shown).not.toMatch(/NaN|undefined/);
  });
});
