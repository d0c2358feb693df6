/**
 * Writes result files so that nothing half-written is ever left under the name that was asked for:
 * everything goes to temporary names beside the targets first, then all of them are renamed.
 */
import {
  chmodSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileError, inputError, systemErrorCode } from './inputFiles.js';

export interface OutputFile {
  readonly path: string;
  readonly data: string | Uint8Array;
}

const pending = new Set<string>();

/** Removes temporary files of a write that is under way; for the end by a signal. */
export function removePendingFiles(): void {
  for (const path of pending) rmSync(path, { force: true });
  pending.clear();
}

function statOrUndefined(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(path, error);
  }
}

/**
 * Finds out before a long run whether its results can be written: a file is no directory, a
 * directory is no file. Throws a DiagnosticsError.
 */
export function checkTargets(
  files: ReadonlyArray<string | undefined>,
  folders: ReadonlyArray<string | undefined>,
): void {
  // A directory for charts is made, and may hold the other files too.
  const made = folders.flatMap((folder) => (folder === undefined ? [] : [resolve(folder)]));
  for (const file of files) {
    if (file === undefined) continue;
    resolveTarget(file);
    if (!made.includes(resolve(dirname(file)))) requireFolder(file);
  }
  for (const folder of folders) {
    if (folder === undefined) continue;
    requireFolder(folder);
    if (statOrUndefined(folder)?.isDirectory() === false) {
      throw inputError('cli/output', folder, 'is not a directory', 'name a directory for charts');
    }
  }
}

/** A misspelt path would otherwise become a new directory somewhere. */
function requireFolder(path: string): void {
  const folder = dirname(path);
  if (statOrUndefined(folder) !== undefined) return;
  throw inputError('cli/output', path, `there is no directory ${folder}`, `mkdir -p ${folder}`);
}

/** Makes the directory of a chart, and none above it. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}

/** Where to rename to, or undefined where the target is no regular file and is written directly. */
function resolveTarget(path: string): { target: string; mode?: number } | undefined {
  const stats = statOrUndefined(path);
  if (stats === undefined) return { target: path };
  if (stats.isDirectory()) {
    throw inputError('cli/output', path, 'is a directory', 'name a file to write');
  }
  // Renaming over /dev/null or a pipe would replace the device itself.
  if (!stats.isFile()) return undefined;
  // A symbolic link stays a link: the file that it names is replaced.
  return { target: realpathSync(path), mode: stats.mode & 0o7777 };
}

function prepare(file: OutputFile): { from: string; to: string; path: string } | undefined {
  const resolved = resolveTarget(file.path);
  if (resolved === undefined) {
    writeFileSync(file.path, file.data);
    return undefined;
  }
  const from = `${resolved.target}.${process.pid}.${pending.size}.tmp`;
  pending.add(from);
  writeFileSync(from, file.data, { flag: 'wx' });
  if (resolved.mode !== undefined) chmodSync(from, resolved.mode);
  return { from, to: resolved.target, path: file.path };
}

/**
 * Writes all files or none (as far as a file system allows: the renames come last and together).
 * A missing directory is made, one above it is not. Throws a DiagnosticsError that names the file.
 */
export function writeFiles(files: readonly OutputFile[]): void {
  let current = '';
  try {
    const renames = files.map((file) => {
      current = file.path;
      makeFolder(dirname(file.path));
      return prepare(file);
    });
    for (const rename of renames) {
      if (rename === undefined) continue;
      current = rename.path;
      renameSync(rename.from, rename.to);
      pending.delete(rename.from);
    }
  } catch (error) {
    removePendingFiles();
    throw fileError(current, error);
  }
}
