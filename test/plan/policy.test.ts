import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fifo, formatPolicy, parsePolicy, SCHED_OTHER } from '../../src/plan/policy.js';

test.each([
  ['other', 'other'],
  ['o:0', 'other'],
  ['SCHED_FIFO:50', 'fifo:50'],
  ['f:50', 'fifo:50'],
  ['fifo:1', 'fifo:1'],
  ['fifo:99', 'fifo:99'],
  ['r:5', 'rr:5'],
  ['d:10ms:100ms', 'deadline:10ms:100ms'],
  ['deadline:10ms:20ms:100ms', 'deadline:10ms:20ms:100ms'],
])('%s is %s', (text, canonical) => {
  const policy = parsePolicy(text);
  if ('message' in policy) throw new Error(policy.message);
  expect(formatPolicy(policy)).toBe(canonical);
});

test.each([
  'fifo',
  'fifo:',
  'fifo:0',
  'fifo:100',
  'f:999',
  'fifo:-1',
  'fifo:1:2',
  'fifo:1.5',
  'o:20',
  'rr:x',
  'd:100ms:10ms',
  'd:10ms',
  'd:1us:1ms',
  'd:10:100',
  'idle',
  '',
  5,
  null,
])('%j is refused with a fix', (text) => {
  const policy = parsePolicy(text);
  expect(policy).toHaveProperty('message');
  expect(policy).toHaveProperty('fix');
});

test('writing and reading agree', () => {
  const ns = fc.integer({ min: 1024, max: 1e12 });
  const policies = fc.oneof(
    fc.constant(SCHED_OTHER),
    fc.integer({ min: 1, max: 99 }).map(fifo),
    fc.tuple(ns, ns, ns).map((times) => {
      const [runtimeNs, deadlineNs, periodNs] = times.sort((a, b) => a - b);
      return { policy: 'deadline' as const, priority: 0, runtimeNs, deadlineNs, periodNs };
    }),
  );
  fc.assert(
    fc.property(policies, (policy) => {
      expect(parsePolicy(formatPolicy(policy))).toEqual(policy);
    }),
  );
});
