/**
 * T9, the bottom-half inversion of PREEMPT_RT (kernel/softirq.c should_wake_ksoftirqd): a fair thread
 * is displaced inside a bottom-half-disabled section. Whatever softirq is raised now waits until that
 * thread runs again and leaves the section: ksoftirqd is not woken, however strong it is, and nobody
 * is boosted. A thread that wants bottom halves off itself lends the section its priority, though.
 */
import { describe, expect, test } from 'vitest';
import { beginOf, golden, type Recorded, record, steps } from './record.js';

interface Options {
  readonly preset?: string;
  readonly irq?: string;
}

/** The section lasts 1 ms from 100 us on; V displaces it at 500 us for 5 ms; nic comes at 1 ms. */
const plan = ({ preset = '6.12-rt', irq = '' }: Options): string => `
host:
  topology: {sockets: 1, coresPerSocket: 1}
  kernel: { preset: '${preset}', preemption: rt, hz: 24, flags: { fairServer: false } }
  cmdline: idle=poll
  sysctl: { kernel.sched_rt_runtime_us: -1 }
  kernelThreads: [{name: ksoftirqd, policy: 'fifo:50'}, {name: ktimers, policy: 'fifo:50'}]
  irqs:
    - {name: nic, cpus: 0, every: 1s, start: 1ms, cost: 1us, thread: off, softirq: 7us}
    ${irq}
  threads:
    - {name: weak, cpus: 0, policy: other, every: 1s, start: 100us, sections: [{kind: bh, run: 1ms}]}
    - {name: late, cpus: 0, policy: other, every: 1s, start: 1500us, run: 3us}
workloads:
  - {id: V, kind: periodic, on: host, cpus: 0, policy: 'fifo:10', period: 1s, start: 500us, run: 5ms}
`;

/** When the softirq that nic raised is served, and by whom. */
const served = ({ lines }: Recorded): [number, string] => {
  const line = lines.find(({ step, fromNs, toNs }) => step === 'device softirq' && toNs > fromNs);
  return [line?.fromNs ?? 0, line?.context ?? 'nobody'];
};

describe('T9 a bottom-half-disabled section is displaced', () => {
  test('the softirq is served by the displaced thread, after V; ksoftirqd FIFO 50 is not woken', () => {
    const run = record(plan({}), 8_000_000);
    const [atNs, by] = served(run);
    expect(by).toBe('thread weak');
    expect(atNs).toBeGreaterThan(5_500_000);
    // It woke `weak` at the start; since then nobody has woken it.
    const daemon = run.lines.filter(({ context }) => context === 'p0 ksoftirqd');
    expect(daemon.filter(({ fromNs }) => fromNs > 200_000)).toEqual([]);
    expect(steps(run, 1_000_000, 1_003_000)).toEqual(
      golden(`
        p0 | p0 irq: C_HIRQ 211 common_interrupt
        p0 | p0 irq: hard handler 1000 handle_irq_event     # raises NET_RX and wakes nobody
        p0   p0 V: job ${5_000_000 - (1_000_000 - (500_000 + 211 + 307 + 103 + 401 + 199 + 1009 + 163)) - 0}
      `).map((line) =>
        line.includes('p0 V') ? expect.stringMatching(/^p0 {3}p0 V: job \d+$/) : line,
      ),
    );
    // After V: the section's rest, then the softirqs, then the lock of the bottom halves is free.
    expect(steps(run, atNs, atNs + 7_001).slice(0, 1)).toEqual(
      golden('p0   thread weak: device softirq 7000 net_rx_action'),
    );
    expect(beginOf(run, 'thread weak', 'C_SOFTIRQ', 0)).toBeLessThan(atNs);
  });

  test('an interrupt thread that disables bottom halves lends its priority: all served at once', () => {
    const irq =
      "- {name: disk, cpus: 0, every: 1s, start: 2ms, cost: 2us, thread: {policy: 'fifo:50'}}";
    const run = record(plan({ irq }), 8_000_000);
    const [atNs, by] = served(run);
    expect(by).toBe('thread weak');
    const fromNs =
      run.lines.find(
        ({ context, toNs, fromNs: begin }) => context === 'p0 irq thread disk' && toNs > begin,
      )?.fromNs ?? 0;
    expect(fromNs).toBeGreaterThan(2_000_000);
    // disk lends 50 to weak, which does the rest of its section above V and serves the softirqs.
    expect(
      steps(run, fromNs, fromNs + 650_000).filter((line) => !line.includes('p0 irq:')),
    ).toEqual([
      ...golden(`
        p0   p0 irq thread disk: irq thread C_PI_STEP 83
        p0 | p0 switch: C_SWITCH 1009 __schedule
      `),
      expect.stringMatching(/^p0 {3}thread weak: bh0 hold \d+$/),
      ...golden(`
        p0   thread weak: C_SOFTIRQ 251 handle_softirqs
        p0   thread weak: device softirq 7000 net_rx_action
        p0   thread weak: C_HRCB 103 hrtimer_run_softirq     # raised by another thread's sleep
        p0 | thread weak: C_TTWU 401 try_to_wake_up
        p0 | thread weak: bh0 C_TTWU 401
        p0 | p0 switch: C_SWITCH 1009 __schedule
        p0   p0 irq thread disk: irq thread 2000 irq_forced_thread_fn
        p0 | p0 switch: C_SWITCH 1009 __schedule
      `),
      expect.stringMatching(/^p0 {3}p0 V: job \d+$/),
    ]);
    expect(atNs).toBeLessThan(2_700_000);
  });

  test('ktimers is woken nevertheless, for its own vectors, and lends its priority', () => {
    const without = record(plan({}), 8_000_000);
    const run = record(plan({ preset: '6.13-rt' }), 8_000_000);
    // `late` sleeps on a soft timer, due at 1.5 ms.
    expect(served(without)[0]).toBeGreaterThan(5_500_000);
    expect(served(run)[0]).toBeLessThan(2_500_000);
    expect(served(run)[1]).toBe('thread weak');
  });
});
