/** From the wire to the guest's thread and back: canonical traces of a packet, every step priced. */
import { expect, test } from 'vitest';
import { golden, type Recorded, record, steps } from '../simulation/traces/record.js';

interface Setting {
  readonly poller?: string;
  readonly pcpu?: number;
  readonly guest?: string;
  readonly interfaces?: string;
  readonly packets?: string;
  readonly pollers?: string;
}

const plan = ({ poller = "'fifo:2'", pcpu = 0, guest = '', ...rest }: Setting): string => `
host:
  cmdline: idle=poll
  kernel: {flags: {fairServer: false}, hz: 100}
  sysctl: {kernel.sched_rt_runtime_us: -1}
  kvm: {lapic_timer_advance: N, halt_poll_ns: 0}
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: {flags: {fairServer: false}, hz: 100}
    sysctl: {kernel.sched_rt_runtime_us: -1}
    ${guest}
switches:
  - name: s
    pollers: [${rest.pollers ?? `{name: p, cpus: ${pcpu}, policy: ${poller}}`}]
    interfaces: [{name: i, guest: g}${rest.interfaces ?? ''}]
    packets: [{name: x, interface: i, every: 1ms, start: 500us}${rest.packets ?? ''}]
workloads:
  - {id: echo, kind: packet-echo, on: g, cpus: 0, policy: 'fifo:80', interface: i}
`;
const MS = 1_000_000;
const POLLS = 'cmdline: idle=poll';
const packet = (run: Recorded): string[] =>
  steps(run, 1.5 * MS, 1.52 * MS).filter((line) => !/: (poll|idle) /.test(line));

test('a guest that polls when idle: no exit, the vector is posted', () => {
  const run = record(plan({ guest: POLLS }), 3 * MS);
  expect(packet(run)).toEqual(
    golden(`
      p0   poller s/p: C_POLL_FIX 67                          # the wire's queue has a packet
      p0   poller s/p: C_PKT 71
      p0   poller s/p: C_COPY out 73                          # into the guest's buffer
      p0   poller s/p: C_FLUSH 79
      p0   poller s/p: C_KICK_CALL 587 eventfd_write
      p0 | poller s/p: C_INJECT 139 irqfd_wakeup              # 701 ns later the guest has it
      p1 | g/0 irq: C_HIRQ 229 common_interrupt
      p1 | g/0 irq: C_TTWU 409 __irq_wake_thread
      p1 | g/0 switch: C_SWITCH 1013 __schedule
      p1   g/0 irq thread virtio-i: irq thread 97 irq_forced_thread_fn
      p1   g/0 irq thread virtio-i: C_SOFTIRQ 257 handle_softirqs
      p1   g/0 irq thread virtio-i: C_NET_RX 811 virtnet_receive
      p1 | g/0 irq thread virtio-i: C_TTWU 409 try_to_wake_up
      p1 | g/0 switch: C_SWITCH 1013 __schedule
      p1   g/0 echo: C_USER_RETURN 167 syscall_exit_to_user_mode
      p1   g/0 echo: C_SYSCALL 181 __sys_sendto
      p1   g/0 echo: C_NET_TX 907 start_xmit                  # no kick: the switch polls
      p1   g/0 echo: C_USER_RETURN 167 syscall_exit_to_user_mode
      p0   poller s/p: C_POLL_FIX 67                          # the guest's queue
      p0   poller s/p: C_PKT 71
      p0   poller s/p: C_COPY in 73
      p1   g/0 echo: C_SYSCALL 181 __sys_recvfrom
      p0   poller s/p: C_FLUSH 79                             # on the wire: the latency ends
      p1 | g/0 switch: C_SWITCH 1013 __schedule
      p1 | g/0 switch: C_SWITCH 1013 __schedule
    `),
  );
  const { causes } = run.simulation.result().workloads[0];
  expect(causes['interrupt on its way']).toBe(3 * 701);
});

test('a guest that halts: the poller wakes its vCPU, and pays for it', () => {
  const run = record(plan({}), 3 * MS);
  expect(packet(run).slice(5, 13)).toEqual(
    golden(`
      p0 | poller s/p: C_INJECT 139 irqfd_wakeup
      p0 | poller s/p: C_TTWU 401 try_to_wake_up
      p1 | p1 switch: C_SWITCH 1009 __schedule
      p1   vcpu g/0: C_VCPU_LOAD 853 kvm_sched_in
      p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
      p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      p1 | g/0 irq: C_HIRQ 229 common_interrupt
      p1 | g/0 irq: C_TTWU 409 __irq_wake_thread
    `),
  );
});

/** On one pCPU: packets answered of those that came, and what follows the first call. */
const shared = (poller: string, guest: string): { answered: number; after: string | undefined } => {
  const run = record(plan({ poller, guest, pcpu: 1 }), 4 * MS);
  const lines = steps(run, 0.5 * MS, 4 * MS);
  const after = lines[lines.findIndex((line) => line.includes('C_TTWU 401')) + 1];
  return { answered: run.count, after };
};

test('on one pCPU a poller that never sleeps starves every vCPU that is not stronger', () => {
  for (const poller of ["'fifo:2'", "'fifo:1'"]) {
    // It wakes the vCPU and polls on: equal priority never preempts.
    const { answered, after } = shared(poller, '');
    expect(answered).toBe(0);
    expect(after ?? 'p1 poller s/p: poll').toContain('poller s/p');
  }
});

test('a stronger vCPU that halts lets the poller work; one that polls starves its own switch', () => {
  const { answered, after } = shared('other', '');
  expect(answered).toBe(4);
  expect(after).toBe('p1 | p1 switch: C_SWITCH 1009 __schedule');
  expect(shared('other', POLLS).answered).toBe(0);
});

test("one poller for two interfaces: the other's bursts stand before the packet; two: they do not", () => {
  const burst = {
    interfaces: ', {name: j, poller: q}',
    packets: ', {name: y, interface: j, every: 1ms, start: 499us, burst: 32, gap: 1ns}',
  };
  const two = "{name: p, cpus: 0, policy: 'fifo:2'}, {name: q, cpus: 2, policy: 'fifo:2'}";
  const alone = record(plan({ guest: POLLS }), 3 * MS).maxNs;
  const apart = record(plan({ guest: POLLS, ...burst, pollers: two }), 3 * MS).maxNs;
  const together = record(
    plan({ guest: POLLS, ...burst, interfaces: ', {name: j, poller: p}' }),
    3 * MS,
  ).maxNs;
  expect(apart).toBe(alone);
  expect(together).toBeGreaterThan(alone + 1000);
});
