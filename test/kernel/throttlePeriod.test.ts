/** A realtime runtime as long as its period (kernel/sched/rt.c sched_rt_runtime_exceeded). */
import { expect, test } from 'vitest';
import { record } from '../simulation/traces/record.js';

const MS = 1_000_000;

test('it throttles nothing, however much is accounted at once', () => {
  // The remote tick accounts once a second, and so does the thread that preempts before its end.
  const { lines } = record(
    `
host:
  kernel: { preset: '6.6', preemption: full, hz: 1000 }
  cmdline: idle=poll nohz_full=1
  sysctl: { kernel.sched_rt_runtime_us: 1000000 }
  threads:
    - {name: hog, cpus: 1, policy: 'fifo:5'}
    - {name: early, cpus: 1, policy: 'fifo:9', every: 2s, start: 900ms, run: 1us}
    - {name: late, cpus: 1, policy: 'fifo:9', every: 2s, start: 1990ms, run: 1us}
workloads:
  - {id: idle, kind: busy, on: host, cpus: 0, policy: other}
`,
    6000 * MS,
  );
  const idle = lines.filter(
    ({ pcpu, step, fromNs, toNs }) => pcpu === 1 && step === 'idle' && toNs - fromNs > MS,
  );
  expect(idle).toEqual([]);
});
