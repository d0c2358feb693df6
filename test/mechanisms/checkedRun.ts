/**
 * A run in checked mode: what hard interrupts and threads of the host do is recorded step by step and
 * held against the contracts from which bounds are made (src/contract). Checked are
 *
 * - the time of each hard interrupt of a device, a noise source or the tick;
 * - the arrivals of those of devices and noise: an interrupt is seen when it is taken, so the longest
 *   stretch in which its CPU took none counts as jitter;
 * - the CPU time of each activation of a thread, and its longest stretch with interrupts off.
 *
 * Left out: guests (their time is that of the vCPU), softirq threads, network interrupts, endless threads,
 * threads with a program, which no contract describes.
 */
import { arrivalsIn, late } from '../../src/contract/arrivals.js';
import type { Contract } from '../../src/contract/contract.js';
import { type CpuContracts, cpuContracts } from '../../src/contract/cpuContracts.js';
import { Figures } from '../../src/contract/figure.js';
import { hostOf } from '../../src/contract/instance.js';
import { ACCEPT_ALL, ACCEPT_IRQ, STEP_ROW, WORD_CAUSE_SHIFT } from '../../src/engine/stepTable.js';
import { LEVEL_IRQ, LEVELS } from '../../src/kernel/cpu.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import type { BuiltPart } from '../../src/simulation/build.js';
import { Simulation } from '../../src/simulation/simulation.js';

/** One occurrence that is going on: an interrupt, or an activation of a thread. */
interface Occurrence {
  contract?: Contract;
  fromNs: number;
  ranNs: number;
  maskedNs: number;
  maskedMostNs: number;
}

export interface Checked {
  /** `mechanism: subject`, of every contract that was held against something. */
  readonly held: ReadonlySet<string>;
  readonly violations: readonly string[];
}

const fresh = (fromNs: number): Occurrence => ({
  fromNs,
  ranNs: 0,
  maskedNs: 0,
  maskedMostNs: 0,
});

class PartCheck {
  readonly held = new Set<string>();
  readonly violations: string[] = [];
  private readonly part: BuiltPart;
  private readonly contracts: ReadonlyMap<number, CpuContracts>;
  private readonly open = new Map<number, Occurrence>();
  /** First step of each thread's program that was seen; an activation begins there. */
  private readonly firstPc = new Map<number, number>();
  private readonly arrivals = new Map<Contract, { cpu: number; atNs: number[] }>();
  private readonly stepFromNs: number[];
  /** Since when a lane takes no interrupt; -1: it does. */
  private readonly deafFromNs: number[];
  private readonly deafMostNs: number[];

  constructor(part: BuiltPart, plan: NormalizedPlan) {
    this.part = part;
    const around = { plan, figures: new Figures() };
    const host = hostOf(plan);
    this.contracts = new Map(
      part.layout.pcpus.map((pcpu, lane) => [lane, cpuContracts(around, host, pcpu)]),
    );
    this.stepFromNs = part.layout.pcpus.map(() => 0);
    this.deafFromNs = part.layout.pcpus.map(() => -1);
    this.deafMostNs = part.layout.pcpus.map(() => 0);
    part.m.trace = this;
  }

  step(
    kind: 'begin' | 'resume' | 'pause' | 'end',
    atNs: number,
    lane: number,
    frame: number,
    pc: number,
  ): void {
    const { m } = this.part;
    const hears = (m.accepts(pc) & ACCEPT_IRQ) !== 0;
    if (kind === 'begin' || kind === 'resume') {
      this.stepFromNs[lane] = atNs;
      this.deaf(lane, hears ? -1 : atNs, atNs);
    }
    const cpu = m.frameCpu[frame];
    if (cpu >= m.lanes) return;
    const isIrq = frame < m.smmFrames && frame % LEVELS === LEVEL_IRQ;
    const task = frame - m.taskFrames;
    if (!isIrq && (task < 0 || task >= m.task.count)) return;
    if (kind === 'begin') this.begin(frame, pc, atNs, isIrq, task);
    const one = this.open.get(frame);
    if (one === undefined) return;
    if (isIrq) one.contract ??= this.interruptContract(cpu, pc);
    if (kind !== 'pause' && kind !== 'end') return;
    const ranNs = this.awaitsOwner(pc) ? 0 : atNs - this.stepFromNs[lane];
    one.ranNs += ranNs;
    one.maskedNs = hears ? 0 : one.maskedNs + ranNs;
    one.maskedMostNs = Math.max(one.maskedMostNs, one.maskedNs);
    if (kind === 'end' && isIrq && /^irq (exit|return)$/.test(m.program.names[pc])) {
      this.close(frame, cpu);
    }
  }

  /** Spinning for the owner of a sleeping lock is a wait, though awake: it is not the activation's own time. */
  private awaitsOwner(pc: number): boolean {
    const preemptible = (this.part.m.accepts(pc) & ACCEPT_ALL) === ACCEPT_ALL;
    return preemptible && this.causeOf(pc).startsWith('spinning for ');
  }

  private causeOf(pc: number): string {
    const { m, causes } = this.part;
    return causes[m.program.rows[pc * STEP_ROW] >>> WORD_CAUSE_SHIFT];
  }

  private deaf(lane: number, fromNs: number, atNs: number): void {
    const since = this.deafFromNs[lane];
    if (since >= 0) this.deafMostNs[lane] = Math.max(this.deafMostNs[lane], atNs - since);
    if (fromNs < 0 || since < 0) this.deafFromNs[lane] = fromNs;
  }

  private begin(frame: number, pc: number, atNs: number, isIrq: boolean, task: number): void {
    const { m } = this.part;
    if (isIrq) {
      if (m.program.names[pc] !== 'C_HIRQ') return;
      this.open.set(frame, fresh(atNs));
      return;
    }
    const first = Math.min(pc, this.firstPc.get(frame) ?? pc);
    const begun = this.firstPc.has(frame);
    this.firstPc.set(frame, first);
    if (pc !== first) return;
    // The first time round the program may have begun in its middle.
    if (begun && this.open.get(frame)?.contract) this.close(frame, m.frameCpu[frame]);
    this.open.set(frame, { ...fresh(atNs), contract: this.threadContract(task) });
  }

  /** The contract of the interrupt whose step this is; absent: its step does not say whose it is. */
  private interruptContract(cpu: number, pc: number): Contract | undefined {
    const cause = this.causeOf(pc);
    return this.contracts.get(cpu)?.interrupts.find(({ subject }) => subject === cause);
  }

  private threadContract(task: number): Contract | undefined {
    const { layout, m } = this.part;
    const { role } = layout.tasks[task];
    const pcpu = layout.pcpus[m.task.cpu[task]];
    const names: Record<string, () => string> = {
      thread: () => (role.kind === 'thread' && !role.plan.program ? role.plan.name : ''),
      workload: () => (role.kind === 'workload' ? `${role.plan.id}@${pcpu}` : ''),
      // Interrupts of guest devices are a gap that the contracts name (src/contract/gaps.ts).
      irq: () =>
        role.kind === 'irq' && !role.plan.device ? `thread of irq ${role.plan.name}` : '',
    };
    const name = names[role.kind]?.();
    const threads = this.contracts.get(m.task.cpu[task])?.threads ?? [];
    return threads.find(({ subject, endless }) => subject === name && !endless);
  }

  private close(frame: number, cpu: number): void {
    const one = this.open.get(frame);
    this.open.delete(frame);
    const contract = one?.contract;
    if (one === undefined || contract === undefined) return;
    const name = `${contract.mechanism}: ${contract.subject}`;
    this.held.add(name);
    const mostNs = contract.largest.ns + this.servedWith(contract, cpu);
    if (one.ranNs > mostNs) {
      this.violations.push(`${name} ran ${one.ranNs} ns, at most ${mostNs}`);
    }
    if (contract.level === 'thread') {
      if (one.maskedMostNs <= contract.masked.ns) return;
      this.violations.push(`${name} masked ${one.maskedMostNs} ns, at most ${contract.masked.ns}`);
      return;
    }
    const seen = this.arrivals.get(contract) ?? { cpu, atNs: [] };
    seen.atNs.push(one.fromNs);
    this.arrivals.set(contract, seen);
  }

  /** One interrupt serves all timers that have expired: the tick's may serve any others, ns. */
  private servedWith(contract: Contract, cpu: number): number {
    if (contract.mechanism !== 'tick') return 0;
    const timers = this.contracts.get(cpu)?.interrupts ?? [];
    return timers
      .filter(({ subject }) => subject.startsWith('timer of '))
      .reduce((ns, { largest }) => ns + largest.ns, 0);
  }

  finish(): void {
    for (const [{ mechanism, subject, arrivals }, { cpu, atNs }] of this.arrivals) {
      const curve = late(arrivals, this.deafMostNs[cpu]);
      atNs.forEach((fromNs, i) => {
        for (let j = i + 1; j < Math.min(atNs.length, i + 20); j++) {
          const windowNs = atNs[j] - fromNs + 1;
          if (j - i + 1 <= arrivalsIn(curve, windowNs)) continue;
          this.violations.push(
            `${mechanism}: ${subject} came ${j - i + 1} times in ${windowNs} ns`,
          );
        }
      });
    }
  }
}

/**
 * Runs `plan` and holds it against the contracts of `promised`, which is the plan itself unless a test
 * wants to see a broken contract.
 */
export function checkedRun(
  plan: NormalizedPlan,
  untilNs: number,
  promised: NormalizedPlan = plan,
): Checked {
  const simulation = new Simulation(plan, { seed: '7', untilNs });
  const checks = simulation.parts.map((part) => new PartCheck(part, promised));
  while (!simulation.advance(100_000));
  for (const check of checks) check.finish();
  return {
    held: new Set(checks.flatMap(({ held }) => [...held])),
    violations: checks.flatMap(({ violations }) => violations),
  };
}
