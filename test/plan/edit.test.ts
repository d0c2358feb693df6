import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits, diffPlans, editPlan, formatPatches } from '../../src/plan/edit.js';
import type { PlanDocument } from '../../src/plan/schema.js';

const plan = (): PlanDocument => ({
  isochron: 1,
  name: 'a',
  platform: 'tiny',
  host: { sysctl: { 'kernel.timer_migration': 0 } },
  guests: [
    {
      name: 'rt1',
      vcpus: [
        { id: 0, cpus: 1 },
        { id: 1, cpus: 2, policy: 'fifo:1' },
      ],
    },
    { name: 'gp', vcpus: [{ id: 0, cpus: 3 }] },
  ],
});

test('an edit leaves the document alone and can be taken back', () => {
  const before = plan();
  const { document, patches, inverse } = editPlan(before, (draft) => {
    draft.guests![0].vcpus[1].policy = 'fifo:2';
  });
  expect(before).toEqual(plan());
  expect(patches).toEqual([
    { op: 'replace', path: ['guests', 0, 'vcpus', 1, 'policy'], value: 'fifo:2' },
  ]);
  expect(applyEdits(before, patches)).toEqual(document);
  expect(applyEdits(document, inverse)).toEqual(before);
});

test('no patch reaches a prototype', () => {
  const patch = { op: 'add' as const, path: ['__proto__', 'x'], value: 1 };
  expect(() => applyEdits(plan(), [patch])).toThrow(/__proto__/);
});

test('equal plans differ in nothing, whatever the order of their keys', () => {
  const { name, ...rest } = plan();
  expect(diffPlans(plan(), { ...rest, name })).toEqual([]);
});

test('named items are matched by name, so that a removed guest is one patch', () => {
  const after = plan();
  after.guests!.shift();
  after.guests![0].vcpus[0].cpus = '4';
  const patches = diffPlans(plan(), after);
  expect(patches).toEqual([
    { op: 'remove', path: ['guests', 0] },
    { op: 'replace', path: ['guests', 0, 'vcpus', 0, 'cpus'], value: '4' },
  ]);
  expect(applyEdits(plan(), patches)).toEqual(after);
});

test('patches print with names and old values', () => {
  const after = plan();
  after.guests![0].vcpus[1].policy = 'fifo:2';
  after.guests!.push({ name: 'new', vcpus: [{ id: 0 }] });
  after.host!.sysctl = {};
  const before = plan();
  expect(formatPatches(diffPlans(before, after), before)).toBe(
    [
      '- host.sysctl["kernel.timer_migration"]: 0',
      '~ guests[rt1].vcpus[1].policy: fifo:1 -> fifo:2',
      '+ guests[new]: {"name":"new","vcpus":[{"id":0}]}',
      '',
    ].join('\n'),
  );
  expect(formatPatches(diffPlans(before, before), before)).toBe('');
});

test('the difference of any two documents leads from one to the other', () => {
  const item = fc.record(
    { name: fc.constantFrom('a', 'b', 'c', 'd'), v: fc.nat(2) },
    { requiredKeys: ['name'] },
  );
  const document = fc.record(
    {
      name: fc.constantFrom('x', 'y'),
      host: fc.record(
        { cmdline: fc.constantFrom('p', 'q'), n: fc.array(fc.nat(2), { maxLength: 3 }) },
        { requiredKeys: [] },
      ),
      guests: fc.array(item, { maxLength: 5 }),
      workloads: fc.uniqueArray(item, { selector: (i) => i.name }),
    },
    { requiredKeys: ['name'] },
  );
  fc.assert(
    fc.property(document, document, (a, b) => {
      const [before, after] = [a, b] as unknown as [PlanDocument, PlanDocument];
      const patches = diffPlans(before, after);
      expect(applyEdits(before, patches)).toEqual(after);
      // A command line that changed has a line for each of its words.
      const lines = formatPatches(patches, before).split('\n');
      const whole = lines.filter((line) => !/^[-~] host\.cmdline: [pq]/.test(line));
      const ofCmdline = patches.some((p) => p.op === 'replace' && p.path.at(-1) === 'cmdline');
      if (ofCmdline) expect(whole.length).toBeLessThanOrEqual(patches.length + 1);
      else expect(lines).toHaveLength(patches.length + 1);
    }),
    { numRuns: 500 },
  );
});
