import { expect, test } from 'vitest';
import { parseProgramStep } from '../../src/plan/threadProgram.js';
import { planFromYaml, prepare } from './builder.js';

test.each([
  ['run 5ms', { kind: 'run', ns: 5_000_000 }],
  ['run forever', { kind: 'runForever' }],
  ['sleep 1s', { kind: 'sleep', ns: 1_000_000_000 }],
  ['sleep until 0ms', { kind: 'sleepUntil', ns: 0 }],
  ['lock a', { kind: 'lock', lock: 'a' }],
  [' unlock  a ', { kind: 'unlock', lock: 'a' }],
  ['yield', { kind: 'yield' }],
  ['wake b', { kind: 'wake', thread: 'b' }],
  ['wait', { kind: 'wait' }],
  ['bottom halves off 2ms', { kind: 'bhOff', ns: 2_000_000 }],
  ['cpus 1,3-4', { kind: 'cpus', cpus: [1, 3, 4] }],
  ['cpus 2 of b', { kind: 'cpus', cpus: [2], of: 'b' }],
])('%s', (text, step) => {
  expect(parseProgramStep(text)).toEqual(step);
});

test('a policy is the own one or that of another thread', () => {
  expect(parseProgramStep('policy fifo:7')).toMatchObject({ scheduling: { priority: 7 } });
  expect(parseProgramStep('policy other of b')).toMatchObject({ of: 'b' });
});

test.each([
  'run',
  'run 0ms',
  'run 5',
  'walk 5ms',
  'yield now',
  'policy fifo:0',
  'policy other b',
  'wake',
  'lock ../a',
  'bottom halves on 2ms',
  'cpus',
  'cpus 3-1',
  'cpus 1 b',
  'cpus 99999999',
  '',
])('no step: %s', (text) => {
  expect(parseProgramStep(text)).toHaveProperty('fix');
});

const threads = (steps: string) => `
host:
  threads:
    - {name: a, cpus: 0, policy: 'fifo:5', program: [${steps}]}
    - {name: b, cpus: 0, program: [wait, run 1ms]}
`;

test('a program without arrivals begins at time 0 and has no arrival', () => {
  const [a] = planFromYaml(threads('run 1ms, wake b')).host.threads;
  expect(a).toMatchObject({ programStartNs: 0, program: [{ kind: 'run' }, { kind: 'wake' }] });
  expect(a.arrival).toBeUndefined();
});

test.each([
  ['lock m', 'ends with lock m held'],
  ['unlock m', 'lock m is not held'],
  ['lock m, lock m, unlock m', 'held already'],
  ['wake c', 'no thread is called "c"'],
  ['cpus 99', 'there is no CPU 99 here'],
  ['cpus 0 of c', 'no thread is called "c"'],
  ["'policy other of bb'", 'no thread is called "bb"'],
])('%s is an error', (steps, message) => {
  const { plan, diagnostics } = prepare(threads(steps));
  expect(plan).toBeUndefined();
  expect(diagnostics.map((one) => one.message).join()).toContain(message);
});
