/**
 * What the kernel does to its own CPUs: an NMI comes through where interrupts are off and schedules
 * nothing (arch/x86/kernel/nmi.c), and stop_machine holds every CPU until the slowest has come
 * (kernel/stop_machine.c multi_cpu_stop).
 */
import { describe, expect, test } from 'vitest';
import { golden, record, steps } from './record.js';

const plan = (noise: string, threads = '', guests = ''): string => `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '6.12-rt', hz: 24, flags: { fairServer: false } }
  cmdline: idle=poll
  kvm: { halt_poll_ns: 0 }
  noise: {${noise}}
  threads: [${threads}]
${guests}
workloads:
  - {id: B, kind: periodic, on: host, cpus: 0, policy: 'fifo:20', period: 10ms, start: 100us, run: 30us, sections: [{kind: irqOff, run: 50us}]}
`;

describe('an NMI', () => {
  const at = (us: number): string => `hardLockupNmi: {cpus: 0, every: 1s, start: ${us}us}`;

  test('interrupts a section with interrupts off, and what wants the CPU waits for its end', () => {
    const strong = "{name: strong, cpus: 0, policy: 'fifo:30', every: 1s, start: 160us, run: 3us}";
    const run = record(plan(at(150), strong), 300_000);
    expect(
      steps(run, 150_000, 190_000)
        .slice(0, 10)
        .map((line) => line.replace(/hold [0-9]+/, 'hold')),
    ).toEqual(
      golden(`
        p0 | p0 NMI: C_NMI 1301 exc_nmi
        p0 | p0 B: irqOff0 hold                            # interrupts are still off
        p0 | p0 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p0 | p0 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p0 | p0 irq: C_HRCB 103 __run_hrtimer
        p0 | p0 irq: C_TTWU 401 try_to_wake_up
        p0 | p0 irq: C_CLKEVT_PROG 199 tick_program_event
        p0 | p0 switch: C_SWITCH 1009 __schedule
        p0   thread strong: C_USER_RETURN 163 syscall_exit_to_user_mode
        p0   thread strong: run 3000
      `),
    );
  });

  test('makes a guest exit', () => {
    const guest = `guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 24 }
    cmdline: idle=poll`;
    const run = record(
      plan('hardLockupNmi: {cpus: 1, every: 1s, start: 500us}', '', guest),
      520_000,
    );
    expect(steps(run, 500_000, 503_500, 1).slice(0, 6)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_NMI 1301 handle_nmi_exception_irqoff
        p1   vcpu g/0: C_HANDLE_EXIT 449 handle_exception_nmi
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      `).concat([expect.stringContaining('g/0')]),
    );
  });
});

describe('stop_machine', () => {
  test('waits for the slowest CPU, then stops all with interrupts off', () => {
    // p0 has interrupts off from about 132 to 182 us; p1 comes at once and spins.
    const run = record(plan('stopMachine: {every: 1s, start: 150us, run: 7us}'), 300_000);
    const shown = run.lines
      .filter(({ context, toNs, fromNs }) => context.endsWith('migration') && toNs > fromNs)
      .map(({ pcpu, step, irqOff }) => `p${pcpu} ${irqOff ? '|' : ' '} ${step}`);
    expect(shown).toEqual(['p1   wait for the others', 'p0 | stopped', 'p1 | stopped']);
    const stopped = run.lines.filter(({ step }) => step === 'stopped');
    expect(new Set(stopped.map(({ toNs }) => toNs)).size).toBe(1);
    expect(stopped[0].toNs - stopped[0].fromNs).toBe(7000);
    expect(stopped[0].fromNs).toBeGreaterThan(180_000);
  });

  test('beats every FIFO thread', () => {
    const hog = "{name: hog, cpus: 1, policy: 'fifo:99'}";
    const run = record(plan('stopMachine: {every: 1s, start: 150us, run: 7us}', hog), 300_000);
    expect(run.lines.filter(({ step }) => step === 'stopped').length).toBe(2);
  });
});

test('the clocksource watchdog visits one pCPU after the other, isolated or not', () => {
  const text = plan('clocksourceWatchdog: {every: 50us, start: 10us, run: 1us}').replace(
    'idle=poll',
    'idle=poll isolcpus=1 nohz_full=1',
  );
  const hog = "{name: hog, cpus: 1, policy: 'fifo:1'}";
  const visits = (plan: string): number[] =>
    record(plan, 300_000)
      .lines.filter(({ step, toNs, fromNs }) => step === 'hard handler' && toNs > fromNs)
      .map(({ pcpu }) => pcpu);
  expect(visits(text.replace('threads: []', `threads: [${hog}]`))).toEqual([0, 1, 0, 1, 0, 1]);
});
