import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Locked>;
};

/** Where a package at `from` finds `name`: the nearest folder upwards. */
function resolved(from: string, name: string): Locked | undefined {
  for (let folder = from; ; ) {
    const found = packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`];
    if (found || folder === '') return found;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
  }
}

// npm 11 refuses a lock file that lacks a binary for another platform than the one it was made on.
test('the lock file holds every dependency of every package, for all platforms', () => {
  const missing = Object.entries(packages).flatMap(([from, one]) =>
    Object.keys({ ...one.dependencies, ...one.optionalDependencies })
      .filter((name) => resolved(from, name) === undefined)
      .map((name) => `${from} needs ${name}`),
  );
  expect(missing).toEqual([]);
});

test('only optional packages may lack a checksum', () => {
  const bare = Object.entries(packages).filter(
    ([path, { integrity, optional }]) => path !== '' && !integrity && !optional,
  );
  expect(bare.map(([path]) => path)).toEqual([]);
});
