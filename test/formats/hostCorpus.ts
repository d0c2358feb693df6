/**
 * Real files that the tests read where they are present: ../shared/corpus beside the checkout.
 * `corpusTest` skips with a printed reason where they are not.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { test } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'shared', 'corpus');
const present = existsSync(ROOT);
let told = false;

/** A test over the corpus. */
export function corpusTest(name: string, run: () => void): void {
  if (!present && !told) {
    told = true;
    console.warn(`skipped: no corpus of real files at ${relative(process.cwd(), ROOT)}`);
  }
  test.skipIf(!present)(name, run);
}

/** Paths of all files under a folder of the corpus, relative to it, sorted. */
export function corpusFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(ROOT, folder), join(entry.parentPath, entry.name)))
    .sort();
}

export function corpusText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The text files of a tar.gz by path. Just enough of ustar for the sysfs dumps. */
export function corpusTar(path: string): Map<string, string> {
  const tar = gunzipSync(readFileSync(join(ROOT, path)));
  const files = new Map<string, string>();
  const field = (at: number, length: number) =>
    tar.toString('utf8', at, at + length).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(field(at + 124, 12), 8) || 0;
    const prefix = field(at + 257, 5) === 'ustar' ? field(at + 345, 155) : '';
    const name = prefix === '' ? field(at, 100) : `${prefix}/${field(at, 100)}`;
    const type = String.fromCharCode(tar[at + 156]);
    if (type === '0' || type === '\0')
      files.set(name, tar.toString('utf8', at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
