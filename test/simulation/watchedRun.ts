/**
 * Runs a plan event by event and holds the laws of the machine against its columns after each one.
 * The laws know the columns, not the code that keeps them.
 */
import { ACCEPT_RESCHED } from '../../src/engine/stepTable.js';
import { LEVEL_IRQ, LEVEL_SWITCH, LEVELS } from '../../src/kernel/cpu.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_IDLE, CLASS_RT } from '../../src/kernel/task.js';
import { VCPU_EXIT_ICR, VCPU_PROGRAMS } from '../../src/kvm/vcpuColumns.js';
import type { RunResult } from '../../src/latency/result.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import type { BuiltPart } from '../../src/simulation/build.js';
import { Simulation, type SimulationOptions } from '../../src/simulation/simulation.js';
import type { System } from '../../src/simulation/system.js';

/** A run that has more events than this hangs or cannot end in reasonable time. */
export const EVENTS_MAX = 3_000_000;

class BrokenLaw extends Error {}

/** Laws of one part. */
export class PartLaws {
  private readonly m: System;
  private readonly part: BuiltPart;
  /** Begin of the step a lane is in, and whether it counts as guest time; -1: none. */
  private readonly stepFromNs: Float64Array;
  private readonly guestCodeNs: Float64Array;
  private readonly inGuestNs: Float64Array;
  private readonly inGuestFromNs: Float64Array;
  private readonly lastIrqStep: string[] = [];
  private lastNowNs = 0;

  constructor(part: BuiltPart) {
    this.part = part;
    this.m = part.m;
    const { cpus, lanes } = part.m;
    this.stepFromNs = new Float64Array(lanes).fill(-1);
    this.guestCodeNs = new Float64Array(cpus);
    this.inGuestNs = new Float64Array(cpus);
    this.inGuestFromNs = new Float64Array(cpus).fill(-1);
    part.m.trace = this;
  }

  step(
    kind: 'begin' | 'resume' | 'pause' | 'end',
    atNs: number,
    lane: number,
    frame: number,
    pc: number,
  ): void {
    const { m } = this;
    const cpu = m.frameCpu[frame];
    if (kind === 'pause' || kind === 'end') {
      if (cpu >= m.lanes && this.stepFromNs[lane] >= 0) {
        this.guestCodeNs[cpu] += atNs - this.stepFromNs[lane];
      }
      this.stepFromNs[lane] = -1;
    } else {
      this.stepFromNs[lane] = atNs;
      if (cpu >= m.lanes && m.cpu.inGuest[cpu] === 0) {
        throw this.broken(`guest code of CPU ${cpu} runs outside the guest`);
      }
    }
    if (frame < m.smmFrames && frame % LEVELS === LEVEL_IRQ) this.irqStep(kind, cpu, pc);
    if (kind === 'begin' && frame < m.smmFrames && frame % LEVELS === LEVEL_SWITCH) {
      if (m.program.names[pc] === 'C_SWITCH') this.switching(cpu);
    }
  }

  /** A hard interrupt begins only when the one before has ended. */
  private irqStep(kind: string, cpu: number, pc: number): void {
    const name = this.m.program.names[pc];
    if (kind === 'end') this.lastIrqStep[cpu] = name;
    if (kind !== 'begin' || name !== 'C_HIRQ') return;
    const before = this.lastIrqStep[cpu] ?? 'irq return';
    const ended = before === 'irq exit' || before === 'irq return' || before.startsWith('C_CSTATE');
    if (!ended) throw this.broken(`an interrupt of CPU ${cpu} began inside one, after ${before}`);
    this.lastIrqStep[cpu] = name;
  }

  /** A FIFO thread is only displaced by a stronger one. */
  private switching(cpu: number): void {
    const { m } = this;
    const { task } = m;
    const from = m.cpu.current[cpu];
    const to = m.cpu.switchingTo[cpu];
    if (task.runnable[to] !== 1) throw this.broken(`CPU ${cpu} switches to a sleeping thread`);
    if (task.runnable[from] === 0 || from === to) return;
    if (task.class[from] !== CLASS_RT || task.class[to] !== CLASS_RT) return;
    if (m.throttle.throttled[cpu] === 1) throw this.broken('a throttled CPU runs realtime threads');
    const [weaker, stronger] = [task.priority[from], task.priority[to]];
    // check_preempt_equal_prio: one that can move makes room for its equal that cannot.
    const movable = task.allowedEnd[from] - task.allowedStart[from] > 1;
    const yields = m.program.names[m.framePc[m.taskFrames + from] - 1]?.endsWith(' yield') ?? false;
    const equal = weaker === stronger && (task.roundRobin[from] === 1 || movable || yields);
    if (stronger <= weaker && !equal) {
      throw this.broken(`FIFO ${weaker} was displaced by FIFO ${stronger} on CPU ${cpu}`);
    }
  }

  /** After every event. */
  check(): void {
    const { m } = this;
    if (m.nowNs < this.lastNowNs) throw this.broken('time went back');
    this.lastNowNs = m.nowNs;
    for (let cpu = 0; cpu < m.cpus; cpu++) {
      if (cpu >= m.lanes) this.followGuest(cpu);
      this.counts(cpu);
      this.attentionReaches(cpu);
      this.strongestRuns(cpu);
    }
  }

  /** At the end: guest code has progressed exactly while its vCPU was in guest, SMM aside. */
  finish(): void {
    const { m } = this;
    for (let lane = 0; lane < m.lanes; lane++) {
      const cpu = m.frameCpu[m.laneFrame[lane]];
      if (cpu >= m.lanes && this.stepFromNs[lane] >= 0) {
        this.guestCodeNs[cpu] += m.nowNs - this.stepFromNs[lane];
      }
    }
    for (let cpu = m.lanes; cpu < m.cpus; cpu++) {
      if (this.guestCodeNs[cpu] !== this.inGuestNs[cpu]) {
        const times = `${this.guestCodeNs[cpu]} ns of code in ${this.inGuestNs[cpu]} ns of guest mode`;
        throw this.broken(`vCPU ${cpu} executed ${times}`);
      }
    }
  }

  private followGuest(cpu: number): void {
    const { m } = this;
    const lane = m.cpu.lane[cpu];
    const smm = m.laneFrame[lane] === m.smmFrames + lane;
    const inside = m.cpu.inGuest[cpu] === 1 && !smm;
    const fromNs = this.inGuestFromNs[cpu];
    if (fromNs >= 0) this.inGuestNs[cpu] += m.nowNs - fromNs;
    this.inGuestFromNs[cpu] = inside ? m.nowNs : -1;
  }

  /** The counters of the queues are the numbers of threads in them. */
  private counts(cpu: number): void {
    const { m } = this;
    const { task } = m;
    const found = [0, 0, 0, 0, 0];
    for (let t = 0; t < task.count; t++) {
      if (task.cpu[t] !== cpu || task.runnable[t] !== 1) continue;
      if (task.class[t] !== CLASS_DEADLINE || task.throttled[t] === 0) found[task.class[t]]++;
    }
    const kept = [m.deadlineCount[cpu], m.rt.count[cpu], m.fair.count[cpu]];
    [CLASS_DEADLINE, CLASS_RT, CLASS_FAIR].forEach((schedClass, i) => {
      if (found[schedClass] === kept[i]) return;
      throw this.broken(
        `CPU ${cpu} counts ${kept[i]} threads of class ${schedClass}, has ${found[schedClass]}`,
      );
    });
  }

  /** True if somebody is about to tell `cpu` to look at its flags. */
  private isBeingTold(cpu: number): boolean {
    const { m } = this;
    if (m.cpu.pendingIrq[cpu] !== 0) return true;
    for (let other = 0; other < m.cpus; other++) if (m.cpu.ipiTarget[other] === cpu) return true;
    if (cpu < m.lanes) return m.slots.dueNs[m.cpu.ipiSlot[cpu]] !== Number.POSITIVE_INFINITY;
    if (m.vcpu.requested[cpu] !== 0) return true;
    for (let other = m.lanes; other < m.cpus; other++) {
      const pc = m.framePc[m.taskFrames + m.cpu.hostTask[other]];
      const first = m.vcpu.program[other * VCPU_PROGRAMS + VCPU_EXIT_ICR];
      const sends = pc >= first && m.program.programs[pc] === m.program.programs[first];
      if (sends && m.vcpu.ipiTarget[other] === cpu) return true;
    }
    return false;
  }

  /** need_resched is seen by what runs, or somebody is about to interrupt it. */
  private attentionReaches(cpu: number): void {
    const { m } = this;
    if ((m.attention[cpu] & ACCEPT_RESCHED) === 0) return;
    const lane = m.cpu.lane[cpu];
    const frame = m.laneFrame[lane];
    const running = m.frameCpu[frame];
    const deaf =
      running === cpu
        ? (m.accepts(m.framePc[frame]) & ACCEPT_RESCHED) !== 0 && m.segmentEndNs[lane] > m.nowNs
        : cpu === lane && m.cpu.inGuest[running] === 1;
    if (deaf && !this.isBeingTold(cpu)) {
      throw this.broken(`nobody tells CPU ${cpu} to reschedule`);
    }
  }

  /** The strongest eligible thread runs, unless need_resched is set or a switch is under way. */
  private strongestRuns(cpu: number): void {
    const { m } = this;
    const { task } = m;
    const pending = (m.attention[cpu] & ACCEPT_RESCHED) !== 0;
    const current = m.cpu.current[cpu];
    if (pending) {
      const asleep =
        cpu >= m.lanes && m.vcpu.blocked[cpu] === 1 && task.runnable[m.cpu.hostTask[cpu]] === 0;
      if (asleep && !this.isBeingTold(cpu)) {
        throw this.broken(`vCPU ${cpu} sleeps and nobody tells it to reschedule`);
      }
      return;
    }
    if ((m.cpu.levels[cpu] & (1 << LEVEL_SWITCH)) !== 0) return;
    if (task.runnable[current] === 0) throw this.broken(`CPU ${cpu} runs a sleeping thread`);
    for (let t = 0; t < task.count; t++) {
      if (t === current || task.cpu[t] !== cpu || task.runnable[t] !== 1) continue;
      if (this.eligible(t, cpu) && this.beats(t, current, cpu)) {
        const { path } = this.part.layout.tasks[t];
        const by = this.part.layout.tasks[current].path;
        throw this.broken(`${path} waits while the weaker ${by} runs on CPU ${cpu}`);
      }
    }
  }

  private eligible(t: number, cpu: number): boolean {
    const { m } = this;
    const schedClass = m.task.class[t];
    if (schedClass === CLASS_IDLE) return false;
    if (schedClass === CLASS_DEADLINE) return m.task.throttled[t] === 0;
    return schedClass !== CLASS_RT || m.throttle.throttled[cpu] === 0;
  }

  private beats(t: number, current: number, cpu: number): boolean {
    const { m } = this;
    const { task } = m;
    const running = task.class[current];
    if (task.class[t] === CLASS_RT && running === CLASS_FAIR) {
      // The fair server runs fair threads before realtime ones.
      return m.server.state[cpu] !== 2;
    }
    if (running === CLASS_RT && m.throttle.throttled[cpu] === 1) return true;
    if (task.class[t] !== running) return task.class[t] < running;
    return running === CLASS_RT && task.priority[t] > task.priority[current];
  }

  private broken(what: string): BrokenLaw {
    return new BrokenLaw(`at ${this.m.nowNs} ns: ${what}`);
  }
}

/** Runs a plan under all laws. */
export function watchedRun(plan: NormalizedPlan, options: SimulationOptions): RunResult {
  const simulation = new Simulation(plan, options);
  const laws = simulation.parts.map((part) => new PartLaws(part));
  const seen = simulation.parts.map(() => -1);
  let total = 0;
  let done = false;
  while (!done) {
    done = simulation.advance(1);
    simulation.parts.forEach(({ m }, i) => {
      if (m.events === seen[i]) return;
      seen[i] = m.events;
      laws[i].check();
    });
    if (++total > EVENTS_MAX) throw new BrokenLaw('the run does not end');
  }
  for (const law of laws) {
    law.check();
    law.finish();
  }
  return simulation.result();
}

/** Runs a plan to its end; throws if it does not come to one. */
export function boundedRun(plan: NormalizedPlan, options: SimulationOptions, slice = 100_000) {
  const simulation = new Simulation(plan, options);
  let events = 0;
  while (!simulation.advance(slice)) {
    events += slice;
    if (events > EVENTS_MAX) throw new BrokenLaw('the run does not end');
  }
  return simulation.result();
}
