/** What recording needs of Debian, and the version of a kernel that was recorded. */
import { execFileSync } from 'node:child_process';

const TOOLS = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['gcc', 'gcc libc6-dev'],
  ['cpio', 'cpio'],
  ['xz', 'xz-utils'],
] as const;

/** Installs the packages that are missing. */
export function installTools(): void {
  const missing = TOOLS.filter(([program]) => {
    try {
      execFileSync('which', [program], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  const packages = missing.flatMap(([, names]) => names.split(' '));
  process.stderr.write(`installing ${packages.join(' ')}\n`);
  execFileSync('apt-get', ['update'], { stdio: 'inherit' });
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
    stdio: 'inherit',
  });
}

/** Release and build date, from the line of /proc/version. */
export function versionOf(line: string): string {
  const release = /Linux version (\S+)/.exec(line)?.[1] ?? 'unknown';
  const build = /#[0-9]+ SMP (.*)$/.exec(line)?.[1] ?? '';
  return `${release} (${build})`;
}
