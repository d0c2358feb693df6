import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { applyEdits, editPlan, editPlanText, type Patch } from '../../src/plan/edit.js';
import type { PlanDocument } from '../../src/plan/schema.js';

const edit = (text: string, ...patches: Patch[]) => editPlanText(text, patches).text;

describe('editPlanText', () => {
  test('changes a value and keeps comments and layout', () => {
    const text = 'a: 1   # one\n# two\nb: { x: old, y: 2 } # three\n';
    expect(edit(text, { op: 'replace', path: ['b', 'x'], value: 'fifo:1' })).toBe(
      'a: 1   # one\n# two\nb: { x: fifo:1, y: 2 } # three\n',
    );
  });

  test('changes only the words of a folded command line that differ', () => {
    const text = 'host:\n  cmdline: >-\n    isolcpus=2-3 quiet\n    idle=poll\n  hz: 1 # end\n';
    const value = 'isolcpus=domain,2-3 quiet nohz_full=2-3';
    expect(edit(text, { op: 'replace', path: ['host', 'cmdline'], value })).toBe(
      'host:\n  cmdline: >-\n    isolcpus=domain,2-3 quiet\n    nohz_full=2-3\n  hz: 1 # end\n',
    );
  });

  test('keeps quotes, and writes anew what does not fit into them', () => {
    const quoted = `a: 'x=1 y=2'\n`;
    expect(edit(quoted, { op: 'replace', path: ['a'], value: 'x=3 y=2' })).toBe(`a: 'x=3 y=2'\n`);
    const value = `x="it's" y=2`;
    expect(parse(edit(quoted, { op: 'replace', path: ['a'], value }))).toEqual({ a: value });
    const inFlow = '{ a: x=1 y=2 }\n';
    const list = 'x=1,2 y=2';
    expect(parse(edit(inFlow, { op: 'replace', path: ['a'], value: list }))).toEqual({ a: list });
  });

  test('adds keys and items in block and flow style', () => {
    const text = 'a:\n  - { x: 1 } # first\nb: [1]\nc:\n  d: 1 # d\n\n# the end\n';
    const result = edit(
      text,
      { op: 'add', path: ['a', 1], value: { x: 2, y: '0-3' } },
      { op: 'add', path: ['b', 1], value: 'two' },
      { op: 'add', path: ['c', 'e'], value: { f: true } },
      { op: 'add', path: ['a', 0, 'z'], value: 3 },
    );
    expect(result).toBe(
      'a:\n  - { x: 1, z: 3 } # first\n  - { x: 2, y: 0-3 }\nb: [1, two]\nc:\n  d: 1 # d\n  e: { f: true }\n\n# the end\n',
    );
  });

  test('writes aliases out where an edit would change two places', () => {
    const text = 'a: &p { x: 1 }\nb: *p\nc: *p\n';
    const result = edit(text, { op: 'replace', path: ['b', 'x'], value: 2 });
    expect(parse(result)).toEqual({ a: { x: 1 }, b: { x: 2 }, c: { x: 1 } });
    const source = edit(text, { op: 'replace', path: ['a', 'x'], value: 2 });
    expect(parse(source)).toEqual({ a: { x: 2 }, b: { x: 1 }, c: { x: 1 } });
  });

  test('writes JSON into JSON', () => {
    const text = '{\n  "a": {"x": 1},\n  "b": []\n}\n';
    const result = edit(
      text,
      { op: 'add', path: ['a', 'y'], value: { z: 'two' } },
      { op: 'add', path: ['b', 0], value: 'fifo:1' },
    );
    expect(JSON.parse(result)).toEqual({ a: { x: 1, y: { z: 'two' } }, b: ['fifo:1'] });
  });

  test('writes over what a base says, and leaves over what it cannot reach', () => {
    const text = 'extends: base.yaml\nname: x\n';
    const own: Patch = { op: 'replace', path: ['host', 'sysctl', 'a'], value: 1 };
    const foreign: Patch = { op: 'replace', path: ['guests', 0, 'name'], value: 'y' };
    expect(editPlanText(text, [own, foreign])).toEqual({
      text: 'extends: base.yaml\nname: x\nhost: { sysctl: { a: 1 } }\n',
      left: [foreign],
    });
  });

  test('says what the patches say, for any values in any style', () => {
    const word = fc.stringMatching(/^[a-z#:'"[\]{},&*!|>%@`0-9=.-]{1,8}$/);
    const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    const style = fc.constantFrom<(v: string) => string>(
      (v) => `k: ${JSON.stringify(v)} # c\n`,
      (v) => `{ k: ${JSON.stringify(v)} }\n`,
      (v) => `k: >-\n  ${v.replaceAll(' ', '\n  ')}\nl: 1\n`,
      (v) => `k: '${v.replaceAll("'", "''")}'\n`,
    );
    fc.assert(
      fc.property(line, line, style, (before, after, write) => {
        const text = write(before);
        const plain = parse(text) as Record<string, unknown>;
        fc.pre(plain.k === before);
        const result = edit(text, { op: 'replace', path: ['k'], value: after });
        expect(parse(result)).toEqual({ ...plain, k: after });
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  test('agrees with the patches of a whole recipe', () => {
    const text =
      'isochron: 1\nname: a\nplatform: tiny\nguests:\n  - name: g # the guest\n    vcpus: [{ id: 0 }]\n';
    const document = parse(text) as PlanDocument;
    const { patches } = editPlan(document, (draft) => {
      draft.host = { sysctl: { 'kernel.timer_migration': 0 } };
      const [guest] = draft.guests ?? [];
      guest.vcpus[0].policy = 'fifo:1';
      guest.kernelThreads ??= [];
      guest.kernelThreads.push({ name: 'rcuc', cpus: 0, policy: 'fifo:4' });
    });
    const result = editPlanText(text, patches);
    expect(result.left).toEqual([]);
    expect(result.text).toContain('name: g # the guest');
    expect(parse(result.text)).toEqual(applyEdits(document, patches));
  });
});
