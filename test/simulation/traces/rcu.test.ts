/**
 * RCU callbacks (kernel/rcu/tree.c, tree_nocb.h): on the CPU that called call_rcu, found by its tick, or
 * on housekeeping CPUs if that CPU is one of rcu_nocbs=.
 */
import { describe, expect, test } from 'vitest';
import { golden, type Recorded, record, steps } from './record.js';

const run = (preset: string, cmdline: string, more = ''): Recorded =>
  record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '${preset}', preemption: ${preset.endsWith('rt') ? 'rt' : 'full'}, hz: 100, flags: { fairServer: false } }
  cmdline: idle=poll ${cmdline}
  sysctl: { kernel.timer_migration: 0 }
  rcu: { gracePeriod: 4ms, callback: 1us }
  threads:
    - {name: caller, cpus: 1, policy: 'fifo:2', every: 1s, start: 3ms, run: 10us, sections: [{kind: rcu, run: 1us, count: 3}]}
${more}
workloads:
  - {id: idle, kind: periodic, on: host, cpus: 0, policy: other, period: 1s, start: 999ms, run: 1us}
`,
    60_000_000,
  );

const batches = ({ lines }: Recorded): string[] =>
  lines
    .filter(({ step, toNs, fromNs }) => step === 'rcu batch' && toNs > fromNs)
    .map(({ pcpu, context, fromNs, toNs }) => {
      const at = Math.floor(fromNs / 1e6);
      return `p${pcpu} ${context} at ${at} ms for ${Math.round((toNs - fromNs) / 1000)} us`;
    });

test('without RT the first tick after the grace period raises the softirq', () => {
  const recorded = run('6.12', '');
  expect(batches(recorded)).toEqual(['p1 p1 softirq at 10 ms for 3 us']);
  expect(steps(recorded, 10_000_000, 10_006_000, 1)).toEqual(
    golden(`
      p1 | p1 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
      p1 | p1 irq: C_HRT_IRQ 307 hrtimer_interrupt
      p1 | p1 irq: C_HRCB 103 __run_hrtimer
      p1 | p1 irq: C_TICK 601 tick_nohz_handler
      p1 | p1 irq: C_CLKEVT_PROG 199 tick_program_event
      p1   p1 softirq: C_SOFTIRQ 251 handle_softirqs
      p1   p1 softirq: rcu batch 3000 rcu_do_batch
    `).concat([expect.stringContaining('p1 idle')]),
  );
});

describe('with PREEMPT_RT', () => {
  test('the tick wakes rcuc/N', () => {
    expect(batches(run('6.12-rt', ''))).toEqual(['p1 p1 rcuc at 10 ms for 3 us']);
  });

  test('behind a stronger thread rcuc/N starves; above it, it preempts', () => {
    const hog = "    - {name: hog, cpus: 1, policy: 'fifo:3', every: 1s, start: 5ms, run: 30ms}";
    expect(batches(run('6.12-rt', '', hog))).toEqual(['p1 p1 rcuc at 35 ms for 3 us']);
    const strong = `${hog}\n  kernelThreads: [{name: rcuc, policy: 'fifo:4'}]`;
    expect(batches(run('6.12-rt', '', strong))).toEqual(['p1 p1 rcuc at 10 ms for 3 us']);
  });

  test('an offloaded CPU has none: rcuog waits and rcuop runs them elsewhere, one by one', () => {
    const recorded = run('6.12-rt', 'rcu_nocbs=1 isolcpus=1');
    // The caller pays for one wake-up: that of rcuog, by the first callback.
    const woken = recorded.lines.filter(
      ({ step, toNs, fromNs }) => step === 'rcu0 C_TTWU' && toNs > fromNs,
    );
    expect(woken.map(({ context }) => context)).toEqual(['thread caller']);
    const contexts = recorded.lines
      .filter(({ context, toNs, fromNs }) => /rcu/.test(context) && toNs > fromNs)
      .map(({ pcpu, context, step }) => `p${pcpu} ${context} ${step}`);
    expect(contexts).toEqual([
      'p0 p1 rcuog C_TTWU',
      'p0 p1 rcuop rcu batch',
      'p0 p1 rcuop rcu batch',
      'p0 p1 rcuop rcu batch',
    ]);
  });

  test('nohz_full offloads too', () => {
    expect(batches(run('6.12-rt', 'nohz_full=1')).every((line) => line.startsWith('p0'))).toBe(
      true,
    );
  });
});

test('callbacks keep the tick of an idle CPU until they have run', () => {
  const ticks = (cmdline: string): number =>
    run('6.12', cmdline).lines.filter(({ step, pcpu }) => step === 'C_TICK' && pcpu === 1).length;
  const halted = (cmdline: string): number => ticks(`${cmdline} idle=halt`);
  expect(halted('')).toBeGreaterThan(halted('rcu_nocbs=1'));
});
