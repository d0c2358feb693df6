/** Which sources of noise a plan's command line and sets leave at work, and on which CPUs. */
import { expect, test } from 'vitest';
import { planFromYaml, prepare } from './builder.js';

const hits = (cmdline: string, fields = 'default: on', preset = '6.12'): Record<string, string> => {
  const plan = planFromYaml(`
host:
  topology: {sockets: 1, coresPerSocket: 4}
  kernel: {preset: '${preset}'}
  cmdline: ${cmdline}
  noise: {${fields}}
workloads: [{id: a, kind: busy, on: host, cpus: 0, policy: other}]`);
  const workers = plan.host.threads.map(({ name, cpus }) => [name, cpus.join()]);
  return Object.fromEntries([...plan.noise.map((one) => [one.name, one.cpus.join()]), ...workers]);
};

test('nothing is at work unless asked for', () => {
  expect(hits('quiet', '')).toEqual({});
  expect(hits('quiet', 'default: off')).toEqual({});
});

test('nohz_full spares the watchdogs, and isolation the statistics of memory', () => {
  const found = hits('nohz_full=2,3 isolcpus=3');
  expect(found.hardLockupNmi).toBe('0,1');
  expect(found.softLockupTimer).toBe('0,1');
  expect(found.clocksourceWatchdog).toBe('0,1,2,3');
  expect(Object.keys(found).filter((name) => name.endsWith(':vmstat'))).toEqual([
    'kworker/0:vmstat',
    'kworker/1:vmstat',
  ]);
});

test('words of the command line switch sources off', () => {
  const found = hits('tsc=reliable nowatchdog mce=ignore_ce rcupdate.rcu_normal=1');
  for (const name of [
    'clocksourceWatchdog',
    'hardLockupNmi',
    'softLockupTimer',
    'machineCheckPoll',
  ]) {
    expect(found).not.toHaveProperty(name);
  }
  expect(found).not.toHaveProperty('rcuExpedited');
  expect(found).toHaveProperty('tlbShootdown');
});

test('PREEMPT_RT has no expedited grace periods', () => {
  expect(hits('quiet', 'default: on', '6.12-rt')).not.toHaveProperty('rcuExpedited');
  expect(hits('quiet')).toHaveProperty('rcuExpedited');
});

test('a plan may state arrival, work and CPUs, and faults have their place', () => {
  expect(hits('quiet', "textPoke: {every: 1ms, run: 2us, cpus: '1'}").textPoke).toBe('1');
  const { diagnostics } = prepare(
    'host: {noise: {textPoke: {every: 1ms, rate: 3/s}, tlbShotdown: on}}\nworkloads: [{id: a, kind: busy, on: host, cpus: 0, policy: other}]',
  );
  expect(diagnostics.map(({ message }) => message).join('\n')).toMatch(/tlbShotdown/);
});
