/**
 * T11: a guest's lock holder without a pCPU. The host knows neither the guest's lock nor its priorities:
 * it takes the pCPU from the vCPU that holds a raw lock, and every other vCPU spins for as long, in
 * guest mode, with nothing that the host could see but a busy vCPU.
 */
import { describe, expect, test } from 'vitest';
import { beginOf, golden, record, steps } from './record.js';

const MS = 1_000_000;

/** vCPU 1 shares pCPU 0 with a FIFO thread that takes it for 4 ms in the middle of the lock. */
const plan = (options: { hog: boolean; lock?: string }): string => `
host:
  kernel: { preset: '6.12-rt', hz: 100 }
  cmdline: idle=poll
  fairServerOff: 0-3
  kvm: { ple_gap: 0 }
${options.hog ? "  threads: [{name: hog, policy: 'fifo:90', cpus: 0, every: 100ms, start: 530us, run: 4ms}]" : ''}
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:80'}, {id: 1, cpus: 0, policy: other}]
    kernel: { preset: '6.12-rt', hz: 100 }
    cmdline: idle=poll
    fairServerOff: 0-1
    threads: [{name: holder, policy: other, cpus: 1, every: 100ms, start: 500us, run: 1us, sections: [{kind: ${options.lock ?? 'raw'}, lock: l, run: 60us}]}]
workloads:
  - {id: job, kind: periodic, on: g, cpus: 0, policy: 'fifo:95', period: 100ms, start: 535us, run: 1us, sections: [{kind: ${options.lock ?? 'raw'}, lock: l, run: 2us}]}
`;

describe('T11 lock-holder preemption', () => {
  test('the vCPU spins while the holder has no pCPU, without an exit', () => {
    const run = record(plan({ hog: true }), 8 * MS);
    const spin = run.lines.find((line) => line.step === 'raw0 spin');
    expect(spin?.pcpu).toBe(1);
    expect((spin?.toNs ?? 0) - (spin?.fromNs ?? 0)).toBeGreaterThan(4 * MS);
    const from = beginOf(run, 'g/0 job', 'raw0 spin', 0);
    // On pCPU 1 nothing but the spin: no exit, no host code.
    expect(steps(run, from, from + 4 * MS, 1)).toEqual([
      `p1 | g/0 job: raw0 spin ${(spin?.toNs ?? 0) - from}`,
    ]);
    const stolen = steps(run, from, from + 5 * MS, 0);
    const back = stolen.findIndex((line) => line.includes('vcpu g/1: C_VCPU_LOAD'));
    expect(stolen.slice(back, back + 3)).toEqual(
      golden(`
        p0   vcpu g/1: C_VCPU_LOAD 853 kvm_sched_in
        p0 | vcpu g/1: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p0 | vcpu g/1: C_ENTRY 503 vmx_vcpu_enter_exit
      `),
    );
    // The section goes on where the thief has cut it.
    expect(stolen[back + 3]).toMatch(/^p0 [|] g thread holder: raw0 hold [0-9]+$/);
    expect(run.maxNs).toBeGreaterThan(4 * MS);
    expect(run.maxNs).toBeLessThan(4.2 * MS);
  });

  test('without the thief the wait is what is left of the section', () => {
    expect(record(plan({ hog: false }), 8 * MS).maxNs).toBeLessThan(60_000);
  });

  test('the holder is not boosted on the host by a lock with inheritance in the guest', () => {
    const run = record(plan({ hog: true, lock: 'spin' }), 8 * MS);
    const spins = run.lines.filter(({ step }) => step.includes('spin0 spin'));
    expect(spins).toEqual([]);
    // The guest's waiter sleeps, and waits as long.
    expect(run.maxNs).toBeGreaterThan(4 * MS);
  });
});
