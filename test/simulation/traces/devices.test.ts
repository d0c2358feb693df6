/**
 * External interrupts to a guest, path by path, written from arch/x86/kvm/vmx/posted_intr.c,
 * virt/kvm/eventfd.c, kernel/irq/manage.c and drivers/vhost/net.c.
 */
import { describe, expect, test } from 'vitest';
import { golden, record, steps } from './record.js';

const MS = 1_000_000;

const plan = (options: {
  device: string;
  preset?: string;
  host?: string;
  guest?: string;
  vcpu?: string;
  kvm?: string;
}): string => `
host:
  kernel: { preset: '${options.preset ?? '6.12-rt'}', hz: 100 }
  cmdline: idle=poll
  fairServerOff: 0-3
  kvm: { ple_gap: 0${options.kvm ? `, ${options.kvm}` : ''} }
${options.host ?? ''}
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 100 }
    cmdline: ${options.guest ?? 'idle=poll'}
    fairServerOff: 0
    devices:
      - ${options.device}
workloads:
  - {id: w, kind: interrupt, on: g, cpus: 0, policy: 'fifo:95', device: eth}
`;

const LINE = 'guest: {cpus: 0, cost: 59ns, thread: off}';

/** From the guest's interrupt to its thread: the guest idles by polling and is entered. */
const GUEST_PART = `
        p1 | g/0 irq: C_HIRQ 229 common_interrupt
        p1 | g/0 irq: hard handler 59 handle_irq_event
        p1 | g/0 irq: C_TTWU 409 try_to_wake_up
        p1 | g/0 switch: C_SWITCH 1013 __schedule
        p1   g/0 w: C_USER_RETURN 167 syscall_exit_to_user_mode
        p1   g/0 w: C_CLKREAD 29
`;
const GUEST_NS = 229 + 59 + 409 + 1013 + 167 + 29;
const ENTRY = `
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
`;

describe('posted interrupts (VT-d)', () => {
  const device = `{name: eth, kind: passthrough, every: 5ms, start: 500us, ${LINE}}`;

  test('a guest that executes takes them without an exit', () => {
    const run = record(plan({ device }), MS);
    expect(steps(run, 500_000, 500_000 + 701 + GUEST_NS)).toEqual(golden(GUEST_PART));
    expect(run.maxNs).toBe(701 + GUEST_NS);
  });

  test('a halted vCPU is woken by the wake-up vector where it blocked', () => {
    const run = record(plan({ device, guest: "''", kvm: 'halt_poll_ns: 0' }), MS);
    expect(steps(run, 500_000, 500_000 + 5_000)).toEqual(
      golden(`
        p1 | p1 irq: C_HIRQ 211 sysvec_kvm_posted_intr_wakeup_ipi
        p1 | p1 irq: C_PIW_BASE 113 pi_wakeup_handler
        p1 | p1 irq: C_PIW_ITEM 61 pi_wakeup_handler
        p1 | p1 irq: C_TTWU 401 try_to_wake_up
        p1 | p1 switch: C_SWITCH 1009 __schedule
        p1   vcpu g/0: C_VCPU_LOAD 853 kvm_sched_in
        ${ENTRY}
        p1 | g/0 irq: C_HIRQ 229 common_interrupt
        p1 | g/0 irq: hard handler 59 handle_irq_event
        p1 | g/0 irq: C_TTWU 409 try_to_wake_up
        p1 | g/0 switch: C_SWITCH 1013 __schedule
      `),
    );
  });

  test('a preempted vCPU costs nobody an interrupt and sees it at its next entry', () => {
    const hog = "{name: hog, policy: 'fifo:50', cpus: 1, every: 5ms, start: 490us, run: 20us}";
    const run = record(plan({ device, host: `  threads: [${hog}]` }), MS);
    const all = steps(run, 500_000, 530_000);
    expect(all.filter((line) => line.includes('sysvec_kvm'))).toEqual([]);
    const back = all.findIndex((line) => line.includes('C_VCPU_LOAD'));
    expect(all.slice(back + 1, back + 4)).toEqual(
      golden(`${ENTRY}
        p1 | g/0 irq: C_HIRQ 229 common_interrupt`),
    );
  });
});

describe('without APICv', () => {
  const kvm = 'enable_apicv: N';
  const device = `{name: eth, kind: passthrough, every: 5ms, start: 500us, host: {cpus: 0, thread: off}, ${LINE}}`;
  const kick = `
        p0 | p0 irq: C_HIRQ 211 common_interrupt
        p0 | p0 irq: C_EVENTFD 331 eventfd_signal_mask
        p0 | p0 irq: C_INJECT 139 kvm_arch_set_irq_inatomic
        p0 | p0 irq: C_IPI 127 native_smp_send_reschedule     # kvm_vcpu_kick
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | p1 irq: C_HIRQ 211 sysvec_reschedule_ipi
        p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit
        ${ENTRY}`;

  test('an injection is a kick, an exit and an entry', () => {
    const run = record(plan({ device, kvm }), MS);
    const end = 500_000 + 211 + 331 + 139 + 127 + 223 + 541 + 211 + 449 + 283 + 503 + GUEST_NS;
    expect(steps(run, 500_000, end).filter((line) => !line.includes('idle'))).toEqual(
      golden(kick + GUEST_PART),
    );
    expect(run.maxNs).toBe(end - 500_000);
  });

  test('a guest without PV EOI exits once more at the end of its interrupt', () => {
    const text = plan({ device, kvm }).replace(
      'devices:',
      'cpu: {features: {kvm-pv-eoi: false}}\n    devices:',
    );
    const run = record(text, MS);
    const from = 500_000 + 211 + 331 + 139 + 127 + 223 + 541 + 211 + 449 + 283 + 503;
    expect(steps(run, from, from + 2_600)).toEqual(
      golden(`
        p1 | g/0 irq: C_HIRQ 229 common_interrupt
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1   vcpu g/0: C_HANDLE_EXIT 449 apic_set_eoi
        ${ENTRY}
        p1 | g/0 irq: hard handler 59 handle_irq_event
        p1 | g/0 irq: C_TTWU 409 try_to_wake_up
        p1 | g/0 switch: C_SWITCH 1013 __schedule
      `),
    );
  });

  test('a guest with interrupts off exits again when it switches them on', () => {
    const text = plan({ device, kvm }).replace(
      'devices:',
      "threads: [{name: t, policy: 'fifo:9', cpus: 0, every: 10ms, start: 495us, run: 100ns, sections: [{kind: irqOff, run: 20us}]}]\n    devices:",
    );
    const run = record(text, MS);
    const all = steps(run, 500_000, 540_000, 1);
    const hold = all.findIndex(
      (line) => line.includes('irqOff0 hold') && line.includes('g thread'),
    );
    const rest = all.slice(all.findIndex((line, i) => i > hold && line.includes('C_EXIT')));
    expect(rest.slice(0, 5)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1   vcpu g/0: C_HANDLE_EXIT 449 handle_interrupt_window
        ${ENTRY}
        p1 | g/0 irq: C_HIRQ 229 common_interrupt
      `),
    );
  });
});

describe('remapped: the host handles the interrupt', () => {
  const remapped = (host: string): string =>
    `{name: eth, kind: passthrough, posted: false, every: 5ms, start: 500us, host: ${host}, ${LINE}}`;

  test('on RT in a thread of priority 50, which injects', () => {
    const run = record(plan({ device: remapped('{cpus: 0}') }), MS);
    expect(steps(run, 500_000, 503_000, 0)).toEqual(
      golden(`
        p0 | p0 irq: C_HIRQ 211 common_interrupt
        p0 | p0 irq: C_TTWU 401 __irq_wake_thread
        p0 | p0 switch: C_SWITCH 1009 __schedule
        p0   p0 irq thread passthrough/g/eth: C_EVENTFD 331 eventfd_signal_mask
        p0   p0 irq thread passthrough/g/eth: C_INJECT 139 kvm_arch_set_irq_inatomic
        p0 | p0 switch: C_SWITCH 1009 __schedule
      `).slice(0, 6),
    );
    expect(run.maxNs).toBe(211 + 401 + 1009 + 331 + 139 + 701 + GUEST_NS);
  });

  test('starves when a FIFO 50 thread owns its pCPU', () => {
    const host = "  threads: [{name: poller, policy: 'fifo:50', cpus: 0}]";
    expect(record(plan({ device: remapped('{cpus: 0}'), host }), 20 * MS).count).toBe(0);
    expect(record(plan({ device: remapped('{cpus: 2}'), host }), 20 * MS).count).toBe(4);
  });
});

describe('T8 irqfd signalled on a pCPU that a FIFO thread never leaves', () => {
  // The signaller is an irq thread above the poller; its kworker is below it.
  const device = (route: string): string =>
    `{name: eth, kind: passthrough, route: ${route}, posted: false, every: 300ms, start: 500us, host: {cpus: 0, thread: {policy: 'fifo:60'}}, ${LINE}}`;
  const host = "  threads: [{name: poller, policy: 'fifo:2', cpus: 0}]";

  test('an MSI is injected in place', () => {
    const run = record(plan({ device: device('msi'), host }), 20 * MS);
    expect(run.maxNs).toBe(211 + 401 + 1009 + 331 + 139 + 701 + GUEST_NS);
  });

  test('INTx waits for the kworker of that pCPU: never', () => {
    const run = record(plan({ device: device('intx'), host }), 3000 * MS);
    expect(steps(run, 500_000, 503_500, 0).slice(0, 6)).toEqual(
      golden(`
        p0 | p0 irq: C_HIRQ 211 common_interrupt
        p0 | p0 irq: C_TTWU 401 __irq_wake_thread
        p0 | p0 switch: C_SWITCH 1009 __schedule
        p0   p0 irq thread passthrough/g/eth: C_EVENTFD 331 eventfd_signal_mask
        p0 | p0 irq thread passthrough/g/eth: C_TTWU 401 __queue_work   # FIFO 2 goes on before it
        p0 | p0 switch: C_SWITCH 1009 __schedule
      `),
    );
    expect(run.count).toBe(0);
  });

  test('the fair server lets the kworker run after 950 ms', () => {
    const run = record(
      plan({ device: device('intx'), host }).replace('fairServerOff: 0-3', 'fairServerOff: 1-3'),
      2500 * MS,
    );
    expect(run.maxNs).toBeGreaterThan(940 * MS);
    expect(run.maxNs).toBeLessThan(960 * MS);
  });
});

describe('host threads in between', () => {
  test('vhost-net: softirq, worker, irqfd', () => {
    const device = `{name: eth, kind: vhost-net, every: 5ms, start: 500us, host: {cpus: 0, thread: off, cost: 61ns, softirq: 67ns}, worker: {cpus: 2}, ${LINE}}`;
    const run = record(plan({ device, preset: '6.12' }), MS);
    expect(steps(run, 500_000, 520_000).filter((line) => !/idle|g\/0/.test(line))).toEqual(
      golden(`
        p0 | p0 irq: C_HIRQ 211 common_interrupt
        p0 | p0 irq: hard handler 61 handle_irq_event
        p0   p0 softirq: C_SOFTIRQ 251 handle_softirqs
        p0   p0 softirq: device softirq 67 net_rx_action
        p0 | p0 softirq: C_TTWU 401 try_to_wake_up
        p2 | p2 switch: C_SWITCH 1009 __schedule           # idle=poll: no IPI
        p2   worker vhost-g/eth: C_VHOST_PKT 877 handle_rx
        p2   worker vhost-g/eth: C_EVENTFD 331 eventfd_signal_mask
        p2   worker vhost-g/eth: C_INJECT 139 kvm_arch_set_irq_inatomic
        p2 | p2 switch: C_SWITCH 1009 __schedule
      `),
    );
    expect(run.maxNs).toBe(211 + 61 + 251 + 67 + 401 + 1009 + 877 + 331 + 139 + 701 + GUEST_NS);
  });

  test('an emulated device: the main loop takes the big lock, and injects by a system call', () => {
    const device = `{name: eth, kind: emulated, every: 5ms, start: 500us, host: {cpus: 0, thread: off}, run: 3us, ${LINE}}`;
    const text = plan({ device }).replace('devices:', 'emulator: {cpus: 2}\n    devices:');
    const run = record(text, MS);
    expect(steps(run, 500_000, 520_000, 2).filter((line) => !line.includes('idle'))).toEqual(
      golden(`
        p2 | p2 switch: C_SWITCH 1009 __schedule
        p2   worker qemu/g: C_USER_RETURN 163 syscall_exit_to_user_mode
        p2   worker qemu/g: device code 3000
        p2   worker qemu/g: C_SYSCALL 179
        p2   worker qemu/g: C_EVENTFD 331 eventfd_signal_mask
        p2   worker qemu/g: C_INJECT 139 kvm_arch_set_irq_inatomic
        p2 | p2 switch: C_SWITCH 1009 __schedule
      `),
    );
  });
});
