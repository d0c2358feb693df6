/**
 * T6: the fair server of 6.12 (kernel/sched/deadline.c dl_server_*). A starving fair thread runs at
 * deadline level 950 ms after it was queued, over every FIFO priority, for as long as it needs.
 *
 * At zero laxity the kernel starts a new period (replenish_dl_entity: dl_entity_overflow is true for
 * a full budget), so its deadline is 1 s later: the two consequences are tested below. A budget never
 * follows another one directly. And when the tick has ended a budget, the fair thread still runs
 * until the switch: that counts as background running without budget, so a new period is deferred
 * (update_curr_dl_se), 950 ms from there.
 */
import { describe, expect, test } from 'vitest';
import { HOST, KVM } from './platform.js';
import { golden, type Recorded, record, steps } from './record.js';

const MS = 1_000_000;

interface Options {
  readonly threads: string;
  readonly priority?: number;
  readonly off?: string;
  readonly hz?: number;
  readonly cmdline?: string;
  readonly workloads?: string;
  readonly guestCmdline?: string;
}

/** Mainline with preempt=full: the sleeps of fair threads expire in hard interrupts. */
const plan = (options: Options): string => `
host:
  kernel: { preset: '6.12', preemption: full, hz: ${options.hz ?? 1000} }
  cmdline: ${options.cmdline ?? 'idle=poll'}
  fairServerOff: '${options.off ?? '3'}'
  kvm: { halt_poll_ns: 0 }
  threads: [${options.threads}]
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:${options.priority ?? 1}'}]
    kernel: { preset: '6.12-rt', hz: 24 }
    cmdline: nohz=on
    fairServerOff: 0
workloads:
${options.workloads ?? '  - {id: busy, kind: busy, on: g, cpus: 0, policy: other}'}
`;

const KWORKER = '{name: kworker, cpus: 1, policy: other, every: 10s, start: 5500us, run: 20us}';

/** Stretches in which a host thread computed, joined over interruptions shorter than 10 us. */
function chunks(run: Recorded, context: string, step: string): Array<[number, number]> {
  const joined: Array<[number, number]> = [];
  for (const line of run.lines) {
    if (line.context !== context || line.step !== step || line.toNs === line.fromNs) continue;
    const last = joined.at(-1);
    if (last && line.fromNs - last[1] < 10_000) last[1] = line.toNs;
    else joined.push([line.fromNs, line.toNs]);
  }
  return joined;
}

/** Interrupt of p1's guest up to the wake-up of a sleeper. */
const TO_WAKE =
  KVM.exit + HOST.irqEntry + HOST.hrtimerInterrupt + HOST.hrtimerCallback + HOST.wakeup;
const QUEUED = 5_500_000 + TO_WAKE;

describe('T6 a short kworker under a spinning FIFO vCPU', () => {
  for (const priority of [1, 99]) {
    test(`FIFO ${priority}: it runs 950 ms after it was queued, and the server stops`, () => {
      const run = record(plan({ threads: KWORKER, priority }), 1000 * MS);
      expect(steps(run, QUEUED + 950 * MS, QUEUED + 950 * MS + 26_600)).toEqual(
        golden(`
          p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
          p1 | p1 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
          p1 | p1 irq: C_HRT_IRQ 307 hrtimer_interrupt
          p1 | p1 irq: C_HRCB 103 __run_hrtimer             # dl_server_timer
          p1 | p1 irq: C_CLKEVT_PROG 199 tick_program_event
          p1 | p1 switch: C_SWITCH 1009 __schedule          # the server beats every FIFO thread
          p1   thread kworker: C_USER_RETURN 163 syscall_exit_to_user_mode
          p1   thread kworker: run 20000
          p1   thread kworker: C_SYSCALL 179 hrtimer_nanosleep
          p1   thread kworker: C_HRTIMER_ARM 151 hrtimer_start_range_ns
          p1 | p1 switch: C_SWITCH 1009 __schedule          # no fair thread is left: it stops
          p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit
          p1   vcpu g/0: C_VCPU_LOAD 853 kvm_sched_in
          p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
          p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
          p1   g/0 busy: busy ${
            // until the tick of 956 ms
            956 * MS -
            (QUEUED +
              950 * MS +
              541 +
              211 +
              307 +
              103 +
              199 +
              1009 +
              163 +
              20_000 +
              179 +
              151 +
              1009 +
              449 +
              853 +
              283 +
              503)
          }
        `),
      );
      expect(chunks(run, 'thread kworker', 'run').length).toBe(1);
    });
  }

  test('runtime 0: it never runs', () => {
    const run = record(plan({ threads: KWORKER, off: '1' }), 2500 * MS);
    expect(chunks(run, 'thread kworker', 'run')).toEqual([]);
  });
});

const near = (times: ReadonlyArray<[number, number]>): number[] =>
  times.map(([fromNs]) => Math.round(fromNs / 100_000) / 10);

describe('T6 a fair thread that never sleeps', () => {
  const hog = '{name: hog, cpus: 1, policy: other}';

  test('one budget a second; the tick ends it, so it overruns by up to one tick', () => {
    const run = record(plan({ threads: hog, hz: 250 }), 3100 * MS);
    const served = chunks(run, 'thread hog', 'busy');
    // 50 ms from 950 ms on are over at 1000 ms and a few us: the tick of 1004 ms finds it. The
    // next is 950 ms after that, again with 50 ms and a few us, and so on.
    expect(near(served)).toEqual([950, 1954, 2958]);
    expect(served.map(([, toNs]) => toNs)).toEqual([1004 * MS, 2008 * MS, 3012 * MS]);
  });

  test('a nohz_full pCPU ticks while the server runs, and not before or after', () => {
    const options = { threads: hog, hz: 1000, cmdline: 'idle=poll nohz_full=1' };
    const run = record(plan(options), 1500 * MS);
    const ticks = run.lines.filter(
      ({ context, step }) => context === 'p1 irq' && step === 'C_TICK',
    );
    const [[fromNs, toNs]] = chunks(run, 'thread hog', 'busy');
    expect(ticks.length).toBeGreaterThanOrEqual(50);
    expect(ticks.every((tick) => tick.fromNs > fromNs && tick.fromNs < toNs + 3000)).toBe(true);
    expect(toNs - fromNs).toBeGreaterThan(50 * MS - 1);
    expect(toNs - fromNs).toBeLessThan(51 * MS);
  });
});

describe('T6 wake-ups around a running period', () => {
  test('before the deadline: at once, with 5 % of the time that is left', () => {
    const late = '{name: late, cpus: 1, policy: other, every: 10s, start: 1455500us, run: 30ms}';
    const run = record(plan({ threads: `${KWORKER}, ${late}` }), 2500 * MS);
    const served = chunks(run, 'thread late', 'run');
    // kworker was served at 955.5 ms, so the deadline is 1955.5 ms: 500 ms before it, 25 ms are
    // allowed, and the tick of 1481 ms ends them. The rest of the 30 ms comes 950 ms later.
    expect(near(served)).toEqual([1455.5, 2431]);
    expect(served[0][1]).toBe(1481 * MS);
    expect(near(chunks(run, 'thread kworker', 'run'))).toEqual([955.5]);
  });

  test('woken from another pCPU, it preempts through an IPI', () => {
    // The sleep timer of a thread on nohz_full p1 fires on p0, which ticks earlier.
    const threads =
      '{name: kworker, cpus: 1, policy: other, every: 1300ms, start: 5500us, run: 20us}, {name: hog, cpus: 0, policy: other}';
    const run = record(
      plan({ threads, cmdline: 'idle=poll nohz_full=1', priority: 99 }),
      3600 * MS,
    );
    expect(near(chunks(run, 'thread kworker', 'run'))).toEqual([955.5, 1305.5, 3555.5]);
    const releaseNs = 1_305_500_000;
    const wokenNs = releaseNs + TO_WAKE - KVM.exit;
    const all = steps(run, releaseNs, wokenNs + 127 + 223 + 1_900);
    expect(all.filter((line) => !line.includes('hog'))).toEqual(
      golden(`
        p0 | p0 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p0 | p0 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p0 | p0 irq: C_HRCB 103 __run_hrtimer
        p0 | p0 irq: C_TTWU 401 try_to_wake_up           # the server's period still runs
        p0 | p0 irq: C_IPI 127 native_smp_send_reschedule
        p0 | p0 irq: C_CLKEVT_PROG 199 tick_program_event
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_exit
        p1 | p1 irq: C_HIRQ 211 sysvec_reschedule_ipi
        p1 | p1 irq: C_CLKEVT_PROG 199 tick_nohz_stop_tick   # a deadline entity needs the tick
        p1 | p1 switch: C_SWITCH 1009 __schedule
      `),
    );
  });

  // The vCPU sleeps until 100 ms and spins from then on; a kworker runs at once at 50.3 ms. The
  // server's timer is not stopped with it.
  const sleeper =
    '{name: kworker, cpus: 1, policy: other, every: 1500ms, start: 50300us, run: 20us}';
  const spins =
    '  - {id: job, kind: periodic, on: g, cpus: 0, policy: "fifo:99", period: 10s, start: 100ms, run: 5s}';

  test('the forgotten timer costs an exit and an entry, and its period lets a wake-up through', () => {
    const run = record(plan({ threads: sleeper, workloads: spins, priority: 99 }), 4500 * MS);
    const queuedNs = 50_300_000 + TO_WAKE - KVM.exit; // p1 idles: no exit
    expect(steps(run, queuedNs + 950 * MS, queuedNs + 950 * MS + 2_500)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | p1 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p1 | p1 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p1 | p1 irq: C_HRCB 103 __run_hrtimer               # dl_server_timer: reschedule
        p1 | p1 irq: C_CLKEVT_PROG 199 tick_program_event
        p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit    # nobody to serve: the vCPU goes on
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      `),
    );
    // 1550.3 ms lies before the deadline 2000.3 ms: at once. 3050.3 ms does not: 950 ms later.
    expect(near(chunks(run, 'thread kworker', 'run'))).toEqual([50.3, 1550.3, 4000.3]);
  });

  test('a kernel that stops the server with its last thread has no such timer', () => {
    const text = plan({ threads: sleeper, workloads: spins, priority: 99 }).replace(
      'hz: 1000 }',
      'hz: 1000, flags: { fairServerStopsAtDequeue: true } }',
    );
    const run = record(text, 4500 * MS);
    const queuedNs = 50_300_000 + TO_WAKE - KVM.exit;
    expect(steps(run, queuedNs + 950 * MS, queuedNs + 950 * MS + 2_500)).toEqual([]);
    // Deferred at 1550.3 ms, served at 2500.3 ms; 3050.3 ms lies before the deadline of that.
    expect(near(chunks(run, 'thread kworker', 'run'))).toEqual([50.3, 2500.3, 3050.3]);
  });
});
