/**
 * The first fair thread that is queued on a CPU starts its fair server, and that makes the CPU
 * reschedule although the server is deferred (kernel/sched/deadline.c dl_server_start).
 */
import { expect, test } from 'vitest';
import { record } from '../simulation/traces/record.js';

const MS = 1_000_000;

/** `second` sleeps on pCPU 1 until pCPU 0 wakes it at 31 ms, while a FIFO thread runs. */
function run(off: string): { interrupts: number[]; ran: boolean } {
  const { lines } = record(
    `
host:
  kernel: { preset: '6.12-rt', hz: 1000, flags: {fairServerStopsAtDequeue: true} }
  cmdline: idle=poll nohz_full=1
  fairServerOff: '${off}'
  threads:
    - {name: hog, cpus: 1, policy: 'fifo:5', every: 10s, start: 10ms, run: 5s}
    - {name: waker, cpus: 0, policy: 'fifo:9', start: 1ms, program: [run 30ms, wake second]}
    - {name: second, cpus: 1, start: 2ms, program: [wait, run 5ms]}
workloads:
  - {id: idle, kind: busy, on: host, cpus: 0, policy: other}
`,
    500 * MS,
  );
  const interrupts = lines
    .filter(({ pcpu, step, fromNs }) => pcpu === 1 && step === 'C_HIRQ' && fromNs > 20 * MS)
    .map(({ fromNs }) => Math.round(fromNs / MS));
  const ran = lines.some(
    ({ context, step, fromNs }) =>
      context === 'thread second' && step === '1: run' && fromNs > 20 * MS,
  );
  return { interrupts, ran };
}

test('the server starts: one interrupt of the pCPU, and the FIFO thread goes on', () => {
  expect(run('0')).toEqual({ interrupts: [31], ran: false });
});

test('no server: nothing reaches the pCPU', () => {
  expect(run('0-1')).toEqual({ interrupts: [], ran: false });
});
