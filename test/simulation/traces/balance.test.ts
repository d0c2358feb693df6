/**
 * Realtime threads that may use several CPUs (kernel/sched/rt.c). B is pinned to p0 and displaces A,
 * which may use both pCPUs: the switch to B pushes A to p1 if weaker work runs there. If p1 is busy
 * with something stronger, A waits until p1's thread leaves: then p1 asks p0 to push.
 */
import { describe, expect, test } from 'vitest';
import { golden, type Recorded, record, steps } from './record.js';

const plan = (threads: string, cmdline = ''): string => `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '6.12-rt', hz: 100, flags: { fairServer: false } }
  cmdline: idle=poll ${cmdline}
  threads:
    - {name: A, policy: 'fifo:10', cpus: '0,1', every: 10ms, start: 100us, run: 300us}
${threads}
workloads:
  - {id: B, kind: periodic, on: host, cpus: 0, policy: 'fifo:20', period: 10ms, start: 200us, run: 300us}
`;

/** What A still needs: it ran from its release, interrupt and switch later, until B's. */
const LEFT = 300_000 - (200_000 - (100_000 + 211 + 307 + 103 + 401 + 199 + 1009 + 163));

const HOG = "    - {name: hog, policy: other, cpus: '1'}";
const STRONG =
  "    - {name: strong, policy: 'fifo:30', cpus: '1', every: 10ms, start: 150us, run: 150us}";

/** Where a thread computed, in order. */
const places = (run: Recorded, context: string): number[] =>
  run.lines
    .filter((line) => line.context === context && line.step === 'run' && line.toNs > line.fromNs)
    .map(({ pcpu }) => pcpu);

describe('a realtime thread that may use two pCPUs', () => {
  test('is pushed to the weaker work when it is displaced', () => {
    const run = record(plan(HOG), 1_000_000);
    expect(steps(run, 200_000, 205_000).filter((line) => !line.includes('hog'))).toEqual(
      golden(`
        p0 | p0 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p0 | p0 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p0 | p0 irq: C_HRCB 103 __run_hrtimer
        p0 | p0 irq: C_TTWU 401 try_to_wake_up
        p0 | p0 irq: C_CLKEVT_PROG 199 tick_program_event
        p0 | p0 switch: C_SWITCH 1009 __schedule          # B displaces A
        p0 | p0 switch: C_MIGRATE 457 push_rt_task        # A goes to p1
        p0 | p0 switch: C_IPI 127 resched_curr
        p0   p0 B: C_USER_RETURN 163 syscall_exit_to_user_mode
        p0   p0 B: job 300000
        p1 | p1 irq: C_HIRQ 211 sysvec_reschedule_ipi
        p1 | p1 switch: C_SWITCH 1009 __schedule
        p1   thread A: run ${LEFT}
      `),
    );
    expect(places(run, 'thread A')).toEqual([0, 1]);
  });

  test('waits behind stronger work on both, and is pushed at the request of the first to be free', () => {
    const run = record(plan(STRONG), 1_000_000);
    expect(places(run, 'thread A')).toEqual([0, 1]);
    const end = run.lines.find(
      (line) => line.context === 'p1 switch' && line.step === 'C_IPI' && line.toNs > line.fromNs,
    );
    const fromNs = end?.fromNs ?? 0;
    expect(steps(run, fromNs, fromNs + 3_500).filter((line) => !line.includes('B: job'))).toEqual(
      golden(`
        p1 | p1 switch: C_IPI 127 tell_cpu_to_push         # before p1 switches to what is left
        p1 | p1 switch: C_SWITCH 1009 __schedule
        p0 | p0 irq: C_HIRQ 211 sysvec_call_function_single
        p0 | p0 irq: C_MIGRATE 457 push_rt_task
        p0 | p0 irq: C_IPI 127 resched_curr                # p1 is still switching to idle
        p1 | p1 switch: C_SWITCH 1009 __schedule
        p1 | p1 irq: C_HIRQ 211 sysvec_reschedule_ipi
        p1   thread A: run ${LEFT}
      `),
    );
  });

  test('stays in its root domain: an isolated pCPU gets nothing from the others', () => {
    const run = record(plan(HOG, 'isolcpus=1'), 1_000_000);
    expect(places(run, 'thread A')).toEqual([0, 0]);
  });

  test('makes room for an equal that cannot move', () => {
    const equal =
      "    - {name: equal, policy: 'fifo:10', cpus: '0', every: 10ms, start: 150us, run: 20us}";
    const run = record(plan(`${HOG}\n${equal}`), 1_000_000);
    expect(places(run, 'thread A')).toEqual([0, 1]);
    const pinned = record(plan(`${HOG}\n${equal}`).replace("cpus: '0,1'", "cpus: '0'"), 1_000_000);
    expect(places(pinned, 'thread equal').length).toBe(1);
    expect(run.lines.find(({ context }) => context === 'thread equal')?.fromNs).toBeLessThan(
      pinned.lines.find(({ context }) => context === 'thread equal')?.fromNs ?? 0,
    );
  });
});
