/** The kernels that are recorded, as Debian packages them. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelName } from '../scenario.js';

const PACKAGES: Readonly<Record<KernelName, string>> = {
  '6.1-rt': 'linux-image-rt-amd64',
  '6.12-rt': 'linux-image-6.12-rt-amd64',
  '6.1': 'linux-image-amd64',
  '6.12': 'linux-image-6.12-amd64',
};

export interface KernelFiles {
  readonly image: string;
  /** Where the package is unpacked: `boot` and `lib/modules`. */
  readonly root: string;
}

/** Downloads and unpacks a kernel, unless that was done before. */
export function kernelFiles(kernel: KernelName, cache: string): KernelFiles {
  const root = join(cache, kernel);
  if (!existsSync(join(root, 'boot'))) {
    mkdirSync(root, { recursive: true });
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, args, { cwd: root, encoding: 'utf8' });
    const depends = run('apt-cache', 'depends', PACKAGES[kernel]);
    const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (!name) throw new Error(`apt knows no ${PACKAGES[kernel]}`);
    process.stderr.write(`downloading ${name}\n`);
    // Into this directory, where the user that apt would become may not write.
    run('apt-get', '-o', 'APT::Sandbox::User=root', 'download', name);
    const [file] = readdirSync(root).filter((one) => one.endsWith('.deb'));
    run('dpkg-deb', '-x', file, '.');
  }
  const image = readdirSync(join(root, 'boot')).find((name) => name.startsWith('vmlinuz-'));
  if (!image) throw new Error(`${root} has no kernel image`);
  return { image: join(root, 'boot', image), root };
}
