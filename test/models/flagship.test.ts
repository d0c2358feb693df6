/**
 * The flagship plan: later work builds on it and may not simplify it, so each thing that it must
 * contain is held here by itself.
 */
import { describe, expect, it } from 'vitest';
import type { KernelPlan, WorkloadPlan } from '../../src/plan/normalized.js';
import { lawsOf, medianNs, shippedPlan } from './models.js';

const plan = shippedPlan('flagship');
const { host, topology } = plan;

const guest = (name: string) => {
  const found = plan.guests.find((g) => g.name === name);
  if (!found) throw new Error(`no guest ${name}`);
  return found;
};
const workloads = (kind: WorkloadPlan['kind'], on: string | undefined) =>
  plan.workloads.filter((w) => w.kind === kind && w.guest === on);
const realtimeVcpus = (name: string) =>
  guest(name).vcpus.filter((vcpu) => vcpu.scheduling.policy === 'fifo');
const siblings = (pcpu: number) => {
  const core = topology.pcpus.find((cpu) => cpu.pcpu === pcpu)?.core;
  return topology.pcpus.filter((cpu) => cpu.core === core).map((cpu) => cpu.pcpu);
};
const pinned = (name: string) => guest(name).vcpus.flatMap((vcpu) => vcpu.pcpus);

describe('flagship: host', () => {
  it('has two sockets and at least 32 pCPUs with SMT', () => {
    expect(new Set(topology.pcpus.map((cpu) => cpu.socket)).size).toBe(2);
    expect(topology.pcpus.length).toBeGreaterThanOrEqual(32);
    expect(siblings(4)).toHaveLength(2);
  });

  it('runs 6.12 with PREEMPT_RT: fair server, no RT throttling of its own, no ktimers', () => {
    expect(host.preemption).toBe('rt');
    expect(host.flags).toMatchObject({
      fairServer: true,
      rtThrottling: false,
      ktimersThread: false,
    });
  });

  it('isolates whole cores: domain, tick and RCU callbacks, the fair server off', () => {
    expect(host.isolatedDomain.length).toBeGreaterThan(0);
    expect(host.nohzFull).toEqual(host.isolatedDomain);
    expect(host.rcuNocbs).toEqual(host.isolatedDomain);
    expect(host.fairServerOff).toEqual(host.isolatedDomain);
    for (const pcpu of host.isolatedDomain) {
      for (const sibling of siblings(pcpu)) expect(host.isolatedDomain).toContain(sibling);
    }
  });

  it('has ksoftirqd at FIFO 2 and rcuc at FIFO 4 on isolated pCPUs, and no throttling', () => {
    for (const pcpu of host.isolatedDomain) {
      const at = host.cpus.indexOf(pcpu);
      expect(host.ksoftirqd[at]).toMatchObject({ policy: 'fifo', priority: 2 });
      expect(host.rcuc[at]).toMatchObject({ policy: 'fifo', priority: 4 });
    }
    expect(host.rtRuntimeNs).toBeLessThan(0);
  });

  it('has no PAUSE-loop exits and no halt polling, and trains the timer advance', () => {
    expect(plan.kvm).toMatchObject({ pleGap: 0, haltPollNs: 0, timerAdvance: 'adaptive' });
    expect(plan.kvm).toMatchObject({ apicv: true, preemptionTimer: true, l1dFlush: true });
  });

  it('has housekeeping load with sleeping and raw lock sections, off the isolated pCPUs', () => {
    const kinds = host.threads.flatMap((thread) => thread.sections.map((s) => s.kind));
    expect(kinds).toEqual(expect.arrayContaining(['spin', 'raw', 'irqOff', 'bh', 'kernel']));
    for (const { name, cpus } of host.threads) {
      expect(
        cpus.filter((cpu) => host.isolatedDomain.includes(cpu)),
        name,
      ).toEqual([]);
    }
  });

  it('threads its device interrupts at FIFO 50 on housekeeping pCPUs of both sockets', () => {
    const devices = host.irqs.filter((irq) => irq.thread);
    expect(devices.length).toBeGreaterThanOrEqual(4);
    const sockets = new Set<number | undefined>();
    for (const irq of devices) {
      expect(irq.thread?.scheduling).toMatchObject({ policy: 'fifo', priority: 50 });
      expect(host.isolatedDomain).not.toContain(irq.cpus[0]);
      sockets.add(topology.pcpus.find((cpu) => cpu.pcpu === irq.cpus[0])?.socket);
    }
    expect(sockets.size).toBe(2);
  });

  it('lets rare flush IPIs reach every isolated pCPU that is in use: 31 an hour', () => {
    const used = [4, 5, 6, 20, 21, 22];
    const ipis = host.irqs.filter((irq) => !irq.thread);
    expect(ipis.map((irq) => irq.cpus[0])).toEqual(used);
    for (const irq of ipis) expect(irq.arrival.every.maxNs).toBeGreaterThan(3.6e12 / 31);
  });

  it('has SMIs', () => {
    expect(plan.smi?.duration.maxNs).toBeGreaterThanOrEqual(100_000);
  });

  it('has cost laws that vary, with a source or marked assumed', () => {
    for (const { at, law } of lawsOf(plan.platform)) {
      expect(law.source, at).not.toBe('');
      expect(law.maxNs, at).toBeGreaterThanOrEqual(1.5 * medianNs(law));
    }
  });
});

describe.each(['plc', 'motion'])('flagship: realtime guest %s', (name) => {
  const { kernel } = guest(name);

  it('has 4 vCPUs, 2 of them FIFO 1, each alone on an isolated pCPU whose sibling is idle', () => {
    expect(guest(name).vcpus).toHaveLength(4);
    expect(realtimeVcpus(name).map((vcpu) => vcpu.id)).toEqual([2, 3]);
    const everyPin = plan.guests.flatMap((g) => pinned(g.name));
    const onHost = plan.workloads.filter((w) => !w.guest).flatMap((w) => w.cpus);
    for (const vcpu of realtimeVcpus(name)) {
      expect(vcpu.scheduling.priority).toBe(1);
      expect(vcpu.pcpus).toHaveLength(1);
      const [pcpu] = vcpu.pcpus;
      expect(host.isolatedDomain).toContain(pcpu);
      expect(everyPin.filter((p) => p === pcpu)).toHaveLength(1);
      for (const sibling of siblings(pcpu)) {
        if (sibling !== pcpu) expect([...everyPin, ...onHost]).not.toContain(sibling);
      }
    }
  });

  it('keeps vCPUs 0-1 as SCHED_OTHER on pCPUs that are not isolated', () => {
    for (const vcpu of guest(name).vcpus.slice(0, 2)) {
      expect(vcpu.scheduling.policy).toBe('other');
      for (const pcpu of vcpu.pcpus) expect(host.isolatedDomain).not.toContain(pcpu);
    }
  });

  it('is partitioned itself: vCPUs 2-3 isolated, tickless, RT throttling and fair server off', () => {
    const sets: (keyof KernelPlan)[] = ['isolatedDomain', 'nohzFull', 'rcuNocbs', 'fairServerOff'];
    for (const set of sets) expect(kernel[set], set).toEqual([2, 3]);
    expect(kernel.preemption).toBe('rt');
    expect(kernel.rtRuntimeNs).toBeLessThan(0);
    expect(kernel.ksoftirqd[2].priority).toBe(2);
    expect(kernel.threads.length).toBeGreaterThan(0);
    for (const { cpus } of [...kernel.threads, ...kernel.irqs]) {
      expect(cpus.filter((cpu) => cpu >= 2)).toEqual([]);
    }
  });

  it('exits at HLT and uses the VMX preemption timer: nothing is passed through', () => {
    expect(guest(name)).toMatchObject({ haltInGuest: false, mwaitInGuest: false });
  });

  it('is measured by cyclictest at 1 ms and FIFO 95 on both realtime vCPUs', () => {
    const [cyclictest, ...others] = workloads('cyclictest', name);
    expect(others).toEqual([]);
    expect(cyclictest.cpus).toEqual([2, 3]);
    expect(cyclictest.intervalNs).toBe(1_000_000);
    expect(cyclictest.scheduling).toMatchObject({ policy: 'fifo', priority: 95 });
    const statistics = plan.requirements.filter((r) => r.workload === cyclictest.id);
    expect(statistics.map((r) => [r.statistic, r.limitNs])).toEqual([
      ['max', 50_000],
      ['99.999', 20_000],
    ]);
  });
});

describe('flagship: the rest', () => {
  it('shows both idle paths: plc halts, motion polls', () => {
    expect(guest('plc').kernel.idle).toEqual({ kind: 'cstate', deepest: 'HLT' });
    expect(guest('motion').kernel.idle.kind).toBe('poll');
    expect(host.idle).toEqual({ kind: 'cstate', deepest: 'C1' });
  });

  it('has a periodic control job in motion with requirements on max and p99.999', () => {
    const [control] = workloads('periodic', 'motion');
    expect(control.run.maxNs).toBeLessThan(control.intervalNs);
    expect(control.scheduling.priority).toBeLessThan(95);
    const statistics = plan.requirements.filter((r) => r.workload === control.id);
    expect(statistics.map((r) => r.statistic)).toEqual(['max', '99.999']);
  });

  it('measures isolated host pCPUs with timerlat and oslat', () => {
    for (const kind of ['timerlat', 'oslat'] as const) {
      const [workload] = workloads(kind, undefined);
      for (const cpu of workload.cpus) expect(host.isolatedDomain).toContain(cpu);
    }
  });

  it('has a generic guest of 4 SCHED_OTHER vCPUs on pCPUs of its own that are not isolated', () => {
    const { vcpus, kernel } = guest('office');
    expect(vcpus).toHaveLength(4);
    expect(kernel.preemption).not.toBe('rt');
    const others = plan.guests.filter((g) => g.name !== 'office').flatMap((g) => pinned(g.name));
    for (const vcpu of vcpus) {
      expect(vcpu.scheduling.policy).toBe('other');
      for (const pcpu of vcpu.pcpus) {
        expect(host.isolatedDomain).not.toContain(pcpu);
        expect(others).not.toContain(pcpu);
      }
    }
  });

  it('has a switch with a poller above all vCPUs on an isolated core of each socket', () => {
    const [{ pollers, interfaces, sources }, ...others] = plan.switches;
    expect(others).toEqual([]);
    expect(pollers.map(({ pcpu }) => pcpu)).toEqual([7, 23]);
    const used = [
      ...plan.guests.flatMap((g) => pinned(g.name)),
      ...plan.workloads.filter((w) => !w.guest).flatMap((w) => w.cpus),
    ];
    for (const { pcpu, scheduling } of pollers) {
      expect(host.isolatedDomain).toContain(pcpu);
      expect(used).not.toContain(pcpu);
      expect(scheduling).toMatchObject({ policy: 'fifo', priority: 2 });
    }
    // The realtime guest shares its poller with nobody.
    const motion = interfaces.filter((one) => one.guest === 'motion');
    expect(motion.map((one) => [one.wirePoller, one.guestPoller])).toEqual([[1, 1]]);
    expect(interfaces.filter((one) => one.wirePoller === 1)).toHaveLength(1);
    expect(sources.map((one) => one.interface).sort()).toEqual(['motion0', 'office0']);
  });

  it('has a packet workload in motion from wire to wire, with requirements', () => {
    const [fieldbus, ...others] = workloads('control-loop', 'motion');
    expect(others).toEqual([]);
    expect(fieldbus).toMatchObject({ interface: 'motion0', receive: 'interrupt', cpus: [3] });
    const statistics = plan.requirements.filter((r) => r.workload === fieldbus.id);
    expect(statistics.map((r) => r.statistic)).toEqual(['max', '99.9']);
  });
});
