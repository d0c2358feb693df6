/** Mechanisms between the wire and a guest: switches that poll, virtqueues, packets, who receives them. */
import { type Doc, guest, host, type Mechanism, time } from '../mechanism.js';

interface Setting {
  readonly poller?: Doc;
  readonly interface?: Doc;
  readonly packets?: Doc;
  readonly workload?: Doc;
  readonly switch?: Doc;
}

/** A poller on pCPU 0, a guest on pCPU 1, a packet every 100 us. */
const packets = (s: number, setting: Setting = {}): Doc => ({
  host: host(s),
  guests: [guest(s, { cmdline: 'idle=poll' })],
  switches: [
    {
      name: 'ovs',
      pollers: [{ name: 'pmd', cpus: '0', policy: 'fifo:2', ...setting.poller }],
      interfaces: [{ name: 'net', guest: 'g', ...setting.interface }],
      packets: [
        {
          name: 'wire',
          interface: 'net',
          every: time(100, s),
          start: time(50, s),
          ...setting.packets,
        },
      ],
      housekeeping: 0,
      ...setting.switch,
    },
  ],
  workloads: [
    {
      id: 'echo',
      kind: 'packet-echo',
      on: 'g',
      cpus: '0',
      policy: 'fifo:80',
      interface: 'net',
      ...setting.workload,
    },
  ],
});

export const NETWORK_MECHANISMS: readonly Mechanism[] = [
  { name: 'switch poller', cause: 'poll loop of ovs/pmd', plan: (s) => packets(s) },
  {
    name: 'housekeeping of a poller',
    cause: 'housekeeping of ovs/pmd',
    // Often enough to meet the one packet or the other.
    plan: (s) => packets(s, { switch: { housekeeping: 2 } }),
    off: (doc) => {
      const [one] = doc.switches as Doc[];
      // Rounds that are further apart than the run is long.
      return [
        { ...doc, switches: [{ ...one, housekeeping: 0 }] },
        { ...doc, switches: [{ ...one, housekeeping: 1_000_000_000 }] },
      ];
    },
  },
  { name: 'packet copy', cause: 'packet copy of ovs/pmd', plan: (s) => packets(s) },
  {
    name: 'packets in bursts',
    cause: 'packet work of ovs/pmd',
    plan: (s) => packets(s, { packets: { burst: 9, gap: time(1, s) } }),
    off: (doc) => {
      const [one] = doc.switches as Doc[];
      const [{ burst: _, gap: __, ...plain }] = one.packets as Doc[];
      const withPackets = (wire: Doc): Doc => ({ ...doc, switches: [{ ...one, packets: [wire] }] });
      return [withPackets({ ...plain, burst: 1 }), withPackets(plain)];
    },
  },
  { name: 'virtqueue interrupt', cause: 'call by ovs/pmd', plan: (s) => packets(s) },
  { name: 'packet reception', cause: 'softirq of virtio-net', plan: (s) => packets(s) },
  {
    name: 'answer of a packet workload',
    cause: 'control-loop echo',
    plan: (s) => packets(s, { workload: { kind: 'control-loop', run: time(7, s) } }),
  },
  {
    name: 'poll-mode consumer',
    cause: 'poll loop of guest packet-echo',
    plan: (s) => packets(s, { workload: { receive: 'poll' } }),
  },
];
