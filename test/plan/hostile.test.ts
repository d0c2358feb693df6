import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planJsonSchema } from '../../src/plan/schema.js';
import { prepare } from './builder.js';

/** The flagship plan on the tiny platform, with a machine that is large enough. */
const flagship = readFileSync(new URL('../../models/plans/flagship.yaml', import.meta.url), 'utf8')
  .replace(/^platform: .*$/m, 'platform: tiny')
  .replace(/^host:$/m, 'host:\n  topology: {sockets: 2, coresPerSocket: 64}');

/** Every diagnostic has a place and a fix, and no plan stands beside an error. */
function check(text: string): void {
  const { plan, diagnostics } = prepare(text);
  const failed = diagnostics.some((d) => d.severity === 'error');
  expect(plan === undefined).toBe(failed);
  for (const diagnostic of diagnostics) {
    expect(diagnostic.fix).toBeTruthy();
    expect(diagnostic.place?.line).toBeGreaterThan(0);
    expect(diagnostic.message).not.toMatch(/undefined|\[object|Invalid input/);
  }
}

test('the plan that is mutated below is sound', () => {
  expect(prepare(flagship).plan?.guests.length).toBeGreaterThan(0);
});

test('no mutation of a plan crashes the loader', () => {
  const mutation = fc.record({
    at: fc.nat(flagship.length - 1),
    length: fc.nat(12),
    put: fc.constantFrom(
      '',
      '-',
      ':',
      '{',
      ']',
      '"',
      '0',
      '-1',
      '1e999',
      'us',
      ' ',
      '\n',
      '*a',
      '&a',
      '..',
      'null',
      'N',
      '^',
      '\u0000',
      'fifo:0',
      '~',
    ),
  });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      let text = flagship;
      for (const { at, length, put } of mutations)
        text = text.slice(0, at) + put + text.slice(at + length);
      check(text);
    }),
    { numRuns: 150 },
  );
});

test('no value in any place of a plan crashes the loader', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('1us', '0-3', 'fifo:5', 'host', 'all', '1/s', -1, 1e300),
  );
  const keys = [
    'host',
    'guests',
    'workloads',
    'requirements',
    'assumed',
    'vcpus',
    'threads',
    'irqs',
    'kernel',
    'cpus',
    'policy',
    'name',
    'id',
    'kind',
    'on',
    'every',
    'run',
    'rate',
    'latency',
    'topology',
    'cmdline',
    'sections',
  ];
  const map = (inner: fc.Arbitrary<unknown>) =>
    fc.dictionary(fc.constantFrom(...keys), inner, { maxKeys: 5 });
  const document = map(
    fc.oneof(
      value,
      map(fc.oneof(value, map(value))),
      fc.array(map(fc.oneof(value, fc.array(map(value), { maxLength: 2 }))), { maxLength: 2 }),
    ),
  );
  fc.assert(
    fc.property(document, (doc) =>
      check(JSON.stringify({ isochron: 1, name: 'x', platform: 'tiny', ...doc })),
    ),
    { numRuns: 400 },
  );
});

test('a cut-off plan never passes in silence where a bracket is open', () => {
  const json = JSON.stringify({
    isochron: 1,
    name: 'x',
    platform: 'tiny',
    host: { cmdline: 'quiet' },
  });
  for (let length = 1; length < json.length; length++) {
    const { plan, diagnostics } = prepare(json.slice(0, length));
    expect(plan).toBeUndefined();
    expect(diagnostics[0].place?.file).toBe('plan.yaml');
  }
});

test('the JSON Schema knows every key of the flagship plan and stays closed', () => {
  const schema = JSON.stringify(planJsonSchema());
  for (const key of flagship.matchAll(/^\s*-?\s*([a-zA-Z]+):/gm)) {
    expect(schema).toContain(`"${key[1]}"`);
  }
  expect(planJsonSchema()).toMatchObject({
    additionalProperties: false,
    required: ['isochron', 'name', 'platform'],
  });
});
