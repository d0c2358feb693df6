/** Every named part of the analysis has a mutant without it. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mutants } from './mutants.js';

/** Names in calls as `figures.term('SMI', ...)` and `figures.keeps('backlog')`. */
function namedParts(): string[] {
  const files = ['src/contract', 'src/bound'].flatMap((folder) =>
    readdirSync(folder).map((name) => `${folder}/${name}`),
  );
  const named = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\.(?:term|keeps)\(\s*'([^']+)'/g)].map(
      ([, one]) => one,
    ),
  );
  return [...new Set(named)].sort((a, b) => (a < b ? -1 : 1));
}

test('each term has its mutant', () => {
  const known = new Set(mutants());
  const parts = namedParts();
  expect(parts.length).toBeGreaterThan(15);
  expect(parts.filter((name) => !known.has(name))).toEqual([]);
});

// A vCPU thread and a poller never end: what is weaker has no bound beside them.
test('each mechanism whose contract interrupts or interferes has its mutant', () => {
  const files = readdirSync('src/contract').map((name) => `src/contract/${name}`);
  const mechanisms = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/mechanism: '([^']+)'/g)].map(([, one]) => one),
  );
  const known = new Set(mutants());
  const without = mechanisms.filter(
    (name) => !known.has(name) && !known.has(`interference by ${name}`),
  );
  expect(new Set(without)).toEqual(new Set(['poller', 'vCPU thread']));
});
