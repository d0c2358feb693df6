/** Boots a kernel in the emulator with the interpreter as its only process, and reads its output. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Longest time that booting may take, and how much slower than planned the scenarios may be. */
const BOOT_MS = 60_000;
const SLOWNESS = 2;
/** After this the emulator has all its threads; the kernel still boots. */
const RAISE_MS = 1000;

const SOURCES = ['interpreter.c', 'nested.c', 'bpfLoop.c', 'preemptOff.c', 'bottomHalvesOff.c'];

/** Compiles the interpreter, statically: nothing else is in a machine without guests. */
export function compileInterpreter(directory: string): string {
  const sources = SOURCES.map((name) => join(import.meta.dirname, name));
  const program = join(directory, 'interpreter');
  execFileSync('gcc', ['-O2', '-Wall', '-static', '-o', program, ...sources, '-lpthread']);
  return program;
}

export interface Boot {
  readonly image: string;
  readonly interpreter: string;
  readonly cmdline: string;
  readonly input: readonly string[];
  readonly directory: string;
  /** Other files of the machine, by path: where they are here. */
  readonly files: ReadonlyMap<string, string>;
  /** MiB. */
  readonly memory: number;
  /** How long the scenarios take, ms. */
  readonly lengthMs: number;
}

/** Runs one boot to its end; what the interpreter said, line by line. */
export async function boot(one: Boot): Promise<string[]> {
  const output = join(one.directory, 'output');
  const console = join(one.directory, 'console');
  const initrd = makeInitramfs(one);
  const args = [
    ...['-M', 'q35,vmport=on', '-cpu', 'qemu64,+svm,+npt,-hypervisor'],
    // The kernel then takes the TSC for constant, as it is here.
    ...['-smbios', 'type=1,serial=VMware-1'],
    ...['-accel', 'tcg,thread=multi', '-smp', '4', '-m', `${one.memory}M`],
    ...['-nodefaults', '-display', 'none', '-no-reboot'],
    ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=4'],
    ...['-debugcon', `file:${output}`],
    ...['-serial', `file:${console}`, '-serial', 'null'],
    ...['-kernel', one.image, '-initrd', initrd],
    ...['-append', `console=ttyS0 quiet rdinit=/init noautogroup ${one.cmdline}`],
  ];
  rmSync(output, { force: true });
  // A pause of the emulator is a pause of the recorded machine: it runs before everything else.
  const realtime = canBeRealtime();
  const first = realtime ? ['chrt', '--rr', '1'] : ['nice', '-n', '-20'];
  const [program, ...rest] = [...first, 'qemu-system-x86_64', ...args];
  const qemu = spawn(program, rest, { stdio: 'inherit' });
  // The main loop has the timers of the machine: it comes before the threads of its CPUs.
  const raise = (): void => {
    if (realtime) spawnSync('chrt', ['--rr', '-p', '2', String(qemu.pid)]);
  };
  setTimeout(raise, RAISE_MS).unref();
  const limitMs = BOOT_MS + SLOWNESS * one.lengthMs;
  const timer = setTimeout(() => qemu.kill('SIGKILL'), limitMs);
  await new Promise((done) => qemu.on('exit', done));
  clearTimeout(timer);
  const lines = readFileSync(output, 'latin1').split('\n');
  if (!lines.includes('done')) {
    // What was recorded until then is good; the rest is run again.
    const shown = readFileSync(console, 'latin1').split('\n').slice(-5).join('\n');
    process.stderr.write(`the boot did not come to its end; the console says:\n${shown}\n`);
  }
  return lines;
}

function canBeRealtime(): boolean {
  return spawnSync('chrt', ['--rr', '1', 'true']).status === 0;
}

function makeInitramfs({ directory, interpreter, input, files }: Boot): string {
  const text = join(directory, 'scenarios');
  writeFileSync(text, `${input.join('\n')}\n`);
  const all = new Map([...files, ['init', interpreter], ['scenarios', text]]);
  return archive(all, join(directory, 'initrd'));
}

/** Packs files, by their path in the archive, into an initramfs. */
export function archive(files: ReadonlyMap<string, string>, archivePath: string): string {
  const root = `${archivePath}.root`;
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const names = new Set<string>();
  for (const [path, source] of files) {
    const parts = path.split('/');
    parts.forEach((_, i) => {
      names.add(parts.slice(0, i + 1).join('/'));
    });
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(source, join(root, path));
  }
  const packed = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], {
    cwd: root,
    input: `${[...names].join('\n')}\n`,
    maxBuffer: 1 << 30,
  });
  writeFileSync(archivePath, packed);
  rmSync(root, { recursive: true, force: true });
  return archivePath;
}
