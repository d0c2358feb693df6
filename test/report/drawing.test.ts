/** Charts drawn for real: SVG by vega, PNG by resvg. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { chartsOf } from '../../src/report/charts.js';
import { renderPng } from '../../src/report/png.js';
import { renderSvg } from '../../src/report/svg.js';
import { resultFixture } from './fixtures.js';

const FONT_FAMILY = 'DejaVu Sans';

/** The font package if it is installed, else the fonts of the system, else none. */
function fontFiles(): string[] | undefined {
  const require = createRequire(import.meta.url);
  try {
    const folder = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
    return [join(folder, 'DejaVuSans.ttf'), join(folder, 'DejaVuSans-Bold.ttf')];
  } catch {
    return existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf') ? [] : undefined;
  }
}

describe('renderSvg', () => {
  for (const { id, spec } of chartsOf(resultFixture())) {
    it(`draws ${id} without a warning`, async () => {
      const svg = await renderSvg(spec);
      expect(svg).toMatch(/^<svg /);
      expect(svg).toContain(id === 'pcpus' ? 'share of time' : 'latency (us)');
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(svg).not.toMatch(/(?:href|src)=/);
    });
  }

  it('draws the bar of the single worst sample', async () => {
    const [histogram] = chartsOf(resultFixture());
    const svg = await renderSvg(histogram.spec);
    const bars = svg.match(/aria-roledescription="bar"/g) ?? [];
    expect(bars.length).toBeGreaterThan(10);
    expect(svg).toMatch(/latency \(us\): 9\d\.?\d*; samples: 1[;"]/);
  });

  it('draws the same text twice', async () => {
    const [chart] = chartsOf(resultFixture());
    expect(await renderSvg(chart.spec)).toBe(await renderSvg(chart.spec));
  });

  it('draws latencies of zero and a single value', async () => {
    const base = resultFixture();
    for (const values of [[0], [0, 5_000_000], [7], [1, 2]]) {
      const workload = {
        ...base.workloads[0],
        latency: {
          count: values.length,
          minNs: values[0],
          meanNs: 0,
          maxNs: values[values.length - 1],
          percentiles: {},
        },
        histogram: { exact: true, upperNs: values, counts: values.map(() => 1) },
      };
      for (const requirements of [[], base.workloads[0].requirements]) {
        for (const { spec } of chartsOf({ ...base, workloads: [{ ...workload, requirements }] })) {
          expect(await renderSvg(spec)).not.toMatch(/NaN|undefined|Infinity/);
        }
      }
    }
  });

  it('escapes names', async () => {
    const base = resultFixture();
    const title = '</text><script>alert(1)</script>';
    const worst = base.workloads[0].worst.map((sample) => ({
      ...sample,
      attribution: [{ cause: title, ns: sample.latencyNs }],
    }));
    const workloads = [{ ...base.workloads[0], id: title, title, worst }];
    for (const { spec } of chartsOf({ ...base, workloads })) {
      expect(await renderSvg(spec)).not.toContain('<script');
    }
  });

  it('rejects a spec that vega-lite warns of', async () => {
    const spec: TopLevelSpec = {
      data: { values: [{ a: 1 }] },
      mark: 'bar',
      encoding: { x: { field: 'a', type: 'quantitative', scale: { type: 'point' } } },
    };
    await expect(renderSvg(spec)).rejects.toThrow(/chart warns/);
  });
});

describe('renderPng', () => {
  const fonts = fontFiles();
  if (fonts === undefined) console.log('skipped: text in PNG (no font on this machine)');

  it.skipIf(fonts === undefined)('draws text that can be seen, in the size asked for', async () => {
    const [chart] = chartsOf(resultFixture());
    const svg = await renderSvg(chart.spec);
    const options = { fontFiles: fonts ?? [], fontFamily: FONT_FAMILY };
    const png = renderPng(svg, { ...options, scale: 2 });
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    const width = Number(/width="(\d+)/.exec(svg)?.[1]);
    expect(png.readUInt32BE(16)).toBe(2 * width);
    const textless = svg.replace(/<text[^>]*>[^<]*<\/text>/g, '');
    expect(textless).not.toBe(svg);
    // Without glyphs both would be one picture.
    expect(renderPng(textless, { ...options, scale: 2 }).equals(png)).toBe(false);
    expect(renderPng(svg, { ...options, scale: 2 }).equals(png)).toBe(true);
  });
});
