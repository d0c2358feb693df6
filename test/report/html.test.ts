import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/latency/result.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { renderHtml } from '../../src/report/html.js';
import { scriptText } from '../../src/report/htmlTemplate.js';
import { planFixture, resultFixture } from './fixtures.js';

const NO_LIBRARIES = { vega: '', vegaLite: '' };

/** Every string of a value replaced, except those of fixed meaning. */
function renamed<T>(value: T, name: string, key = ''): T {
  const fixed =
    /^(policy|verdict|statistic|kind|preemption|idleGovernor|timerAdvance|vendor|status)$/;
  if (typeof value === 'string') return (fixed.test(key) ? value : name) as T;
  if (Array.isArray(value)) return value.map((item) => renamed(item, name, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [k, k === 'percentiles' ? v : renamed(v, name, k)]),
  ) as T;
}

function page(result: RunResult, plan: NormalizedPlan, command = 'isochron run p.yaml --seed 7') {
  return renderHtml({ result, plan, libraries: NO_LIBRARIES, command });
}

/** Tags with the names of their attributes, in order, outside script and style. */
function tagsOf(markup: string): string[] {
  const bare = markup.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '<$1>');
  const tags = bare.matchAll(/<[/!a-zA-Z](?:[^>"']|"[^"]*"|'[^']*')*>/g);
  return Array.from(tags, ([tag]) => tag.replace(/"[^"]*"|'[^']*'/g, '""'));
}

const text = page(resultFixture(), planFixture());

describe('renderHtml', () => {
  it('shows the result and the plan without any script', () => {
    const visible = text.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<[^>]+>/g, ' ');
    for (const part of [
      'press line',
      'control max &lt;= 50us',
      'not enough samples',
      '94.425',
      'interference of irq/33-nvme 3.000',
      'pCPUs isolated',
      'burnt in polling',
      '2.75',
      'SCHED_FIFO 90',
      'cyclictest',
      '2-3,6-7',
      'no SMI source named',
      'isochron run p.yaml --seed 7',
      'cafe0000beef1111',
    ]) {
      expect(visible).toContain(part);
    }
    expect(visible).not.toMatch(/undefined|NaN|\[object/);
  });

  it('refers to nothing outside itself', () => {
    expect(text).not.toMatch(/\b(?:src|href|action|srcset|poster)\s*=/i);
    expect(text).not.toMatch(/url\(|@import|<link|<iframe|<object|<embed/i);
    expect(text).toContain('default-src &#39;none&#39;');
  });

  it('carries one spec for every chart place', () => {
    const json = /id="chart-specs">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
    const specs = JSON.parse(json) as Array<{ id: string }>;
    const places = Array.from(
      text.matchAll(/<div class="chart" id="chart-([^"]+)"/g),
      ([, id]) => id,
    );
    expect(specs.map(({ id }) => id)).toEqual(places);
    expect(places).toHaveLength(7);
  });

  it('shows ready-made drawings where there are any', () => {
    const staticCharts = new Map([['pcpus', '<svg id="ready"></svg>']]);
    const result = resultFixture();
    const shown = renderHtml({
      result,
      plan: planFixture(),
      libraries: NO_LIBRARIES,
      command: '',
      staticCharts,
    });
    expect(shown).toContain('<div class="chart" id="chart-pcpus"><svg id="ready"></svg></div>');
  });

  it('marks an incomplete run', () => {
    expect(text).not.toContain('Incomplete.');
    expect(page({ ...resultFixture(), complete: false }, planFixture())).toContain('Incomplete.');
  });

  it('keeps the same tags whatever the user calls things', () => {
    const plain = tagsOf(page(renamed(resultFixture(), 'x'), renamed(planFixture(), 'x'), 'x'));
    const hostile = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom(
        '</title><script>alert(1)</script>',
        '"><img onerror=alert(1) x="',
        "' onmouseover='alert(1)",
        '</script><script>alert(1)//',
        '<!--<script>',
        '&lt;script&gt;',
        ']]><svg/onload=alert(1)>',
        '</style><script>alert(1)</script>',
      ),
    );
    fc.assert(
      fc.property(hostile, (name) => {
        const markup = page(renamed(resultFixture(), name), renamed(planFixture(), name), name);
        expect(tagsOf(markup)).toEqual(plain);
        expect(markup.match(/<script/gi)?.length).toBe(4);
        expect(markup.match(/<\/script/gi)?.length).toBe(4);
        const title = /<title>([\s\S]*?)<\/title>/.exec(markup)?.[1] ?? '';
        expect(title).not.toContain('<');
      }),
    );
  });

  it('keeps a library inside its script element and meaning the same', () => {
    const library =
      'globalThis.found = ["</script><script>", "</SCRIPT>", "<!--", "</div>"].join()';
    const { text: script } = scriptText(library);
    expect(script).not.toMatch(/<\/script|<!--/i);
    const scope: { found?: string } = {};
    new Function('globalThis', script)(scope);
    expect(scope.found).toBe('</script><script>,</SCRIPT>,<!--,</div>');
  });
});
