/**
 * A plan in which everything happens often: SMIs, locks that are fought for, softirqs, HLT, deadline
 * threads out of budget, timers of a nohz_full CPU on another one.
 */
import { planFromYaml } from '../plan/builder.js';

export const BUSY = planFromYaml(
  `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  cmdline: nohz_full=1
  smi: {every: 200us..300us..900us, run: 5us..20us..60us}
  kernel: {preset: '6.12-rt'}
  threads:
    - {name: a, policy: 'fifo:5', cpus: 0, every: 90us..100us..200us, run: 5us..20us, sections: [{kind: spin, lock: l, run: 3us..9us}]}
    - {name: b, policy: 'fifo:9', cpus: 1, every: 70us..110us, run: 2us..9us, sections: [{kind: spin, lock: l, run: 3us..9us}, {kind: raw, lock: r, run: 1us..4us}]}
    - {name: c, policy: other, cpus: 0-1, every: 150us..300us, run: 10us..40us, sections: [{kind: bh, run: 3us..30us}, {kind: raw, lock: r, run: 1us..9us}]}
    - {name: d, policy: 'deadline:50us:300us:600us', cpus: 0-1, every: 600us..700us, run: 20us..200us}
  irqs:
    - {name: eth, cpus: 0, every: 30us..90us, cost: 1us..3us, softirq: 2us..9us, thread: off}
guests:
  - name: g
    kernel: {preset: '6.12-rt'}
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:3'}]
    threads:
      - {name: e, policy: other, cpus: 0, every: 100us..200us, run: 5us..20us}
workloads:
  - {id: w, kind: cyclictest, on: g, cpus: 0, interval: 250us}
  - {id: t, kind: timerlat, on: host, cpus: 0, interval: 210us}
  - {id: u, kind: cyclictest, on: host, cpus: 1, interval: 330us}
  - {id: p, kind: periodic, on: host, cpus: 0, policy: 'fifo:7', period: 300us, run: 10us..30us}
`,
  { cost: '50ns..100ns..700ns' },
);
