import { expect, test } from 'vitest';
import { buildTopology, type TopologyFacts } from '../../src/formats/topologyBuild.js';
import { readLscpu } from '../../src/formats/topologyLscpu.js';
import { readLstopo } from '../../src/formats/topologyLstopo.js';
import { readSysfsTopology } from '../../src/formats/topologySysfs.js';

/** `pcpu:core/llc/node/socket`, one word a CPU. */
const brief = (facts: TopologyFacts) =>
  facts.topology.pcpus.map((p) => `${p.pcpu}:${p.core}/${p.llc}/${p.node}/${p.socket}`).join(' ');

/** Two sockets of two cores of two threads: 0 and 4 share a core. */
const EXPECTED = '0:0/0/0/0 1:1/1/1/1 2:2/0/0/0 3:3/1/1/1 4:0/0/0/0 5:1/1/1/1 6:2/0/0/0 7:3/1/1/1';

function sysfs(): Map<string, string> {
  const files = new Map<string, string>();
  for (let cpu = 0; cpu < 8; cpu += 1) {
    const dir = `/sys/devices/system/cpu/cpu${cpu}`;
    const socket = cpu % 2;
    files.set(`${dir}/topology/physical_package_id`, `${socket * 3}\n`);
    files.set(`${dir}/topology/core_id`, `${(cpu >> 1) % 2}\n`);
    files.set(`${dir}/topology/thread_siblings_list`, `${cpu % 4},${(cpu % 4) + 4}\n`);
    files.set(`${dir}/cache/index0/level`, '1\n');
    files.set(`${dir}/cache/index0/type`, 'Data\n');
    files.set(`${dir}/cache/index0/shared_cpu_list`, `${cpu % 4},${(cpu % 4) + 4}\n`);
    files.set(`${dir}/cache/index3/level`, '3\n');
    files.set(`${dir}/cache/index3/type`, 'Unified\n');
    files.set(`${dir}/cache/index3/shared_cpu_list`, `${socket}-7:1/2\n`);
  }
  files.set('/sys/devices/system/node/node0/cpulist', '0,2,4,6\n');
  files.set('/sys/devices/system/node/node2/cpulist', '1,3,5,7\n');
  files.set('/sys/devices/system/cpu/vulnerabilities/mds', 'Not affected\n');
  return files;
}

test('sysfs as a Map, as TSV and as grep prints it', () => {
  const files = sysfs();
  const fromMap = readSysfsTopology(files, 'sys');
  expect(fromMap.diagnostics).toEqual([]);
  expect(brief(fromMap.value)).toBe(EXPECTED);
  expect(fromMap.value.assumed).toEqual([]);
  const tsv = [...files].map(([path, text]) => `${path.slice(1)}\t${text.trim()}`).join('\n');
  expect(readSysfsTopology(tsv, 'sys').value).toEqual(fromMap.value);
  const grep = [...files].map(([path, text]) => `${path}:${text}`).join('');
  expect(readSysfsTopology(grep, 'sys').value).toEqual(fromMap.value);
  const kinds = new Map(fromMap.account.map((e) => [e.path, e.disposition]));
  expect(kinds.get('sys/devices/system/cpu/cpuN/topology/core_id')).toBe('used');
  expect(kinds.get('sys/devices/system/cpu/vulnerabilities/mds')).toBe('ignored');
});

test('sysfs: core numbers and masks stand in for missing lists', () => {
  const files = sysfs();
  for (let cpu = 0; cpu < 8; cpu += 1) {
    files.delete(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`);
  }
  expect(brief(readSysfsTopology(files, 'sys').value)).toBe(EXPECTED);
  for (let cpu = 0; cpu < 8; cpu += 1) {
    const dir = `/sys/devices/system/cpu/cpu${cpu}/topology`;
    files.delete(`${dir}/core_id`);
    files.set(`${dir}/core_cpus`, ((1 << (cpu % 4)) | (1 << ((cpu % 4) + 4))).toString(16));
  }
  expect(brief(readSysfsTopology(files, 'sys').value)).toBe(EXPECTED);
});

test('sysfs: offline CPUs leave holes, missing facts are named', () => {
  const files = sysfs();
  files.set('/sys/devices/system/cpu/cpu5/online', '0\n');
  files.set('/sys/devices/system/cpu/online', '0-6\n');
  const { value } = readSysfsTopology(files, 'sys');
  expect(value.topology.pcpus.map((p) => p.pcpu)).toEqual([0, 1, 2, 3, 4, 6]);
  const bare = new Map([
    ['cpu0/topology/core_id', '0'],
    ['cpu1/topology/core_id', '1'],
  ]);
  expect(readSysfsTopology(bare, 'sys').value.assumed).toEqual(['llc', 'node', 'socket']);
  const broken = sysfs().set('/sys/devices/system/node/node0/cpulist', 'x');
  expect(readSysfsTopology(broken, 'sys').diagnostics[0]).toMatchObject({
    code: 'topology/cpu-list',
    path: 'sys/devices/system/node/node0/cpulist',
  });
  expect(readSysfsTopology('junk', 'sys').diagnostics.map((d) => d.severity)).toEqual([
    'error',
    'error',
  ]);
});

const TABLE = [
  '0,0,0,0,,0,0,0,0',
  '1,1,1,1,,1,1,1,1',
  '2,2,0,0,,2,2,2,0',
  '3,3,1,1,,3,3,3,1',
  '4,0,0,0,,0,0,0,0',
  '5,1,1,1,,1,1,1,1',
  '6,2,0,0,,2,2,2,0',
  '7,3,1,1,,3,3,3,1',
];

test('lscpu -p, -e and -J -e', () => {
  const parsable = `# The following is the parsable format\n# CPU,Core,Socket,Node,,L1d,L1i,L2,L3\n${TABLE.join('\n')}\n`;
  const p = readLscpu(`Model name: X Y\nCPU(s): 8\n\n${parsable}`, 'lscpu');
  expect(brief(p.value)).toBe(EXPECTED);
  expect(p.value.fields.get('Model name')).toBe('X Y');
  expect(p.value.assumed).toEqual([]);
  // Physical core numbers repeat per socket.
  const physical = parsable
    .replaceAll(/^([13579]),1,/gm, '$1,0,')
    .replaceAll(/^([37]),3,/gm, '$1,2,');
  expect(brief(readLscpu(physical, 'lscpu').value)).toBe(EXPECTED);

  const rows = TABLE.map((row) => row.split(','));
  const cell = (r: readonly string[]) => `${r[5]}:${r[6]}:${r[7]}:${r[8]}`;
  const e = `CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE MAXMHZ\n${rows.map((r) => `  ${r[0]}    ${r[3]}  ${r[2]}  ${r[1]} ${cell(r)} yes 3500.0`).join('\n')}\n  8    -      -    - - no -\n`;
  expect(brief(readLscpu(e, 'lscpu').value)).toBe(EXPECTED);
  const cpus = rows.map((r) => ({
    cpu: Number(r[0]),
    node: r[3],
    socket: r[2],
    core: r[1],
    'l1d:l1i:l2:l3': cell(r),
    online: true,
  }));
  const json = JSON.stringify({ cpus: [...cpus, { cpu: 8, node: null, online: false }] });
  expect(brief(readLscpu(json, 'lscpu').value)).toBe(EXPECTED);
});

test('lscpu summary, flat and nested: the numbering is assumed and said so', () => {
  const fields: Array<[string, string]> = [
    ['CPU(s):', '8'],
    ['On-line CPU(s) list:', '0-7'],
    ['Thread(s) per core:', '2'],
    ['Core(s) per socket:', '2'],
    ['Socket(s):', '2'],
    ['L3 cache:', '20 MiB (2 instances)'],
    ['NUMA node0 CPU(s):', '0,2,4,6'],
    ['NUMA node1 CPU(s):', '1,3,5,7'],
  ];
  const flat = fields.map(([field, data]) => ({ field, data }));
  const reading = readLscpu(JSON.stringify({ lscpu: flat }), 'lscpu');
  expect(brief(reading.value)).toBe(EXPECTED);
  expect(reading.value.assumed).toEqual(['core', 'llc', 'node', 'socket']);
  expect(reading.diagnostics.map((d) => d.code)).toEqual(['topology/assumed-numbering']);
  const nested = [
    { field: 'CPU(s):', data: '8', children: [{ field: 'NUMA:', data: null, children: flat }] },
  ];
  expect(readLscpu(JSON.stringify({ lscpu: nested }), 'lscpu').value.topology).toEqual(
    reading.value.topology,
  );
  const text = fields.map(([field, data]) => `${field} ${data}`).join('\n');
  expect(readLscpu(text, 'lscpu').value.topology).toEqual(reading.value.topology);
});

test('lscpu: what cannot be read is refused or named', () => {
  const code = (text: string) =>
    readLscpu(text, 'lscpu').diagnostics.map((d) => `${d.severity} ${d.code}`);
  for (const text of [
    '',
    'junk',
    '{',
    '{}',
    '{"lscpu": 3}',
    '{"lscpu": []}',
    '{"cpus": []}',
    '# CPU,Core\n',
    '\u0000',
  ]) {
    expect(code(text)).toEqual(['error topology/refused']);
  }
  expect(code('# CPU,Core\n0,0\n1,1,7\n')).toEqual(['warning topology/row']);
  expect(code('# CPU,Core\n0,0\n0,1\n')).toEqual(['error topology/refused']);
  expect(code('# CPU,Core\n999999999,0\n')).toEqual(['error topology/refused']);
});

const cores = (socket: number, wrap: (inner: string) => string) =>
  [0, 2]
    .map((c) => {
      const first = c + socket;
      const pus = [first, first + 4].map((pu) => `<object type="PU" os_index="${pu}"/>`).join('');
      return wrap(`<object type="Core" os_index="${c}">${pus}</object>`);
    })
    .join('');

test('lstopo of hwloc 1, 2 and 3', () => {
  const l2 = (inner: string) => `<object type="L2Cache" depth="2">${inner}</object>`;
  const packages = [0, 1].map(
    (s) =>
      `<object type="Package" os_index="${s}"><object type="NUMANode" os_index="${s}"/><object type="NUMANode" os_index="${s + 2}" subtype="HBM"/><object type="L3Cache" depth="3">${cores(s, l2)}</object></object>`,
  );
  const v2 = `<?xml version="1.0"?>\n<!DOCTYPE topology SYSTEM "hwloc2.dtd">\n<topology version="2.0"><object type="Machine">${packages.join('')}</object></topology>`;
  const two = readLstopo(v2, 'x.xml');
  expect(two.diagnostics).toEqual([]);
  expect(brief(two.value)).toBe(EXPECTED);
  expect(two.account).toContainEqual({ path: 'object[PU]/@os_index', disposition: 'used' });
  const v1Cache = (inner: string) => `<object type="Cache" depth="2">${inner}</object>`;
  const nodes = [0, 1].map(
    (s) =>
      `<object type="NUMANode" os_index="${s}"><object type="Socket" os_index="${s}"><object type="Cache" depth="3">${cores(s, v1Cache)}</object></object></object>`,
  );
  const v1 = `<!DOCTYPE topology SYSTEM "hwloc.dtd"><topology><object type="System"><object type="Machine">${nodes.join('')}</object></object></topology>`;
  expect(brief(readLstopo(v1, 'x.xml').value)).toBe(EXPECTED);
});

test('lstopo: offline CPUs, missing levels, wrong documents', () => {
  const xml =
    '<topology version="3.0"><object type="Machine"><object type="PU" os_index="0"/><object type="PU" os_index="1" cpuset="0x0"/><object type="PU"/></object></topology>';
  const { value, diagnostics } = readLstopo(xml, 'x.xml');
  expect(brief(value)).toBe('0:0/0/0/0');
  expect(value.assumed).toEqual(['core', 'llc', 'node', 'socket']);
  expect(diagnostics.map((d) => `${d.code} ${d.place?.column}`)).toEqual([
    `topology/pu ${xml.indexOf('<object type="PU"/>') + 1}`,
  ]);
  expect(readLstopo('<domain/>', 'x').diagnostics[0].code).toBe('topology/refused');
  expect(readLstopo('<topology/>', 'x').diagnostics[0].code).toBe('topology/refused');
  expect(readLstopo('nothing', 'x').diagnostics[0].code).toBe('xml/no-document');
});

test('places that contradict each other are named', () => {
  const { diagnostics } = buildTopology(
    [
      { pcpu: 0, core: 'a', llc: 'x', node: 0, socket: 0 },
      { pcpu: 1, core: 'a', llc: 'x', node: 0, socket: 1 },
    ],
    'f',
  );
  expect(diagnostics.map((d) => d.message)).toEqual([
    'CPUs 0 and 1 share one core but not one socket',
    'CPUs 0 and 1 share one llc but not one socket',
  ]);
});
