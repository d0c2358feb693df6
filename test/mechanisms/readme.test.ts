/** The table of mechanisms in src/README.md against the kit and the code. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { filesBelow } from '../arch/sourceTree.js';
import { MECHANISMS } from './table.js';

interface Row {
  readonly name: string;
  readonly cause: string;
  readonly file: string;
  readonly parameters: readonly string[];
  readonly source: string;
  readonly experiment: string;
}

function rows(): Row[] {
  const text = readFileSync('src/README.md', 'utf8');
  const section = text.split('\n## Mechanisms\n')[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| mechanism '))
    .map((line) => {
      const cells = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1]);
      return {
        name: cells[0],
        cause: cells[1],
        file: quoted(cells[2])[0] ?? '',
        parameters: quoted(cells[3]),
        source: cells[4],
        experiment: cells[5],
      };
    });
}

/** The words of a cause that do not stand for a name: `lock` of `lock NAME`. */
const fixedPart = (cause: string): string => cause.replace(/ [A-Z]+$/, '');

const SOURCE = ['plan', 'platform', 'formats']
  .flatMap((band) => filesBelow(`src/${band}`, /\.ts$/))
  .map(({ text }) => text)
  .join('\n');
const PROGRAMS = ['plan', 'kernel', 'hardware', 'kvm', 'network', 'simulation']
  .filter((band) => existsSync(`src/${band}`))
  .flatMap((band) => filesBelow(`src/${band}`, /\.ts$/))
  .map(({ text }) => text)
  .join('\n');

describe('the table of mechanisms', () => {
  test('has the rows of the kit, once each', () => {
    const names = rows().map(({ name }) => name);
    expect([...names].sort()).toEqual([...MECHANISMS.map(({ name }) => name)].sort());
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(rows().map((row) => [row.name, row] as const))('%s', (name, row) => {
    expect(existsSync(`src/${row.file}`), row.file).toBe(true);
    expect(row.parameters).not.toEqual([]);
    for (const parameter of row.parameters) {
      expect(new RegExp(`\\b${parameter}\\b`).test(SOURCE), `parameter ${parameter}`).toBe(true);
    }
    const cause = fixedPart(row.cause);
    expect(PROGRAMS.includes(cause), `no program charges "${cause}"`).toBe(true);
    const kit = MECHANISMS.find((one) => one.name === name);
    expect(kit?.cause.startsWith(cause), `the kit looks for ${kit?.cause}`).toBe(true);
    expect(row.source.length).toBeGreaterThan(3);
    if (row.experiment !== '-') {
      expect(existsSync(`experiments/${row.experiment.replaceAll('`', '')}`)).toBe(true);
    }
  });
});
