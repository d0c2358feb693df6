/** Boots a kernel in the emulator with the interpreter as its only process, and reads its output. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Longest time that booting may take, and how much slower than planned the scenarios may be. */
const BOOT_MS = 60_000;
const SLOWNESS = 2;

/** Compiles the interpreter, statically: nothing else is in the machine. */
export function compileInterpreter(directory: string): string {
  const source = join(import.meta.dirname, 'interpreter.c');
  const program = join(directory, 'interpreter');
  execFileSync('gcc', ['-O2', '-Wall', '-static', '-o', program, source, '-lpthread']);
  return program;
}

export interface Boot {
  readonly image: string;
  readonly interpreter: string;
  readonly cmdline: string;
  readonly input: readonly string[];
  readonly directory: string;
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
    ...['-accel', 'tcg,thread=multi', '-smp', '4', '-m', '1G'],
    ...['-nodefaults', '-display', 'none', '-no-reboot'],
    ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=4'],
    ...['-debugcon', `file:${output}`],
    ...['-serial', `file:${console}`, '-serial', 'null'],
    ...['-kernel', one.image, '-initrd', initrd],
    ...['-append', `console=ttyS0 quiet rdinit=/init noautogroup ${one.cmdline}`],
  ];
  rmSync(output, { force: true });
  // A pause of the emulator is a pause of the recorded machine: it runs before everything else.
  const qemu = spawn('nice', ['-n', '-20', 'qemu-system-x86_64', ...args], {
    stdio: 'inherit',
    // A session of its own is an autogroup of its own, with a nice level of its own.
    detached: true,
  });
  const group = `/proc/${qemu.pid}/autogroup`;
  if (existsSync(group)) writeFileSync(group, '-20');
  const timer = setTimeout(() => qemu.kill('SIGKILL'), BOOT_MS + SLOWNESS * one.lengthMs);
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

function makeInitramfs({ directory, interpreter, input }: Boot): string {
  const root = join(directory, 'root');
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  copyFileSync(interpreter, join(root, 'init'));
  writeFileSync(join(root, 'scenarios'), `${input.join('\n')}\n`);
  const initrd = join(directory, 'initrd');
  const archive = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], {
    cwd: root,
    input: 'init\nscenarios\n',
    maxBuffer: 1 << 30,
  });
  writeFileSync(initrd, archive);
  return initrd;
}
