import { expect } from 'vitest';
import type { TopologyFacts } from '../../src/formats/topologyBuild.js';
import { readLscpu } from '../../src/formats/topologyLscpu.js';
import { readLstopo } from '../../src/formats/topologyLstopo.js';
import { readSysfsTopology } from '../../src/formats/topologySysfs.js';
import { corpusFiles, corpusTar, corpusTest, corpusText } from './hostCorpus.js';

/** `cpus cores llcs nodes sockets`. */
function counts({ topology: { pcpus } }: TopologyFacts): string {
  const distinct = (key: 'core' | 'llc' | 'node' | 'socket') =>
    new Set(pcpus.map((p) => p[key])).size;
  return `${pcpus.length} ${distinct('core')} ${distinct('llc')} ${distinct('node')} ${distinct('socket')}`;
}

/** Dense from 0 in every level, ascending CPUs. */
function expectSound({ topology: { pcpus } }: TopologyFacts): void {
  for (const key of ['core', 'llc', 'node', 'socket'] as const) {
    const seen = new Set(pcpus.map((p) => p[key]));
    expect(Math.max(...seen)).toBe(seen.size - 1);
  }
  expect(pcpus.map((p) => p.pcpu)).toEqual(pcpus.map((p) => p.pcpu).sort((a, b) => a - b));
}

/** Names of hwloc's files tell the machine: sockets, nodes, cores, threads. */
const FROM_THE_NAME: Readonly<Record<string, string>> = {
  'xml/16em64t-4s2c2t.xml': '16 8 4 1 4',
  'xml/192em64t-12gr2n8c2t.xml': '384 192 24 24 24',
  'xml/24em64t-2n6c2t-pci.xml': '24 12 2 2 2',
  'xml/32em64t-2n8c2t-pci-noio.xml': '32 16 2 2 2',
  'xml/96em64t-4n4d3ca2co-pci.xml': '96 96 16 4 16',
  'x86+linux/64amd64-4p2n4ca2co.xml': '64 64 8 8 4',
  'x86/AMD-19h-Zen4-2xEpyc-9654.xml': '384 192 24 1 2',
  'x86/Intel-SapphireRapids-2xXeonMax9460.xml': '160 80 2 1 2',
  'x86/Intel-Broadwell-2xXeon-E5-2650Lv4.xml': '56 28 2 1 2',
  // 6 performance cores with 2 threads, 8 efficient ones.
  'x86/Intel-RaptorLake-Corei7-1370P.xml': '20 14 1 1 1',
  // The two low-power cores stand outside the L3 with an L2 of their own.
  'x86/Intel-ArrowLake-CoreUltra5-225U.xml': '14 12 2 1 1',
};

const REFUSED: Readonly<Record<string, string>> = {
  'open-mpi+hwloc/hwloc/hwloc2.dtd': 'xml/declaration', // the DTD itself, no document
};

corpusTest('every lstopo XML is read', () => {
  const files = corpusFiles('lstopo-xml');
  expect(files.length).toBeGreaterThan(30);
  for (const file of files) {
    const { value, diagnostics, account } = readLstopo(corpusText(`lstopo-xml/${file}`), file);
    if (REFUSED[file]) {
      expect(diagnostics.map((d) => d.code)).toEqual([REFUSED[file]]);
      continue;
    }
    expect(diagnostics, file).toEqual([]);
    expectSound(value);
    expect(account.length).toBeGreaterThan(10);
    const expected = FROM_THE_NAME[file.replace('open-mpi+hwloc/', '')];
    if (expected) expect(counts(value), file).toBe(expected);
  }
});

corpusTest('offline CPUs of an lstopo XML leave holes', () => {
  const text = corpusText('lstopo-xml/open-mpi+hwloc/xml/16em64t-4s2c2t-offlines.xml');
  const { topology } = readLstopo(text, 'x').value;
  // cpuset of the machine: 0x905b.
  expect(topology.pcpus.map((p) => p.pcpu)).toEqual([0, 1, 3, 4, 6, 12, 15]);
});

corpusTest('every lscpu output is read', () => {
  const files = corpusFiles('lscpu');
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    const { value, diagnostics } = readLscpu(corpusText(`lscpu/${file}`), file);
    expect(diagnostics, file).toEqual([]);
    expectSound(value);
    const total = Number(value.fields.get('CPU(s)'));
    expect(value.topology.pcpus.length, file).toBeLessThanOrEqual(total);
    const perCore = Number(value.fields.get('Thread(s) per core'));
    const cores = new Map<number, number>();
    for (const p of value.topology.pcpus) cores.set(p.core, (cores.get(p.core) ?? 0) + 1);
    // One summary line a CPU type, and only the first counts here: x86 has one.
    if (file.includes('x86') || file.includes('vmware')) {
      expect(Math.max(...cores.values()), file).toBe(perCore);
      const sockets = new Set(value.topology.pcpus.map((p) => p.socket)).size;
      expect(sockets, file).toBe(Number(value.fields.get('Socket(s)')));
    }
  }
});

corpusTest('lscpu by its summary alone agrees with its table on usual x86 machines', () => {
  for (const name of ['x86_64-64cpu', 'x86_64-dell_e4310']) {
    const text = corpusText(`lscpu/util-linux+util-linux/lscpu-${name}`);
    const table = readLscpu(text, name).value;
    const summary = readLscpu(text.slice(0, text.indexOf('# The following')), name);
    expect(summary.diagnostics.map((d) => d.code)).toEqual(['topology/assumed-numbering']);
    const siblings = (facts: TopologyFacts) =>
      facts.topology.pcpus.map((p) => facts.topology.pcpus.find((q) => q.core === p.core)?.pcpu);
    expect(siblings(summary.value), name).toEqual(siblings(table));
  }
});

corpusTest('sysfs trees are read, and agree with what lscpu made of the same tree', () => {
  const files = corpusFiles('sysfs-topology');
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    const path = `sysfs-topology/${file}`;
    const source = file.endsWith('.tar.gz') ? corpusTar(path) : corpusText(path);
    const { value, diagnostics } = readSysfsTopology(source, file);
    expect(diagnostics, file).toEqual([]);
    expect(value.assumed, file).toEqual([]);
    expectSound(value);
    if (!file.endsWith('.tar.gz')) continue;
    const name = file.replace('util-linux/', '').replace('.tar.gz', '');
    const lscpu = readLscpu(corpusText(`lscpu/util-linux+util-linux/lscpu-${name}`), name).value;
    expect(value.topology, name).toEqual(lscpu.topology);
  }
});
