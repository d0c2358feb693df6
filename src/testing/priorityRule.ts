/**
 * A priority rule, and the run that holds it: every switch and every settled CPU of a simulation is
 * shown to the rule, and the first thing that it objects to ends the run.
 */
import type { TraceSink } from '../engine/program.js';
import { LEVEL_SWITCH, LEVELS } from '../kernel/cpu.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { BuiltPart } from '../simulation/build.js';
import { Simulation } from '../simulation/simulation.js';
import { type CpuView, CpuViews, type ThreadView } from './cpuView.js';

/** A switch from one thread to another, at its beginning. */
export interface SwitchView extends CpuView {
  /** The thread that was running; it is among `ready` if it did not block. */
  readonly previous: ThreadView;
}

/**
 * A rule in the words of its author. Each part answers with what is wrong, or with undefined.
 *
 * @example
 * const rule: PriorityRule = {
 *   name: 'no equal displaces a FIFO thread',
 *   onSwitch: ({ previous, running }) =>
 *     previous.runnable && !previous.roundRobin && running.priority === previous.priority
 *       ? `${running.name} displaced its equal ${previous.name}`
 *       : undefined,
 * };
 */
export interface PriorityRule {
  readonly name: string;
  /** Sees every context switch: `previous` goes, `running` comes. */
  readonly onSwitch?: (view: SwitchView) => string | undefined;
  /** Sees a CPU after every event that leaves it settled: no switch under way or asked for. */
  readonly onSettled?: (view: CpuView) => string | undefined;
}

/** What broke the rule, and where. */
export interface Violation {
  readonly atNs: number;
  readonly cpu: string;
  readonly message: string;
}

export interface RuleRun {
  readonly seed: string;
  readonly untilNs: number;
  /** Events after which a run ends unfinished; @defaultValue 3,000,000 */
  readonly eventsMax?: number;
}

const EVENTS_MAX = 3_000_000;

/** Shows the switches and settled CPUs of one part to a rule. */
class RuleWatcher implements TraceSink {
  violation: Violation | undefined;
  private readonly part: BuiltPart;
  private readonly rule: PriorityRule;
  private readonly views: CpuViews;
  private seenEvents = -1;

  constructor(part: BuiltPart, rule: PriorityRule) {
    this.part = part;
    this.rule = rule;
    this.views = new CpuViews(part);
    if (rule.onSwitch) part.m.trace = this;
  }

  step(
    kind: 'begin' | 'resume' | 'pause' | 'end',
    atNs: number,
    _lane: number,
    frame: number,
  ): void {
    const { m } = this.part;
    if (kind !== 'begin' || frame >= m.smmFrames || frame % LEVELS !== LEVEL_SWITCH) return;
    const cpu = m.frameCpu[frame];
    const following = m.cpu.switchingTo[cpu];
    if (following < 0 || this.violation) return;
    const previous = this.views.thread(m.cpu.current[cpu]);
    const view = { ...this.views.view(cpu, following), previous };
    this.note(atNs, view.name, this.rule.onSwitch?.(view));
  }

  /** After an event of any part. */
  look(): void {
    const { m } = this.part;
    const { onSettled } = this.rule;
    if (!onSettled || m.events === this.seenEvents) return;
    this.seenEvents = m.events;
    for (let cpu = 0; cpu < m.cpus && !this.violation; cpu++) {
      if (!this.views.isSettled(cpu)) continue;
      const view = this.views.view(cpu, m.cpu.current[cpu]);
      this.note(m.nowNs, view.name, onSettled(view));
    }
  }

  private note(atNs: number, cpu: string, message: string | undefined): void {
    if (message !== undefined) this.violation ??= { atNs, cpu, message };
  }
}

/**
 * Runs a plan under a rule. Returns the first violation (the earliest; at one time, that of the CPU
 * whose name comes first), or undefined.
 *
 * @example firstViolation(load(small), rule, { seed: '1', untilNs: small.untilNs })
 */
export function firstViolation(
  plan: NormalizedPlan,
  rule: PriorityRule,
  { seed, untilNs, eventsMax = EVENTS_MAX }: RuleRun,
): Violation | undefined {
  const simulation = new Simulation(plan, { seed, untilNs });
  const watchers = simulation.parts.map((part) => new RuleWatcher(part, rule));
  for (let events = 0; events < eventsMax; events++) {
    const ended = simulation.advance(1);
    for (const watcher of watchers) watcher.look();
    // Parts take turns: one that is behind may still have an earlier violation.
    if (ended) break;
  }
  const found = watchers.flatMap(({ violation }) => (violation ? [violation] : []));
  found.sort((a, b) => a.atNs - b.atNs || (a.cpu < b.cpu ? -1 : a.cpu > b.cpu ? 1 : 0));
  return found[0];
}
