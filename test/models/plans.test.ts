/** Every shipped plan loads, says where it comes from, and holds the settings that it claims. */
import { describe, expect, it } from 'vitest';
import { modelFiles, modelText, preparedPlan, shippedPlan } from './models.js';

const FILES = modelFiles('plans');

/** Warnings that are right: the real node has these traps on its command line. */
const EXPECTED_WARNINGS: Readonly<Record<string, readonly string[]>> = {
  'ocp-worker.yaml': ['plan/isolcpus-flags', 'plan/boot-cpu'],
};

describe('shipped plans', () => {
  it('are these', () => {
    const wanted = ['baremetal-cyclictest', 'flagship', 'guest-cyclictest', 'ocp-worker'];
    wanted.push('opnfv-kvm4nfv', 'untuned');
    expect(FILES).toEqual(expect.arrayContaining(wanted.map((name) => `${name}.yaml`)));
  });

  it.each(FILES)('%s loads without errors, and without warnings that nobody expects', (file) => {
    const { plan, diagnostics } = preparedPlan(file.slice(0, -'.yaml'.length));
    expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
    expect(diagnostics.map((d) => d.code)).toEqual(EXPECTED_WARNINGS[file] ?? []);
    expect(`${plan?.name}.yaml`).toBe(file);
  });

  it.each(FILES)('%s opens with a comment that says what it is', (file) => {
    const head = modelText(`plans/${file}`).split('isochron: 1')[0];
    expect(head).toMatch(/^# \S.{40,}/);
  });
});

describe('the two sides of the LWN comparison', () => {
  const bare = shippedPlan('baremetal-cyclictest');
  const guest = shippedPlan('guest-cyclictest');

  it('share one host', () => {
    expect(guest.host).toEqual(bare.host);
    expect(guest.platform).toEqual(bare.platform);
    expect([bare.smi, guest.smi]).toEqual([undefined, undefined]);
  });

  it('differ by the guest alone: cyclictest on the same isolated pCPU', () => {
    const [bareRun] = bare.workloads;
    const [guestRun] = guest.workloads;
    expect(guestRun).toEqual({ ...bareRun, guest: 'rt', cpus: [1] });
    const { pcpus, scheduling } = guest.guests[0].vcpus[1];
    expect(pcpus).toEqual(bareRun.cpus);
    expect(bare.host.isolatedDomain).toEqual(expect.arrayContaining([...pcpus]));
    // Only softirq and RCU threads stand above a vCPU (LWN, Realtime KVM).
    const [pcpu] = pcpus;
    expect(guest.host.ksoftirqd[pcpu].priority).toBeGreaterThan(scheduling.priority);
  });

  it('arm the guest timer early by a fixed time, as kernels of that era do', () => {
    expect(guest.host.flags.adaptiveTimerAdvance).toBe(false);
    expect(guest.kvm.timerAdvance).toBe(2000);
  });
});

describe('opnfv-kvm4nfv', () => {
  const plan = shippedPlan('opnfv-kvm4nfv');

  it('pins two SCHED_OTHER vCPUs to the first CPUs of NUMA node 1, which is isolated', () => {
    expect(plan.guests[0].vcpus.map((v) => [v.scheduling.policy, v.pcpus])).toEqual([
      ['other', [18]],
      ['other', [19]],
    ]);
    const node1 = plan.topology.pcpus.filter((cpu) => cpu.node === 1).map((cpu) => cpu.pcpu);
    expect(plan.host.isolatedDomain).toEqual(node1);
  });

  it('polls on both sides, keeps PAUSE-loop exits and uses the backported preemption timer', () => {
    expect([plan.host.idle.kind, plan.guests[0].kernel.idle.kind]).toEqual(['poll', 'poll']);
    expect(plan.kvm).toMatchObject({ pleGap: 128, preemptionTimer: true, timerAdvance: 0 });
    expect(plan.kvm).toMatchObject({ l1dFlush: false, exitMitigations: false });
  });

  it('runs one cyclictest thread at 99 every 1000 us on vCPU 1', () => {
    const [run] = plan.workloads;
    expect([run.cpus, run.scheduling.priority, run.intervalNs]).toEqual([[1], 99, 1_000_000]);
  });

  it('has ksoftirqd at FIFO 2 and rcuc at FIFO 3, but misses the last CPU as the script does', () => {
    expect([plan.host.ksoftirqd[19].priority, plan.host.rcuc[19].priority]).toEqual([2, 3]);
    expect(plan.host.ksoftirqd[35].priority).not.toBe(2);
  });
});

describe('ocp-worker', () => {
  const plan = shippedPlan('ocp-worker');

  it('measures 16 tickless CPUs: eight cores of one socket with both threads', () => {
    const [run] = plan.workloads;
    expect(run.cpus).toHaveLength(16);
    const cpus = plan.topology.pcpus.filter((cpu) => run.cpus.includes(cpu.pcpu));
    expect(new Set(cpus.map((cpu) => cpu.core)).size).toBe(8);
    expect(new Set(cpus.map((cpu) => cpu.socket)).size).toBe(1);
    for (const cpu of run.cpus) expect(plan.host.nohzFull).toContain(cpu);
    expect([run.scheduling.priority, run.intervalNs]).toEqual([1, 1_000_000]);
  });

  it('keeps the traps of the real command line: managed_irq alone isolates no CPU', () => {
    expect(plan.host.isolatedDomain).toEqual([]);
    expect(plan.host.nohzFull).not.toContain(0);
    expect(plan.host.idle.kind).toBe('poll');
  });
});

describe('untuned', () => {
  const tuned = shippedPlan('flagship');
  const plan = shippedPlan('untuned');

  it('has the hardware, guests and measured jobs of the flagship', () => {
    expect(plan.platform).toEqual(tuned.platform);
    expect(plan.guests.map((g) => [g.name, g.vcpus.length])).toEqual(
      tuned.guests.map((g) => [g.name, g.vcpus.length]),
    );
    const inGuests = (workloads: typeof plan.workloads) => workloads.filter((w) => w.guest);
    expect(inGuests(plan.workloads)).toEqual(inGuests(tuned.workloads));
  });

  it('has the load of the flagship', () => {
    const load = (p: typeof plan) => p.host.threads.map((t) => [t.run, t.sections, t.arrival]);
    expect(load(plan)).toEqual(load(tuned));
    const guestLoad = (p: typeof plan) =>
      p.guests.map((g) => g.kernel.threads.map((t) => [t.name, t.run, t.arrival]));
    expect(guestLoad(plan)).toEqual(guestLoad(tuned));
  });

  it('tunes nothing', () => {
    expect(plan.host).toMatchObject({
      isolatedDomain: [],
      nohzFull: [],
      rcuNocbs: [],
      fairServerOff: [],
    });
    expect(plan.host.rtRuntimeNs).toBe(950_000_000);
    expect(plan.host.idle).toEqual({ kind: 'cstate', deepest: 'C6' });
    expect(plan.kvm).toMatchObject({ haltPollNs: 200_000, pleGap: 128 });
    for (const vcpu of plan.guests.flatMap((g) => g.vcpus)) {
      expect(vcpu.scheduling.policy).toBe('other');
      expect(vcpu.pcpus).toHaveLength(64);
    }
  });
});
