/** Starts the real command line from dist, as a user would. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const MAIN = resolve('dist/cli/main.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function environment(extra: Options['env']): NodeJS.ProcessEnv {
  const { NO_COLOR: _noColour, COLUMNS: _columns, ...rest } = process.env;
  return { ...rest, ...extra };
}

/** Runs to the end, or fails after a minute: a hang is a defect. */
export function runCli(args: readonly string[], options: Options = {}): Finished {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: options.cwd,
    env: environment(options.env),
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

export interface Started {
  readonly process: ChildProcess;
  /** Resolves once standard error holds a match. */
  sees(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Finished & { readonly signal: NodeJS.Signals | null }>;
}

/** Starts the command line without waiting for the end. */
export function startCli(args: readonly string[], options: Options = {}): Started {
  return startNode([MAIN, ...args], options);
}

/** Starts a script without waiting for the end. */
export function startNode(args: readonly string[], options: Options = {}): Started {
  const child = spawn(process.execPath, [...args], {
    cwd: options.cwd,
    env: environment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const ended = new Promise<Finished & { signal: NodeJS.Signals | null }>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  const sees = (pattern: RegExp): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (pattern.test(stderr)) done();
      };
      child.stderr.on('data', look);
      child.on('close', () => fail(new Error(`ended before ${pattern}: ${stderr}`)));
      look();
    });
  child.stderr.setEncoding('utf8').prependListener('data', (text: string) => {
    stderr += text;
  });
  return { process: child, sees, ended };
}

/** An empty directory that goes away after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'isochron-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Names in a directory, ascending. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort((a, b) => (a < b ? -1 : 1));
}
