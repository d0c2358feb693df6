/** Holds the module table of src/README.md against the imports and against the folders on disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, test } from 'vitest';
import config, { importRules, readModuleTable } from '../../.dependency-cruiser.mjs';

const rows = readModuleTable(readFileSync('src/README.md', 'utf8'));
const BANDS = ['describe', 'run', 'understand', 'operate'];

async function violationsOf(root: string): Promise<string[]> {
  const options: ICruiseOptions = {
    ...config.options,
    validate: true,
    ruleSet: { forbidden: importRules(rows, root) },
  };
  const { output } = await cruise([root], options, config.options.enhancedResolveOptions, {
    tsConfig: extractTsConfig('tsconfig.json'),
  });
  const result = output as ICruiseResult;
  if (result.modules.length === 0) throw new Error(`no modules below ${root}`);
  // Packages may be installed elsewhere and linked here.
  const local = (to: string): string => to.replace(/^.*\/(?=node_modules\/)/, '');
  return result.summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${local(v.to)}`).sort();
}

describe('module table', () => {
  test('names every folder of src, and no other', () => {
    const folders = readdirSync('src', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(rows.map((row) => row.name).sort()).toEqual(folders.sort());
  });

  test('never points to a later band', () => {
    for (const row of rows) {
      expect(BANDS, row.name).toContain(row.band);
      for (const target of row.mayImport) {
        const other = rows.find((r) => r.name === target);
        expect(other, `${row.name} -> ${target}`).toBeDefined();
        if (other === undefined) continue;
        expect(BANDS.indexOf(other.band), `${row.name} -> ${target}`).toBeLessThanOrEqual(
          BANDS.indexOf(row.band),
        );
      }
    }
  });

  test('has no circle', () => {
    const above = (name: string, path: readonly string[]): void => {
      expect(path, [...path, name].join(' -> ')).not.toContain(name);
      const row = rows.find((r) => r.name === name);
      for (const next of row?.mayImport ?? []) above(next, [...path, name]);
    };
    for (const row of rows) above(row.name, []);
  });

  test('keeps folders at most two deep under a module', () => {
    const deep = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.split('/').length > 4,
    );
    expect(deep).toEqual([]);
  });
});

describe('imports', () => {
  test('follow the table', async () => {
    expect(await violationsOf('src')).toEqual([]);
  });

  test('that break the table are found', async () => {
    expect(await violationsOf('test/arch/fixtures')).toEqual([
      'base-modules: test/arch/fixtures/base/upward.ts -> test/arch/fixtures/plan/circle.ts',
      'built-ins: test/arch/fixtures/base/upward.ts -> fs',
      'no-cycle: test/arch/fixtures/plan/circle.ts -> test/arch/fixtures/plan/otherHalf.ts',
      'plan-packages: test/arch/fixtures/plan/circle.ts -> node_modules/seedrandom/index.js',
    ]);
  });
});
