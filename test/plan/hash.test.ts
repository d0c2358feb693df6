import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, sha256 } from '../../src/plan/hash.js';
import { planFromYaml } from './builder.js';

test('SHA-256 agrees with FIPS 180-4 and with Node', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }),
  );
});

test('canonical JSON ignores the order of keys and undefined values, nothing else', () => {
  expect(canonicalJson({ b: [1, { d: 2, c: undefined }], a: 'x' })).toBe(
    '{"a":"x","b":[1,{"d":2}]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('the hash of a plan changes with any figure and with nothing that only looks different', () => {
  const hash = (text: string, cost?: string) => planFromYaml(text, { cost }).hash;
  const one = 'host: {threads: [{name: a, cpus: 0-1, every: 1ms, run: 5us}]}';
  const json = JSON.stringify({
    isochron: 1,
    platform: 'tiny',
    name: 'test',
    host: { threads: [{ run: '5000ns', every: '1ms', name: 'a', cpus: '1,0' }] },
  });
  expect(hash(one)).toBe(hash(json));
  expect(hash(one)).not.toBe(hash(one.replace('5us', '6us')));
  expect(hash(one)).not.toBe(hash(one, '1ns'));
});
