/** The project's own text files, for the tests that read all of them. */
import { readdirSync, readFileSync } from 'node:fs';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Files below `folder` whose names match, in order of their paths. Build output is left out. */
export function filesBelow(folder: string, pattern: RegExp): SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((path) => !/(?:^|\/)(?:node_modules|dist)\//.test(path))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}
