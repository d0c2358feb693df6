import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { namesIn, runCli, temporaryFolder } from './startCli.js';

const EXAMPLE = resolve('docs/example');
const CORPUS = resolve('../shared/corpus');

function exampleFolder(): string {
  const folder = temporaryFolder();
  cpSync(EXAMPLE, folder, { recursive: true });
  return folder;
}

/** Imports and expects a plan that can be run. */
function importInto(folder: string, args: readonly string[]) {
  const finished = runCli(['import', ...args, '-o', 'plan.yaml', '--force'], { cwd: folder });
  expect(finished.code, finished.stderr).toBe(0);
  const checked = runCli(['plan', 'check', 'plan.yaml'], { cwd: folder });
  expect(checked.code, checked.stderr).toBe(0);
  return { ...finished, yaml: readFileSync(join(folder, 'plan.yaml'), 'utf8') };
}

const ALL = [
  ...['--cmdline', 'cmdline', '--interrupts', 'interrupts', '--irq-tree', 'irq-affinity.tsv'],
  ...['--topology', 'lscpu.csv', '--kvm-parameters', 'kvm-parameters', '--domain', 'plc.xml'],
];

describe('isochron import', () => {
  test('reads every kind of file and says what it assumed', () => {
    const { yaml, stderr } = importInto(exampleFolder(), [...ALL, '--uptime', '3d']);
    expect(yaml).toContain('name: plc');
    expect(yaml).toContain('isolcpus=');
    expect(yaml).toContain('ens1f0-TxRx-2');
    expect(yaml).toMatch(/assumed/);
    expect(stderr).toContain('wrote plan.yaml');
  });

  test('prints the plan alone on standard output', () => {
    const args = ['import', '--domain', 'plc.xml', '--account'];
    const { stdout, stderr } = runCli(args, { cwd: exampleFolder() });
    expect(stdout).toMatch(/^isochron: 1$/m);
    expect(stderr).toContain('domain/cputune/vcpupin[0]/@cpuset');
  });

  test('--account says of everything read whether it was used', () => {
    const { stdout } = importInto(exampleFolder(), [...ALL, '--account']);
    for (const file of ['cmdline', 'interrupts', 'lscpu.csv', 'plc.xml']) {
      expect(stdout).toContain(`${file}\n`);
    }
    expect(stdout).toMatch(/ignored +domain\/on_poweroff +\w+/);
  });

  test('--json gives plan, diagnostics and account', () => {
    const args = ['import', '--domain', 'plc.xml', '--account', '--json'];
    const json = JSON.parse(runCli(args, { cwd: exampleFolder() }).stdout);
    expect(Object.keys(json)).toEqual(['version', 'plan', 'diagnostics', 'account']);
    expect(json.account[0].entries.length).toBeGreaterThan(10);
  });

  test('--host-dir reads a copy of a host; single files replace its parts', () => {
    const folder = exampleFolder();
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, 'host', path)), { recursive: true });
      writeFileSync(join(folder, 'host', path), text);
    };
    put('proc/cmdline', 'isolcpus=1\n');
    put('proc/sys/kernel/osrelease', '6.12.0-rt1\n');
    put('proc/uptime', '1000.5 3000.1\n');
    put('sys/devices/system/cpu/online', '0-1\n');
    for (const cpu of [0, 1]) {
      const path = `sys/devices/system/cpu/cpu${cpu}/topology`;
      put(`${path}/core_id`, `${cpu}\n`);
      put(`${path}/physical_package_id`, '0\n');
      put(`${path}/thread_siblings_list`, `${cpu}\n`);
    }
    put('sys/module/kvm/parameters/halt_poll_ns', '12345\n');
    const { yaml } = importInto(folder, ['--host-dir', 'host']);
    expect(yaml).toContain('cmdline: isolcpus=1');
    expect(yaml).toContain('halt_poll_ns: 12345');
    expect(yaml).toContain('6.12-rt');
    writeFileSync(join(folder, 'other'), 'isolcpus=0\n');
    const replaced = importInto(folder, ['--host-dir', 'host', '--cmdline', 'other']);
    expect(replaced.yaml).toContain('cmdline: isolcpus=0');
  });

  test.skipIf(!existsSync(CORPUS))('a real node of 80 CPUs (needs the corpus)', () => {
    const node = (kind: string, file: string): string =>
      join(CORPUS, kind, 'openshift-must-gather/worker1-rt', file);
    const { yaml } = importInto(exampleFolder(), [
      ...['--cmdline', node('kernel-cmdline', 'cmdline')],
      ...['--interrupts', node('proc-interrupts', 'interrupts')],
      ...['--irq-tree', node('proc-interrupts', 'proc-irq-affinity.tsv')],
      ...['--topology', node('sysfs-topology', 'sys-cpu-node.tsv')],
      ...['--domain', 'plc.xml', '--platform', 'ocp-worker-5.14-rt'],
    ]);
    expect(yaml).toContain('0,40');
  });
});

/** Files that must be refused; gives the diagnostics. */
function refused(args: readonly string[], files: Readonly<Record<string, string | Buffer>>) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const before = namesIn(folder);
  const finished = runCli(['import', ...args, '--json', '-o', 'out.yaml'], { cwd: folder });
  expect(finished.code, finished.stderr).toBe(2);
  expect(namesIn(folder)).toEqual(before);
  const { diagnostics } = JSON.parse(finished.stdout) as {
    diagnostics: ReadonlyArray<Record<string, string | number | null>>;
  };
  const errors = diagnostics.filter((d) => d.severity === 'error');
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) {
    expect(error.file, JSON.stringify(error)).toBeTruthy();
    expect(error.line, JSON.stringify(error)).toBeGreaterThan(0);
    expect(error.fix, JSON.stringify(error)).toBeTruthy();
  }
  return errors;
}

const DOMAIN = readFileSync(join(EXAMPLE, 'plc.xml'), 'utf8');
const JUNK = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 37) % 256));
const ENTITIES = Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i + 1} "&a${i};&a${i};">`);
const BOMB = `<!DOCTYPE domain [<!ENTITY a0 "x">${ENTITIES.join('')}]>`;

describe('a domain that', () => {
  test.each([
    ['has 50 MB', Buffer.alloc(50 * 1024 * 1024, '<!-- x -->\n')],
    ['is a bomb of entities', `${BOMB}<domain type="kvm"><name>&a20;</name></domain>`],
    [
      'reads a file by an entity',
      '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    ],
    ['is truncated', DOMAIN.slice(0, DOMAIN.indexOf('<features>') + 5)],
    ['is nested without end', '<a>'.repeat(100_000)],
    ['is empty', ''],
    ['is binary', JUNK],
    ['is no domain', '<network><name>x</name></network>'],
    ['pins one vCPU twice', DOMAIN.replace("vcpupin vcpu='1'", "vcpupin vcpu='0'")],
    ['has FIFO priority 0', DOMAIN.replace("priority='1'", "priority='0'")],
    ['has FIFO priority 100', DOMAIN.replace("priority='1'", "priority='100'")],
    ['has a huge CPU list', DOMAIN.replace("cpuset='2'", "cpuset='0-4294967295'")],
    ['has negative vCPUs', DOMAIN.replace('>4</vcpu>', '>-4</vcpu>')],
    ['has 10^12 vCPUs', DOMAIN.replace('>4</vcpu>', '>1000000000000</vcpu>')],
  ])('%s', (_name, text) => {
    refused(['--domain', 'vm.xml'], { 'vm.xml': text });
  });
});

describe('a host file that', () => {
  test.each([
    ['is binary: cmdline', '--cmdline', JUNK],
    ['is binary: interrupts', '--interrupts', JUNK],
    ['is binary: topology', '--topology', JUNK],
    ['is no table of interrupts', '--interrupts', 'hello\nworld\n'],
    ['is no topology', '--topology', 'hello\n'],
    ['is truncated lstopo XML', '--topology', '<topology><object type="Machine">'],
    ['is broken JSON of lscpu', '--topology', '{"lscpu": [{"field": "CPU(s):", "da'],
  ])('%s', (_name, option, text) => {
    refused([option, 'file'], { file: text });
  });
});

test('a plan that is there is not overwritten without --force', () => {
  const folder = exampleFolder();
  writeFileSync(join(folder, 'mine.yaml'), 'edited by hand');
  const args = ['import', '--cmdline', 'cmdline', '-o', 'mine.yaml'];
  writeFileSync(join(folder, 'cmdline'), 'isolcpus=1\n');
  const { code, stderr } = runCli(args, { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(/mine\.yaml.*exists already/);
  expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe('edited by hand');
});
