/** One real realtime node, its facts counted by hand from the files. */
import { expect } from 'vitest';
import { formatCpuList } from '../../src/base/cpulist.js';
import { cpusFired, mergeIrqs, readIrqAffinity } from '../../src/formats/irqAffinity.js';
import { readKernelCmdline } from '../../src/formats/kernelCmdline.js';
import { readProcInterrupts } from '../../src/formats/procInterrupts.js';
import { readSysfsTopology } from '../../src/formats/topologySysfs.js';
import { corpusTest, corpusText } from './hostCorpus.js';

const NODE = 'openshift-must-gather/worker1-rt';
const cmdline = () =>
  readKernelCmdline(corpusText(`kernel-cmdline/${NODE}/cmdline`), 'cmdline', { lastCpu: 79 });
const interrupts = () =>
  readProcInterrupts(corpusText(`proc-interrupts/${NODE}/interrupts`), 'interrupts').value;

corpusTest('its command line isolates all but six CPUs, from interrupts and ticks only', () => {
  const { value, diagnostics } = cmdline();
  expect(formatCpuList(value.isolation.managedIrq, 'kernel')).toBe('0-4,11-79');
  expect(value.isolation.domain).toEqual([]);
  // Asked for 0-4,11-79; the boot CPU keeps its tick.
  expect(formatCpuList(value.isolation.nohzFull, 'kernel')).toBe('1-4,11-79');
  expect(formatCpuList(value.rcuNocbs ?? [], 'kernel')).toBe('0-4,11-79');
  expect(value.systemdCpuAffinity).toEqual([5, 6, 7, 8, 9, 10]);
  expect(value.tunedNonIsolcpus).toEqual([5, 6, 7, 8, 9, 10]);
  expect(value).toMatchObject({
    kernelRelease: '5.14.0-427.59.1.el9_4.x86_64+rt',
    idle: 'poll',
    intelIdleMaxCstate: 0,
    processorMaxCstate: 1,
    intelPstate: 'disable',
    nosoftlockup: true,
    nmiWatchdog: false,
    skewTick: true,
    nohz: true,
    audit: false,
    mce: 'off',
    rcutreeKthreadPrio: 11,
    tsc: ['reliable', 'reliable'],
    defaultHugepageBytes: 2 ** 30,
    hugepages: [{ sizeBytes: 2 ** 21, count: 0 }],
  });
  expect(new Set(diagnostics.map((d) => d.code))).toEqual(
    new Set(['cmdline/cpu0-isolated', 'cmdline/not-domain']),
  );
});

corpusTest('its topology: 80 CPUs, 2 sockets, siblings 40 apart', () => {
  const text = corpusText(`sysfs-topology/${NODE}/sys-cpu-node.tsv`);
  const { pcpus } = readSysfsTopology(text, 'sys').value.topology;
  expect(pcpus.length).toBe(80);
  for (const p of pcpus) {
    expect(pcpus[(p.pcpu + 40) % 80].core).toBe(p.core);
    expect([p.socket, p.node, p.llc]).toEqual([p.pcpu % 2, p.pcpu % 2, p.pcpu % 2]);
  }
  expect(new Set(pcpus.map((p) => p.core)).size).toBe(40);
  // All six reserved CPUs have their sibling among the isolated ones.
  const isolated = new Set(cmdline().value.isolation.managedIrq);
  const reserved = pcpus.filter((p) => !isolated.has(p.pcpu));
  expect(reserved.map((p) => p.pcpu)).toEqual([5, 6, 7, 8, 9, 10]);
  const siblings = reserved.map(
    (p) => pcpus.find((q) => q.core === p.core && q.pcpu !== p.pcpu)?.pcpu,
  );
  expect(siblings).toEqual([45, 46, 47, 48, 49, 50]);
  expect(siblings.every((cpu) => isolated.has(cpu ?? -1))).toBe(true);
});

corpusTest('its interrupts: 513 of 554 may reach an isolated CPU, 131 have', () => {
  const rows = interrupts();
  const tree = readIrqAffinity(
    corpusText(`proc-interrupts/${NODE}/proc-irq-affinity.tsv`),
    'irq',
  ).value;
  const isolated = new Set(cmdline().value.isolation.managedIrq);
  const merged = mergeIrqs(rows, tree);
  expect(rows.cpus.length).toBe(80);
  expect(merged.length).toBe(554);
  const aimed = merged.filter((facts) => facts.effective?.some((cpu) => isolated.has(cpu)));
  expect(aimed.length).toBe(513);
  const fired = merged.filter(
    (f) => f.row && cpusFired(f.row, rows).some((cpu) => isolated.has(cpu)),
  );
  expect(fired.length).toBe(131);
  const onIsolated = fired
    .filter((f) => f.row?.devices.some((device) => device.includes('eno3')))
    .map(
      (f) =>
        f.row?.counts.reduce((sum, n, i) => sum + (isolated.has(rows.cpus[i]) ? n : 0), 0) ?? 0,
    );
  expect(Math.max(...onIsolated)).toBe(794_140);
});

corpusTest('its local timer ticked on isolated CPUs nearly as often as elsewhere', () => {
  const { cpus, rows } = interrupts();
  const loc = rows.find((row) => row.label === 'LOC');
  const isolated = new Set(cmdline().value.isolation.managedIrq);
  const ticks = (inside: boolean) =>
    (loc?.counts ?? []).filter((_, i) => isolated.has(cpus[i]) === inside).map((n) => n / 1e6);
  expect(Math.min(...ticks(true))).toBeCloseTo(70.7, 1);
  expect(Math.max(...ticks(true))).toBeCloseTo(70.9, 1);
  expect(Math.max(...ticks(false))).toBeCloseTo(78.8, 1);
});
