/**
 * Mutations of domain and host files: bytes flipped, text cut off, pieces repeated, removed or
 * swapped for hostile ones. Readers and importer must answer with diagnostics, never throw or hang,
 * and a plan that comes out must pass its check.
 */
import fc from 'fast-check';
import { assemblePlan } from '../../src/formats/importAssemble.js';
import { importPlan } from '../../src/formats/importPlan.js';
import { readLibvirtDomain } from '../../src/formats/libvirtDomain.js';
import { readSysfsTopology } from '../../src/formats/topologySysfs.js';
import { domainXml, REALTIME_DOMAIN } from './domainFixture.js';
import { platforms, prepare } from './importSetup.js';

const SEEDS: readonly string[] = [
  REALTIME_DOMAIN,
  domainXml({
    vcpu: "<vcpu placement='auto' current='2' cpuset='0-3,^2'>4</vcpu>",
    cputune: `<period>100000</period><quota>5000</quota>
      <cachetune vcpus='0'><cache id='0' level='3' type='both' size='3' unit='MiB'/></cachetune>`,
    more: `<numatune><memory mode='strict' nodeset='0'/><memnode cellid='0' nodeset='1'/></numatune>
      <cpu><numa><cell id='0' cpus='0-3' memory='1' unit='GiB'/></numa></cpu>`,
  }),
];

/** What hostile or careless files hold. */
const PIECES: readonly string[] = [
  '0',
  '-1',
  '4294967296',
  '99999999999999999999',
  '0-4294967295',
  '0-65535,0-65535',
  '^0',
  '3-1',
  '',
  ' ',
  '\u0000',
  '\u2028',
  '\ud800',
  '__proto__',
  'constructor',
  '<cputune/>',
  "<vcpupin vcpu='0' cpuset='0'/>",
  '<!DOCTYPE domain [<!ENTITY a "a">]>',
  '&a;',
  '&#0;',
  '<![CDATA[',
  '<!--',
  '-->',
  '<a>'.repeat(200),
];

type Mutation = (text: string) => string;

const at = (text: string, where: number) => Math.floor(where * (text.length + 1));

/** Arbitrary mutation; positions are fractions of the text, so that they fit any length. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)).map(
    ([where, code]): Mutation =>
      (text) =>
        text.slice(0, at(text, where)) +
        String.fromCharCode(code) +
        text.slice(at(text, where) + 1),
  ),
  fc.double({ min: 0, max: 1, noNaN: true }).map(
    (where): Mutation =>
      (text) =>
        text.slice(0, at(text, where)),
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, to]): Mutation =>
      (text) => {
        const lines = text.split('\n');
        const line = lines[from % lines.length];
        lines.splice(to % lines.length, 0, line);
        return lines.join('\n');
      },
  ),
  fc.nat().map(
    (which): Mutation =>
      (text) => {
        const lines = text.split('\n');
        lines.splice(which % lines.length, 1);
        return lines.join('\n');
      },
  ),
  fc.tuple(fc.nat(), fc.constantFrom(...PIECES)).map(
    ([which, piece]): Mutation =>
      (text) => {
        const values = [...text.matchAll(/'([^']*)'|>([^<]*)<|[=\t]([^\s=]*)\s/g)];
        const value = values[which % Math.max(values.length, 1)];
        if (!value) return text + piece;
        const start = value.index + 1;
        return text.slice(0, start) + piece + text.slice(value.index + value[0].length - 1);
      },
  ),
);

const mutationsOf = (minLength: number) =>
  fc.array(mutation, { minLength, maxLength: 4 }).map(
    (mutations): Mutation =>
      (text) =>
        mutations.reduce((done, mutate) => mutate(done), text),
  );

const mutated = fc
  .tuple(fc.constantFrom(...SEEDS), mutationsOf(1))
  .map(([seed, mutate]) => mutate(seed));

/**
 * Runs `runs` mutated domains through reader, importer and plan check.
 * Throws fast-check's report with the smallest text that breaks a promise.
 */
export function fuzzDomains(runs: number, seed?: number): void {
  fc.assert(
    fc.property(mutated, (text) => {
      const { domain, diagnostics } = readLibvirtDomain(text, 'fuzz.xml', { acceptTcg: true });
      if (!domain) {
        if (!diagnostics.some((d) => d.severity === 'error')) throw new Error('refused in silence');
        return;
      }
      const imported = assemblePlan({}, [{ file: 'fuzz.xml', domain }], { platforms });
      if (imported.yaml === undefined) {
        if (!imported.diagnostics.some((d) => d.severity === 'error')) {
          throw new Error('no plan and no error');
        }
        return;
      }
      const { plan, diagnostics: problems } = prepare(imported.yaml);
      if (!plan) throw new Error(`${problems.map((d) => d.message).join('\n')}\n${imported.yaml}`);
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

const HOST = {
  cmdline: `BOOT_IMAGE=(hd0)/vmlinuz-6.12.3-rt5 ro isolcpus=domain,managed_irq,2-3 nohz_full=2-3
    rcu_nocbs=2-3 irqaffinity=0-1 idle=poll kvm.halt_poll_ns=0 preempt=full `,
  interrupts: `      CPU0  CPU1  CPU2  CPU3
  0:   9  0  0  0  IO-APIC  2-edge  timer
 40:   6  6  0  1  PCI-MSI 5-edge  eth0, eth1
LOC:  99  99  9  9  Local timer interrupts
ERR:   0
`,
  irqTree: 'proc/irq/40/smp_affinity_list\t0-3\nproc/irq/40/effective_affinity_list\t1\n',
  topology: [0, 1, 2, 3]
    .flatMap((cpu) => [
      `sys/devices/system/cpu/cpu${cpu}/topology/core_id\t${cpu % 2}`,
      `sys/devices/system/cpu/cpu${cpu}/topology/physical_package_id\t0`,
    ])
    .join('\n'),
  kvmParameters: 'kvm/halt_poll_ns\t0\nkvm_intel/ple_gap\t0\nkvm_intel/enable_apicv\tY\n',
};

/** Runs `runs` hosts with mutated files through the import and the plan check. */
export function fuzzHosts(runs: number, seed?: number): void {
  const files = fc.record({
    cmdline: mutationsOf(0).map((mutate) => mutate(HOST.cmdline)),
    interrupts: mutationsOf(0).map((mutate) => mutate(HOST.interrupts)),
    irqTree: mutationsOf(0).map((mutate) => mutate(HOST.irqTree)),
    topology: mutationsOf(0).map((mutate) => mutate(HOST.topology)),
    kvmParameters: mutationsOf(0).map((mutate) => mutate(HOST.kvmParameters)),
  });
  fc.assert(
    fc.property(files, fc.boolean(), fc.boolean(), (host, withTopology, withDomain) => {
      const { yaml, diagnostics } = importPlan(
        {
          cmdline: { text: host.cmdline, file: 'cmdline' },
          interrupts: { text: host.interrupts, file: 'interrupts' },
          irqTree: { source: host.irqTree, file: 'irq' },
          kvmParameters: { source: host.kvmParameters, file: 'kvm' },
          ...(withTopology
            ? { topology: { reading: readSysfsTopology(host.topology, 'sys'), file: 'sys' } }
            : {}),
          domains: withDomain ? [{ text: domainXml(), file: 'vm.xml' }] : [],
        },
        { platforms },
      );
      if (yaml === undefined) {
        if (!diagnostics.some((d) => d.severity === 'error')) throw new Error('refused in silence');
        return;
      }
      const { plan, diagnostics: problems } = prepare(yaml);
      if (!plan) throw new Error(`${problems.map((d) => d.message).join('\n')}\n${yaml}`);
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}
