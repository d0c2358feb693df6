/** Mechanisms between a guest, its devices and QEMU. */
import { cyclictest, type Doc, guest, host, job, type Mechanism, time } from '../mechanism.js';

const IDLE = { cmdline: 'idle=poll' };

/** A guest with a device, and a thread that waits for it. */
const device = (s: number, fields: Doc, guestFields: Doc = IDLE, hostFields: Doc = {}): Doc => ({
  host: host(s, hostFields),
  guests: [
    guest(s, {
      ...guestFields,
      devices: [
        {
          name: 'eth',
          every: time(100, s),
          start: time(50, s),
          guest: { cpus: '0', cost: time(1, s), thread: 'off' },
          ...fields,
        },
      ],
    }),
  ],
  workloads: [
    { id: 'wait', kind: 'interrupt', on: 'g', cpus: '0', policy: 'fifo:50', device: 'eth' },
  ],
});

/** A guest whose job runs `section`. */
const section = (s: number, fields: Doc, guestFields: Doc = {}): Doc => ({
  host: host(s),
  guests: [guest(s, { ...IDLE, ...guestFields })],
  workloads: [job(s, 'g', 0, { sections: [fields] })],
});

const polling = (s: number, guestFields: Doc, kvm: Doc = {}): Doc => ({
  host: host(s, { kvm: { halt_poll_ns: 0, lapic_timer_advance: 'N', ...kvm } }),
  guests: [guest(s, { ...IDLE, ...guestFields })],
  workloads: [cyclictest(s, 'g', 0)],
});

const withoutClock = (doc: Doc): Doc => {
  const [one] = doc.guests as Doc[];
  return { ...doc, guests: [{ ...one, clock: { sync: 'off' } }] };
};

const TWO_VCPUS = {
  vcpus: [
    { id: 0, cpus: '1', policy: 'fifo:1' },
    { id: 1, cpus: '0', policy: 'fifo:1' },
  ],
};

export const GUEST_MECHANISMS: readonly Mechanism[] = [
  {
    name: 'posted device interrupt',
    cause: 'posted-interrupt wake-up',
    plan: (s) => device(s, { kind: 'passthrough' }, {}),
  },
  {
    name: 'irqfd',
    cause: 'signal of ',
    plan: (s) => device(s, { kind: 'passthrough', posted: false, host: { cpus: '0' } }),
  },
  {
    name: 'irqfd by a kworker',
    cause: 'irqfd work of ',
    plan: (s) =>
      device(s, { kind: 'passthrough', posted: false, route: 'intx', host: { cpus: '0' } }),
  },
  {
    name: 'device worker',
    cause: 'worker ',
    plan: (s) => device(s, { kind: 'vhost-net', host: { cpus: '0' }, worker: { cpus: '0' } }),
  },
  {
    name: 'end of interrupt without APICv',
    cause: 'EOI exit',
    plan: (s) =>
      device(
        s,
        { kind: 'passthrough', host: { cpus: '0' } },
        { ...IDLE, cpu: { features: { 'kvm-pv-eoi': false } } },
        { kvm: { enable_apicv: 'N', lapic_timer_advance: 'N', halt_poll_ns: 0 } },
      ),
  },
  {
    name: 'big QEMU lock',
    cause: 'lock bql/',
    plan: (s) =>
      section(
        s,
        { kind: 'userExit', run: time(5, s) },
        {
          emulator: {
            cpus: '0',
            every: time(70, s),
            start: time(40, s),
            run: time(1, s),
            sections: [{ kind: 'mutex', lock: 'bql', run: time(40, s) }],
          },
        },
      ),
  },
  {
    name: 'exit to QEMU',
    cause: 'exit to QEMU',
    plan: (s) => section(s, { kind: 'userExit', run: time(5, s) }),
  },
  {
    name: 'function call on other CPUs',
    cause: 'call by ',
    plan: (s) => section(s, { kind: 'call', run: time(2, s) }, TWO_VCPUS),
  },
  {
    name: 'IPI virtualization',
    cause: 'posted-interrupt wake-up',
    // It costs the pCPU of the vCPU that is called, which is blocked: the host's cyclictest is there.
    plan: (s) => ({
      host: host(s, {
        kvm: { halt_poll_ns: 0, lapic_timer_advance: 'N', ple_gap: 0, enable_ipiv: 'Y' },
      }),
      guests: [guest(s, TWO_VCPUS)],
      workloads: [
        job(s, 'g', 0, {
          period: time(37, s),
          run: time(1, s),
          sections: [{ kind: 'call', run: time(1, s) }],
        }),
        cyclictest(s, 'host', 0),
      ],
    }),
    off: (doc) => {
      const plain = { halt_poll_ns: 0, lapic_timer_advance: 'N', ple_gap: 0 };
      const withKvm = (kvm: Doc): Doc => ({ ...doc, host: { ...(doc.host as Doc), kvm } });
      return [withKvm({ ...plain, enable_ipiv: 'N' }), withKvm(plain)];
    },
  },
  {
    name: 'PAUSE-loop exit',
    cause: 'PAUSE-loop exit',
    plan: (s) => ({
      ...polling(s, {}, { ple_gap: 128 }),
      workloads: [job(s, 'g', 0, { run: time(1, s), start: time(2, s), period: time(20, s) })],
    }),
    notScaled: 'the window is a constant of KVM',
  },
  {
    name: 'kvmclock update',
    cause: 'kvmclock update',
    plan: (s) => polling(s, { clock: { sync: { every: time(100, s), start: time(50, s) } } }),
    off: (doc) => {
      const off = withoutClock(doc);
      const { clock: _, ...never } = (off.guests as Doc[])[0];
      return [off, { ...off, guests: [never] }];
    },
  },
  {
    name: 'EPT violation',
    cause: 'EPT violation',
    plan: (s) => ({
      ...polling(s, { memory: { faults: { every: time(30, s), start: time(10, s) } } }),
      workloads: [job(s, 'g', 0)],
    }),
  },
];
