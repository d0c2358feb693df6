/**
 * Recorded sequences as text files, one a scenario, a part for each kernel:
 *
 *     kernel 6.1-rt
 *     version 6.1.0-56-rt-amd64 ...
 *     command isolcpus=...
 *     guest vcpus on pcpus 0,1,2 isolcpus=...    (where there is a guest)
 *       p1 a 0-0 preempted @0
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelName } from './scenario.js';

export interface Recording {
  readonly kernel: KernelName;
  readonly version: string;
  readonly cmdline: string;
  /** Where its guest's vCPUs ran, and what its kernel was told. */
  readonly guest?: string;
  readonly lines: readonly string[];
}

const DIRECTORY = join(import.meta.dirname, 'fixtures');

function fileOf(scenario: string): string {
  return join(DIRECTORY, `${scenario}.txt`);
}

/** Recordings of a scenario; none if there is no file. */
export function readRecordings(scenario: string): Recording[] {
  if (!existsSync(fileOf(scenario))) return [];
  const recordings: Array<{ -readonly [K in keyof Recording]: Recording[K] }> = [];
  for (const line of readFileSync(fileOf(scenario), 'utf8').split('\n')) {
    const [word, ...rest] = line.split(' ');
    const last = recordings.at(-1);
    if (word === 'kernel') {
      recordings.push({ kernel: rest[0] as KernelName, version: '', cmdline: '', lines: [] });
    } else if (last && word === 'version') last.version = rest.join(' ');
    else if (last && word === 'command') last.cmdline = rest.join(' ');
    else if (last && word === 'guest') last.guest = rest.join(' ');
    else if (last && line.startsWith('  ')) last.lines = [...last.lines, line.slice(2)];
  }
  return recordings;
}

/** Replaces the recording of one kernel; the others stay. */
export function writeRecording(scenario: string, recording: Recording): void {
  const others = readRecordings(scenario).filter(({ kernel }) => kernel !== recording.kernel);
  const all = [...others, recording].sort((a, b) => (a.kernel < b.kernel ? -1 : 1));
  const text = all.map(({ kernel, version, cmdline, guest, lines }) =>
    [
      `kernel ${kernel}`,
      `version ${version}`,
      `command ${cmdline}`,
      ...(guest === undefined ? [] : [`guest ${guest}`]),
      ...lines.map((l) => `  ${l}`),
      '',
    ].join('\n'),
  );
  writeFileSync(fileOf(scenario), text.join('\n'));
}
