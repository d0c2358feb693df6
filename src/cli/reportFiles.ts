/** Says which files a command wrote. */
import { dirname } from 'node:path';
import type { Context } from './context.js';
import type { OutputFile } from './outputFiles.js';

/** One line a file, or a directory with several. */
export function reportFiles(files: readonly OutputFile[], context: Context): void {
  const folders = new Map<string, string[]>();
  for (const { path } of files) {
    const folder = dirname(path);
    folders.set(folder, [...(folders.get(folder) ?? []), path]);
  }
  for (const [folder, paths] of folders) {
    const line = paths.length > 3 ? `${paths.length} files into ${folder}` : paths.join(', ');
    context.stderr.write(`wrote ${line}\n`);
  }
}
