/**
 * Every domain of the corpus becomes a plan that passes its check, and the files of one real
 * 80-CPU realtime node together with a realtime domain do.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { importPlan } from '../../src/formats/importPlan.js';
import { readLibvirtDomain } from '../../src/formats/libvirtDomain.js';
import { readSysfsTopology } from '../../src/formats/topologySysfs.js';
import type { PlanDocument } from '../../src/plan/schema.js';
import { simulate } from '../../src/simulation/simulation.js';
import { platforms, prepare } from './importSetup.js';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus');
const present = existsSync(CORPUS);
if (!present) console.log('skipped: the corpus of real files is not here (../shared/corpus)');

const textOf = (path: string) => readFileSync(join(CORPUS, path), 'utf8');
const fileOf = (path: string) => ({ text: textOf(path), file: path });
const options = { platforms, acceptTcg: true };

function domainFiles(): string[] {
  return (readdirSync(join(CORPUS, 'libvirt-domain-xml'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.xml'))
    .sort()
    .map((file) => `libvirt-domain-xml/${file}`);
}

/** Enough for the first milliseconds of any guest. */
const SHORT_NS = 3_000_000;

describe.skipIf(!present)('the domains of the corpus', () => {
  it('run as plans, a sample of them', () => {
    const files = domainFiles().filter((_, i) => i % 9 === 0);
    let ran = 0;
    for (const path of files) {
      const { yaml } = importPlan({ domains: [fileOf(path)] }, options);
      const { plan } = yaml === undefined ? {} : prepare(yaml);
      if (!plan) continue;
      const result = simulate(plan, { seed: '1', untilNs: SHORT_NS });
      expect(result.simulatedNs, path).toBe(SHORT_NS);
      ran += 1;
    }
    expect(ran).toBeGreaterThan(20);
  });

  it('become plans without errors, each of them', () => {
    const started = performance.now();
    let imported = 0;
    for (const path of domainFiles()) {
      const file = fileOf(path);
      const { domain } = readLibvirtDomain(file.text, path, options);
      const { yaml, diagnostics } = importPlan({ domains: [file] }, options);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      expect(yaml !== undefined, `${path}: ${errors[0]?.message}`).toBe(domain !== undefined);
      if (yaml === undefined) continue;
      const { plan, diagnostics: problems } = prepare(yaml);
      expect(plan, `${path}: ${problems[0]?.message}\n${yaml}`).toBeDefined();
      imported += 1;
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`libvirt domains: ${imported} imported and checked as plans in ${seconds} s`);
    expect(imported).toBeGreaterThan(270);
  });
});

const NODE = 'openshift-must-gather/worker1-rt';

describe.skipIf(!present)('the real node worker1-rt with a realtime domain', () => {
  const sysfs = `sysfs-topology/${NODE}/sys-cpu-node.tsv`;
  const result = present
    ? importPlan(
        {
          cmdline: fileOf(`kernel-cmdline/${NODE}/cmdline`),
          interrupts: fileOf(`proc-interrupts/${NODE}/interrupts`),
          irqTree: {
            source: textOf(`proc-interrupts/${NODE}/proc-irq-affinity.tsv`),
            file: 'proc-irq-affinity.tsv',
          },
          topology: { reading: readSysfsTopology(textOf(sysfs), sysfs), file: sysfs },
          domains: [fileOf('libvirt-domain-xml/samples/intel-eci-ubuntu-rt-vm.fragment.xml')],
        },
        options,
      )
    : undefined;
  const document = (parse(result?.yaml ?? '{}') ?? {}) as PlanDocument;

  it('is a plan that runs, to the same result twice', () => {
    const { plan } = prepare(result?.yaml ?? '');
    if (!plan) throw new Error('no plan');
    const run = () => simulate(plan, { seed: '1', untilNs: 200_000_000 });
    const first = run();
    expect(first.workloads[0].latency.count).toBeGreaterThan(8 * 190);
    expect(first.workloads[0].latency.minNs).toBeGreaterThan(1_000);
    expect(run()).toEqual(first);
  });

  it('is a plan that passes its check', () => {
    const { plan, diagnostics } = prepare(result?.yaml ?? '');
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(plan?.topology.pcpus).toHaveLength(80);
    expect(plan?.host.nohzFull).toHaveLength(73);
    // managed_irq alone takes no CPU off the scheduler domains.
    expect(plan?.host.isolatedDomain).toEqual([]);
    expect(plan?.guests[0].vcpus.map(({ pcpus }) => pcpus)).toEqual(
      [8, 9, 10, 11, 12, 13, 14, 15].map((pcpu) => [pcpu]),
    );
  });

  it('has the kernel and the platform of its release', () => {
    expect(document.platform).toBe('ocp-worker-5.14-rt');
    expect(document.host?.kernel).toEqual({ preset: '5.14-rt' });
  });

  it('has every device interrupt that fired, by itself or in a sum', () => {
    const interrupts = textOf(`proc-interrupts/${NODE}/interrupts`);
    let fired = 0;
    for (const line of interrupts.split('\n')) {
      const match = /^ *\d+:((?: +\d+){80})/.exec(line);
      if (match) for (const count of match[1].trim().split(/ +/)) fired += Number(count);
    }
    let noted = 0;
    for (const [, count] of (result?.yaml ?? '').matchAll(/# .*?fired (\d+) times/g)) {
      noted += Number(count);
    }
    expect(fired).toBeGreaterThan(1_000_000);
    expect(noted).toBe(fired);
  });

  it('stays readable', () => {
    console.log(`worker1-rt: a plan of ${result?.yaml?.split('\n').length} lines`);
    expect(result?.yaml?.split('\n').length).toBeLessThan(280);
  });
});
