/**
 * Files of this package, found relative to this module, so that they are there from src, from dist
 * and when installed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestName } from '../base/suggest.js';
import { readTextFile } from './inputFiles.js';

const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PLATFORM_FOLDER = join(PACKAGE_ROOT, 'models', 'platforms');
const PLATFORM_FILE = /^([a-z0-9][a-z0-9._-]*)\.yaml$/;

/** The version in package.json. */
export function packageVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'));
  return (parsed as { version: string }).version;
}

/** Names of the platforms that come with the package, ascending. */
export function platformNames(): string[] {
  return readdirSync(PLATFORM_FOLDER)
    .flatMap((file) => PLATFORM_FILE.exec(file)?.[1] ?? [])
    .sort((a, b) => (a < b ? -1 : 1));
}

/**
 * The text of a platform: one of the package by its name, or a file by its path (recognised by a
 * slash or its ending). Paths are relative to `folder`. Undefined if there is no such name; throws
 * a DiagnosticsError if the path cannot be read.
 */
export function platformText(
  name: string,
  folder: string,
): { readonly text: string; readonly file: string } | undefined {
  if (/[/\\]|\.(?:ya?ml|json)$/.test(name)) {
    const file = isAbsolute(name) ? name : join(folder, name);
    return { text: readTextFile(file), file };
  }
  if (!PLATFORM_FILE.test(`${name}.yaml`)) return undefined;
  const file = join(PLATFORM_FOLDER, `${name}.yaml`);
  return existsSync(file) ? { text: readTextFile(file), file } : undefined;
}

/** What to write rather than an unknown platform name. */
export function platformFix(name: string): string {
  const near = nearestName(name, platformNames());
  const list = 'isochron platform list names them; a path needs a slash or ends in .yaml';
  return near === undefined ? list : `did you mean ${near}? ${list}`;
}

/** Path of a file inside an installed package, wherever the installer has put it. */
export function dependencyFile(packageName: string, path: string): string {
  // A package may have no entry point, so its manifest is what leads to its folder; one that hides
  // its manifest has an entry point.
  const { resolve: find } = createRequire(import.meta.url);
  let folder: string;
  try {
    folder = dirname(find(`${packageName}/package.json`));
  } catch {
    folder = dirname(find(packageName));
    while (!existsSync(join(folder, 'package.json'))) folder = resolve(folder, '..');
  }
  return join(folder, path);
}

/** The text of a file inside an installed package. */
export function dependencyText(packageName: string, path: string): string {
  return readFileSync(dependencyFile(packageName, path), 'utf8');
}
