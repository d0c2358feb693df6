/**
 * SCHED_DEADLINE threads that may use several CPUs (kernel/sched/deadline.c select_task_rq_dl,
 * push_dl_task, pull_dl_task): m CPUs run the m earliest deadlines.
 */
import { expect, test } from 'vitest';
import { golden, record, steps } from './record.js';

const plan = (threads: string, cmdline = 'idle=poll'): string => `
host:
  topology: {sockets: 1, coresPerSocket: 3}
  kernel: { preset: '6.12-rt', hz: 24, flags: { fairServer: false } }
  cmdline: ${cmdline}
  threads: [${threads}]
workloads:
  - {id: idle, kind: periodic, on: host, cpus: 2, policy: other, period: 1s, start: 999ms, run: 1us}
`;

const dl = (name: string, cpus: string, deadline: string, start: string, run: string): string =>
  `{name: ${name}, cpus: '${cpus}', policy: 'deadline:2ms:${deadline}', every: 1s, start: ${start}, run: ${run}}`;

/** Where and from when a thread computes, in us. */
const runs = (text: string, name: string): Array<[number, number]> =>
  record(text, 3_000_000)
    .lines.filter(({ context, step }) => context === `thread ${name}` && step === 'run')
    .filter(({ fromNs, toNs }) => toNs > fromNs)
    .map(({ pcpu, fromNs }) => [pcpu, Math.floor(fromNs / 1000)]);

test('one that is woken behind an earlier deadline goes to a CPU that has none', () => {
  const first = dl('first', '0', '10ms', '100us', '1ms');
  const run = record(plan(`${first}, ${dl('late', '0,1', '20ms', '300us', '100us')}`), 3_000_000);
  expect(steps(run, 300_000, 303_900)).toEqual(
    golden(`
      p0 | p0 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
      p0 | p0 irq: C_HRT_IRQ 307 hrtimer_interrupt
      p0 | p0 irq: C_HRCB 103 __run_hrtimer
      p0 | p0 irq: C_TTWU 401 try_to_wake_up
      p1 | p1 switch: C_SWITCH 1009 __schedule                # p1 polls: no IPI
      p0 | p0 irq: C_CLKEVT_PROG 199 tick_program_event
      p0   thread first: run 802393
      p1   thread late: C_USER_RETURN 163 syscall_exit_to_user_mode
      p1   thread late: run 100000
    `),
  );
});

test('an earlier one stays if the running one can move, and that is pushed away', () => {
  const text = plan(
    `${dl('late', '0,1', '20ms', '100us', '500us')}, ${dl('soon', '0', '5ms', '200us', '100us')}`,
  );
  expect(runs(text, 'soon').map(([pcpu]) => pcpu)).toEqual([0]);
  const moved = runs(text, 'late');
  expect(moved.map(([pcpu]) => pcpu)).toEqual([0, 1]);
  // Not when `soon` has finished on its CPU, but as soon as the switch to it has ended.
  expect(moved[1][1]).toBeLessThan(210);
});

test('a CPU whose deadline thread sleeps pulls the earliest one that waits elsewhere', () => {
  const text = plan(
    [
      dl('a', '0', '9ms', '100us', '1ms'),
      dl('b', '1', '7ms', '100us', '300us'),
      dl('c', '0,1', '12ms', '200us', '100us'),
      dl('d', '0,1', '11ms', '250us', '100us'),
    ].join(', '),
  );
  expect(steps(record(text, 3_000_000), 400_000, 600_000, 1)).toEqual(
    golden(`
      p1   thread b: C_SYSCALL 179 hrtimer_nanosleep
      p1   thread b: C_HRTIMER_ARM 151 hrtimer_start_range_ns
      p1 | p1 switch: C_MIGRATE 457 pull_dl_task              # d waits on p0 behind a
      p1 | p1 switch: C_SWITCH 1009 __schedule
      p1   thread d: C_USER_RETURN 163 syscall_exit_to_user_mode
      p1   thread d: run 100000
      p1   thread d: C_SYSCALL 179 hrtimer_nanosleep
      p1   thread d: C_HRTIMER_ARM 151 hrtimer_start_range_ns
      p1 | p1 switch: C_MIGRATE 457 pull_dl_task
      p1 | p1 switch: C_SWITCH 1009 __schedule
      p1   thread c: C_USER_RETURN 163 syscall_exit_to_user_mode
      p1   thread c: run 100000
    `),
  );
});

test('among busy CPUs the one with the latest deadline makes room', () => {
  const text = plan(
    [
      dl('a', '0', '30ms', '100us', '1ms'),
      dl('b', '1', '20ms', '100us', '1ms'),
      dl('c', '2', '10ms', '100us', '1ms'),
      dl('d', '0,1,2', '5ms', '200us', '100us'),
    ].join(', '),
  );
  expect(runs(text, 'd').map(([pcpu]) => pcpu)).toEqual([0]);
  expect(runs(text, 'a').length).toBe(2);
});

test('nothing crosses between isolated CPUs and the others', () => {
  const first = dl('first', '0', '10ms', '100us', '1ms');
  const text = plan(
    `${first}, ${dl('late', '0,1', '20ms', '300us', '100us')}`,
    'idle=poll isolcpus=1',
  );
  expect(runs(text, 'late').map(([pcpu]) => pcpu)).toEqual([0]);
});
