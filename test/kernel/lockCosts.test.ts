/** What a contended sleeping lock costs, and whom: kernel/locking/rtmutex.c. */
import { expect, test } from 'vitest';
import { HOST } from '../simulation/traces/platform.js';
import { golden, record, steps } from '../simulation/traces/record.js';

const MS = 1_000_000;

/** `strong` on pCPU 1 wants the lock at 2.1 ms that `owner` on pCPU 2 holds from 1 ms for 3 ms. */
const recorded = record(
  `
host:
  kernel: { preset: '6.12-rt', hz: 24 }
  cmdline: idle=poll nohz_full=1-3
  sysctl: { kernel.timer_migration: 0 }
  fairServerOff: 0-3
  threads:
    - {name: owner, cpus: 2, policy: 'fifo:3', every: 1s, start: 1ms, run: 0us, sections: [{kind: spin, lock: a, run: 3ms}]}
    - {name: hog, cpus: 2, policy: 'fifo:5', every: 1s, start: 2ms, run: 20ms}
    - {name: strong, cpus: 1, policy: 'fifo:9', every: 1s, start: 2100us, run: 0us, sections: [{kind: spin, lock: a, run: 1us}]}
workloads:
  - {id: idle, kind: busy, on: host, cpus: 0, policy: other}
`,
  10 * MS,
);

const TO_RUN =
  HOST.irqEntry +
  HOST.hrtimerInterrupt +
  HOST.hrtimerCallback +
  HOST.wakeup +
  HOST.clockeventProgram +
  HOST.contextSwitch;

test('a waiter pays for the link of the chain and for the IPI, then sleeps', () => {
  const all = steps(recorded, 2_100_000 + TO_RUN, 2_105_000, 1).filter(
    (line) => line.includes('strong') || line.includes('switch'),
  );
  expect(all.slice(1, 5)).toEqual(
    golden(`
      p1   thread strong: C_USER_RETURN 163 syscall_exit_to_user_mode
      p1   thread strong: spin0 C_PI_STEP 83
      p1 | thread strong: spin0 C_IPI 127
      p1 | p1 switch: C_SWITCH 1009 __schedule
    `),
  );
});

test('the owner runs at the lent priority, pays for waking its heir, and steps back', () => {
  const release = recorded.lines.find(
    ({ context, step }) => context === 'thread owner' && step === 'spin0 release',
  );
  const fromNs = release?.fromNs ?? 0;
  // 1.1 ms were held before `hog` came; the rest is not delayed by its 20 ms.
  expect(fromNs).toBeLessThan(4.2 * MS);
  // pCPU 1 polls in its idle loop and needs no IPI.
  expect(steps(recorded, fromNs, fromNs + 2000, 2).slice(0, 2)).toEqual(
    golden(`
      p2 | thread owner: spin0 C_TTWU 401
      p2 | p2 switch: C_SWITCH 1009 __schedule
    `),
  );
});
