/**
 * Builds dist once for the tests that start the real command line. Types are checked by
 * `npm run typecheck`; here it matters only that dist is what src says.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TSC = `${ROOT}node_modules/typescript/bin/tsc`;

/** Tests in these folders start dist. */
const NEEDS_BUILD = /cli|docs|experiments/;

function newestMs(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|js)$/.test(path))
    .reduce((newest, path) => Math.max(newest, statSync(`${folder}/${path}`).mtimeMs), 0);
}

export default function setup(): void {
  const filters = process.argv.slice(2).filter((argument) => argument.startsWith('test'));
  if (filters.length > 0 && !filters.some((filter) => NEEDS_BUILD.test(filter))) return;
  const main = `${ROOT}dist/cli/main.js`;
  if (existsSync(main) && newestMs(`${ROOT}dist`) > newestMs(`${ROOT}src`)) return;
  try {
    execFileSync(process.execPath, [TSC, '-p', `${ROOT}tsconfig.build.json`], { stdio: 'pipe' });
  } catch (error) {
    // tsc writes its output in spite of type errors; typecheck reports those.
    if (!existsSync(main)) throw error;
  }
}
