/** The page in a real browser, where there is one: every chart is drawn, and nothing complains. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.js';
import { planFixture, resultFixture } from './fixtures.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const browser = NAMES.find((name) => spawnSync(name, ['--version']).status === 0);
if (browser === undefined) console.log(`skipped: page in a browser (none of ${NAMES.join(', ')})`);

const require = createRequire(import.meta.url);
const build = (name: string, file: string) =>
  readFileSync(join(dirname(require.resolve(name)), file), 'utf8');

it.skipIf(browser === undefined)('draws every chart in the browser, offline', () => {
  const libraries = {
    vega: build('vega', 'vega.min.js'),
    vegaLite: build('vega-lite', 'vega-lite.min.js'),
  };
  const hostile = '</script><img src=x onerror="document.title=1">';
  const folder = mkdtempSync(join(tmpdir(), 'isochron-page-'));
  try {
    const file = join(folder, 'page.html');
    const result = { ...resultFixture(), planName: hostile };
    writeFileSync(file, renderHtml({ result, plan: planFixture(), libraries, command: 'x' }));
    const dom = execFileSync(
      browser ?? '',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--host-resolver-rules=MAP * ~NOTFOUND',
        '--virtual-time-budget=10000',
        '--dump-dom',
        pathToFileURL(file).href,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 2 ** 20 },
    );
    expect(dom).toContain('data-charts="7"');
    const shown = dom.replace(/<script[\s\S]*?<\/script>/g, '');
    expect(shown).not.toContain('cannot be drawn');
    expect(shown).not.toContain('<img');
    expect(shown).toContain('<title>&lt;/script&gt;&lt;img');
    expect(shown.match(/<svg[^>]*class="marks"/g)).toHaveLength(7);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
