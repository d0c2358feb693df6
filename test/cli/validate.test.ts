/** `isochron validate` from the command line: the same result with any number of workers. */
import { describe, expect, test } from 'vitest';
import type { Validation } from '../../src/cli/validation/print.js';
import { PREDICTED_ROWS, UNDECIDABLE_ROWS } from '../../src/cli/validation/rows.js';
import { runCli } from './startCli.js';

const SIZE = ['--points', '6', '--samples', '60'];
const QUICK = ['validate', '--quick', '--row', 'KLOG-ADV', ...SIZE];

describe('validate', () => {
  test('prints one row, and says that a quick look is one', () => {
    const { code, stdout, stderr } = runCli([...QUICK, '--workers', '1']);
    expect(code).toBe(0);
    expect(stdout).toContain('quick: fewer points and samples than published');
    expect(stdout).toMatch(/^KLOG-ADV {2}/m);
    expect(stdout).not.toContain('OCP-GOOD');
    expect(stderr).toContain('KLOG-ADV: sweep 100 %');
  });

  test('gives the same numbers with one worker, two and none, and others with another seed', () => {
    const json = (...extra: string[]) => runCli([...QUICK, '--json', ...extra]).stdout;
    const one = json('--workers', '1');
    expect(json('--workers', '2')).toBe(one);
    expect(json('--workers', '0')).toBe(one);
    const { rows } = JSON.parse(one) as Validation;
    expect(rows.map(({ id }) => id)).toEqual(['KLOG-ADV']);
    const other = JSON.parse(json('--workers', '2', '--seed', '2')) as Validation;
    expect(other.rows[0].figures).not.toEqual(rows[0].figures);
  });

  test('refuses a row that there is none of, and names all', () => {
    const { code, stderr } = runCli(['validate', '--row', 'OCP']);
    expect(code).toBe(2);
    for (const { id } of PREDICTED_ROWS) expect(stderr).toContain(id);
  });
});

describe('rows', () => {
  test('name every published row once, predicted or with the reason why not', () => {
    const ids = [...PREDICTED_ROWS, ...UNDECIDABLE_ROWS].map(({ id }) => id).sort();
    expect(ids).toEqual(
      [
        'HORSE',
        'HWLAT-BAD',
        'KLOG-ADV',
        'KLOG-SWAIT',
        'KVM4NFV-II',
        'KVM4NFV-J',
        'LWN-1',
        'OCP-GOOD',
        'RHEL-ACC',
        'RTLA-H',
        'RTT-README',
      ].sort(),
    );
    for (const { why } of UNDECIDABLE_ROWS) expect(why.length).toBeGreaterThan(40);
  });

  test('calibrate on one row only', () => {
    expect(PREDICTED_ROWS.filter(({ calibrates }) => calibrates).map(({ id }) => id)).toEqual([
      'KVM4NFV-J',
    ]);
    expect(PREDICTED_ROWS.filter(({ calibratesOn }) => calibratesOn).map(({ id }) => id)).toEqual([
      'KVM4NFV-II',
    ]);
  });
});
