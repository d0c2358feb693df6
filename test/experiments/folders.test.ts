/** Every experiment has all of its parts, and what is made from its summary is as made. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  experimentNames,
  loadExperiments,
  storedSummary,
} from '../../src/cli/experiment/folders.js';
import { variantPlan } from '../../src/cli/experiment/variantPlan.js';
import { experimentFigure } from '../../src/experiment/figure.js';
import { indexMarkdown, resultMarkdown, withGenerated } from '../../src/experiment/markdown.js';
import { renderSvg } from '../../src/report/svg.js';

const FOLDERS = loadExperiments([]);
const PARTS = ['README.md', 'experiment.yaml', 'expected.json', 'figure.svg', 'figure.vl.json'];
const HEADINGS = ['## Question', '## Design', '## Expected', '## Finding'];
const read = (path: string, file: string): string => readFileSync(join(path, file), 'utf8');

describe('the folders', () => {
  test('are all experiments', () => {
    const folders = readdirSync('experiments', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort((a, b) => (a < b ? -1 : 1));
    expect(folders).toEqual(experimentNames());
    expect(folders.length).toBeGreaterThan(0);
  });

  test('stand in the index with their findings', () => {
    const readme = readFileSync('experiments/README.md', 'utf8');
    const all = FOLDERS.map(({ path, experiment }) => {
      const summary = storedSummary(path);
      if (summary === undefined) throw new Error(`${experiment.name} has no summary`);
      return { experiment, summary };
    });
    expect(withGenerated(readme, indexMarkdown(all))).toBe(readme);
  });
});

describe.each(FOLDERS.map((folder) => ({ name: folder.experiment.name, ...folder })))(
  '$name',
  ({ path, experiment }) => {
    test('has all of its parts, and plans beside them at most', () => {
      for (const file of PARTS) expect(existsSync(join(path, file)), file).toBe(true);
      for (const file of readdirSync(path))
        expect(PARTS.includes(file) || /\.yaml$/.test(file)).toBe(true);
    });

    test('has a report with question, design, expectation and finding', () => {
      const readme = read(path, 'README.md');
      const headings = readme.split('\n').filter((line) => line.startsWith('## '));
      expect(headings.slice(0, 4)).toEqual(HEADINGS);
      for (const part of readme.split(/^## .*$/m).slice(1)) {
        expect(part.trim().length).toBeGreaterThan(40);
      }
    });

    test('prints what is stored, and no claim fails', () => {
      const summary = storedSummary(path);
      if (summary === undefined) throw new Error('there is no summary');
      const readme = read(path, 'README.md');
      expect(withGenerated(readme, resultMarkdown(experiment, summary))).toBe(readme);
      const names = experiment.variants.map(({ name }) => name);
      expect(Object.keys(summary.variants)).toEqual(names);
      const checks = experiment.claims.map(({ check }) => check);
      expect(summary.claims.map(({ check }) => check)).toEqual(checks);
      const failing = summary.claims.filter(({ verdict }) => verdict === 'fails');
      expect(failing.map(({ check }) => check)).toEqual([]);
    });

    test('has a figure that is made from the summary', async () => {
      const summary = storedSummary(path);
      if (summary === undefined) throw new Error('there is no summary');
      const spec = experimentFigure(experiment, summary);
      expect(JSON.parse(read(path, 'figure.vl.json'))).toEqual(JSON.parse(JSON.stringify(spec)));
      expect(`${await renderSvg(spec)}\n`).toBe(read(path, 'figure.svg'));
    });

    test('has plans without errors, no two of them the same', () => {
      const hashes = experiment.variants.map((variant) => variantPlan(path, variant).plan.hash);
      expect(new Set(hashes).size).toBe(hashes.length);
    });
  },
);
