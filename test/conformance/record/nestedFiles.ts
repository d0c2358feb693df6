/** What a machine needs to have guests: KVM's modules, QEMU with its libraries, the guest's files. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { archive } from './boot.js';
import type { KernelFiles } from './kernels.js';

const QEMU = '/usr/bin/qemu-system-x86_64';
const FIRMWARE = ['bios-microvm.bin', 'linuxboot_dma.bin', 'kvmvapic.bin'];
const FIRMWARE_DIRECTORIES = ['/usr/share/qemu', '/usr/share/seabios'];
/** In the order in which they are loaded. */
export const MODULES = ['irqbypass', 'ccp', 'kvm', 'kvm-amd'] as const;

/** Files of the host by their path there; `input`: the lines for the interpreter in the guest. */
export function nestedFiles(
  { image, root }: KernelFiles,
  interpreter: string,
  input: readonly string[],
  directory: string,
): Map<string, string> {
  const files = new Map<string, string>([
    [QEMU.slice(1), QEMU],
    ['vmlinuz', image],
  ]);
  for (const [path] of execFileSync('ldd', [QEMU], { encoding: 'utf8' }).matchAll(/\/\S+/g)) {
    files.set(path.slice(1), path);
  }
  for (const name of FIRMWARE) {
    const found = FIRMWARE_DIRECTORIES.map((one) => join(one, name)).find((one) => existsSync(one));
    if (!found) throw new Error(`no firmware ${name}: install qemu-system-x86`);
    files.set(`usr/share/qemu/${name}`, found);
  }
  for (const name of MODULES) files.set(`modules/${name}.ko`, moduleFile(root, name, directory));
  const text = join(directory, 'guest-scenarios');
  writeFileSync(text, `${input.join('\n')}\n`);
  const inside = new Map([
    ['init', interpreter],
    ['scenarios', text],
  ]);
  files.set('guest-initrd', archive(inside, join(directory, 'guest-initrd')));
  return files;
}

/** A module of the kernel, unpacked. */
function moduleFile(root: string, name: string, directory: string): string {
  const all = readdirSync(join(root, 'lib/modules'), { recursive: true, encoding: 'utf8' });
  const found = all.find((path) => basename(path).replace(/\.xz$/, '') === `${name}.ko`);
  if (!found) throw new Error(`the kernel has no module ${name}`);
  const path = join(root, 'lib/modules', found);
  mkdirSync(join(directory, 'modules'), { recursive: true });
  const target = join(directory, 'modules', `${name}.ko`);
  if (path.endsWith('.xz')) {
    writeFileSync(target, execFileSync('xz', ['-dc', path], { maxBuffer: 1 << 28 }));
  } else copyFileSync(path, target);
  return target;
}
