import { expect, test } from 'vitest';
import { parseSource } from '../../src/platform/parseSource.js';
import { Problems } from '../../src/platform/problems.js';
import { buildTopology, topologySchema } from '../../src/platform/topologySpec.js';
import { validate } from '../../src/platform/validate.js';

function build(text: string) {
  const { root } = parseSource(text, 't.yaml');
  if (!root) throw new Error('no document');
  const problems = new Problems(root, 'platform');
  const spec = validate(topologySchema, problems);
  const topology = spec && buildTopology(spec, [], problems);
  return { pcpus: topology?.pcpus ?? [], diagnostics: problems.diagnostics };
}

test('split siblings are a whole machine apart, as on most Intel servers', () => {
  const { pcpus } = build('{sockets: 2, coresPerSocket: 2, threadsPerCore: 2, siblings: split}');
  expect(pcpus.map((c) => c.core)).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  expect(pcpus.map((c) => c.socket)).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
});

test('adjacent siblings stand side by side', () => {
  const { pcpus } = build('{sockets: 1, coresPerSocket: 2, threadsPerCore: 2, siblings: adjacent}');
  expect(pcpus.map((c) => c.core)).toEqual([0, 0, 1, 1]);
});

test('caches and nodes divide a socket and are unique over the machine', () => {
  const { pcpus } = build('{sockets: 2, coresPerSocket: 4, llcsPerSocket: 2, nodesPerSocket: 4}');
  expect(pcpus.map((c) => c.llc)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  expect(pcpus.map((c) => c.node)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('lists give any numbering, with holes', () => {
  const { pcpus, diagnostics } = build(
    '{cores: ["0,8", "2,10", "1,9"], sockets: ["0,2,8,10", "1,9"], nodes: ["0,8", "2,10", "1,9"]}',
  );
  expect(diagnostics).toEqual([]);
  expect(pcpus.map((c) => [c.pcpu, c.core, c.node, c.socket, c.llc])).toEqual([
    [0, 0, 0, 0, 0],
    [1, 2, 2, 1, 1],
    [2, 1, 1, 0, 0],
    [8, 0, 0, 0, 0],
    [9, 2, 2, 1, 1],
    [10, 1, 1, 0, 0],
  ]);
});

test.each([
  ['{cores: ["0", "1"], sockets: ["0"]}', 'topology/missing-cpu', /CPU 1/],
  ['{cores: ["0"], sockets: ["0-1"]}', 'topology/missing-cpu', /CPU 1/],
  ['{cores: ["0", "0-1"], sockets: ["0-1"]}', 'topology/overlap', /two lists/],
  ['{cores: ["3-1"], sockets: ["0-1"]}', 'topology/cpu-list', /descends/],
  ['{cores: ["9999"], sockets: ["9999"]}', 'topology/too-many-cpus', /9999/],
  ['{sockets: 64, coresPerSocket: 1024}', 'topology/too-many-cpus', /more than 4096/],
  ['{sockets: 1, coresPerSocket: 3, llcsPerSocket: 2}', 'topology/uneven', /3 cores/],
  ['{sockets: 0, coresPerSocket: 3}', 'platform/value', /./],
  ['{sockets: -1, coresPerSocket: 3}', 'platform/value', /./],
])('%s is refused', (text, code, message) => {
  const { diagnostics } = build(text);
  const found = diagnostics.find((d) => d.code === code);
  expect(found?.message).toMatch(message);
  expect(found?.fix).toBeTruthy();
  expect(found?.place).toMatchObject({ file: 't.yaml', line: 1 });
});
