/**
 * A run's steps as lines that a person reads: when, on which pCPU, in which context, which
 * primitive, how long, whether its CPU had interrupts off, and the kernel function it stands for.
 *
 * A step that is interrupted gives one line for each stretch in which it ran. Steps that cost
 * nothing are kept too, because they show the order of decisions; {@link paidLines} drops them.
 * Left out: what happens between steps (slots that fall due on no lane), and time that passes in
 * SMM unseen by the lane.
 */

import type { TraceSink } from '../engine/program.js';
import { ACCEPT_IRQ } from '../engine/stepTable.js';
import { LEVEL_IRQ, LEVEL_SOFTIRQ, LEVELS } from '../kernel/cpu.js';
import type { BuiltPart } from './build.js';
import type { KernelLayout, PartLayout, TaskLayout } from './layout.js';

/** One stretch of one step on one pCPU. */
export interface TraceLine {
  readonly fromNs: number;
  /** Infinity while it is still running. */
  readonly toNs: number;
  readonly pcpu: number;
  /** As in `vcpu plc/0`, `plc/0 irq`, `p1 switch`, `thread logger`, `p1 SMM`. */
  readonly context: string;
  readonly step: string;
  readonly kernelFunction: string | undefined;
  /** True while interrupts of its CPU (the vCPU, for guest code) are off. */
  readonly irqOff: boolean;
  /** True: it went on after an interruption. */
  readonly resumed: boolean;
}

/**
 * Records the steps of one part from the moment it is attached.
 *
 * @example
 * const trace = new TraceRecorder(simulation.parts[0]);
 * while (!simulation.advance(1000));
 * trace.lines.map(formatTraceLine).join('\n');
 */
export class TraceRecorder implements TraceSink {
  readonly lines: TraceLine[] = [];
  private readonly part: BuiltPart;
  private readonly contexts: readonly string[];
  /** Line that a lane is in the middle of; -1: none. */
  private readonly open: Int32Array;
  private readonly limit: number;

  /** `limit`: lines kept at most; later ones are dropped, so that a long run cannot fill memory. */
  constructor(part: BuiltPart, limit = 100_000) {
    this.part = part;
    this.limit = limit;
    this.contexts = contextsOf(part);
    this.open = new Int32Array(part.m.lanes).fill(-1);
    part.m.trace = this;
  }

  step(
    kind: 'begin' | 'resume' | 'pause' | 'end',
    atNs: number,
    lane: number,
    frame: number,
    pc: number,
  ): void {
    const before = this.open[lane];
    if (before >= 0) {
      this.lines[before] = { ...this.lines[before], toNs: atNs };
      this.open[lane] = -1;
    }
    if (kind === 'pause' || kind === 'end' || this.lines.length >= this.limit) return;
    const { program } = this.part.m;
    this.open[lane] = this.lines.length;
    this.lines.push({
      fromNs: atNs,
      toNs: Number.POSITIVE_INFINITY,
      pcpu: this.part.layout.pcpus[lane],
      context: this.contexts[frame],
      step: program.names[pc],
      kernelFunction: program.kernelFunctions[pc],
      irqOff: (this.part.m.accepts(pc) & ACCEPT_IRQ) === 0,
      resumed: kind === 'resume',
    });
  }
}

/** The lines of steps that took time, or may take time and took none. */
export function paidLines(lines: readonly TraceLine[]): TraceLine[] {
  return lines.filter(({ fromNs, toNs }) => toNs > fromNs);
}

/** `0000001000 p1 | vcpu plc/0: C_EXIT 541 vmx_vcpu_enter_exit`; `|` means interrupts are off. */
export function formatTraceLine(line: TraceLine): string {
  return `${String(line.fromNs).padStart(10, '0')} ${formatTraceStep(line)}`;
}

/** The same without the time. */
export function formatTraceStep(line: TraceLine): string {
  const bar = line.irqOff ? '|' : ' ';
  const durationNs = line.toNs - line.fromNs;
  const name = line.kernelFunction?.split(':')[1];
  const where = name === undefined ? '' : ` ${name}`;
  return `p${line.pcpu} ${bar} ${line.context}: ${line.step} ${durationNs}${where}`;
}

/** What each frame is called. */
function contextsOf({ m, layout }: BuiltPart): string[] {
  const names: string[] = [];
  for (const kernel of layout.kernels) {
    for (const [cpu, index] of kernel.cpuIndex) {
      const name = cpuName(kernel, cpu);
      for (let level = 0; level < LEVELS; level++) {
        names[index * LEVELS + level] = `${name} ${levelName(level)}`;
      }
    }
  }
  layout.pcpus.forEach((pcpu, lane) => {
    names[m.smmFrames + lane] = `p${pcpu} SMM`;
    names[m.nmiFrames + lane] = `p${pcpu} NMI`;
  });
  layout.tasks.forEach((task, index) => {
    names[m.taskFrames + index] = taskName(task, layout);
  });
  return names;
}

function levelName(level: number): string {
  if (level === LEVEL_IRQ) return 'irq';
  return level === LEVEL_SOFTIRQ ? 'softirq' : 'switch';
}

/** `p3` for a pCPU, `plc/0` for a vCPU. */
function cpuName(kernel: KernelLayout, cpu: number): string {
  return kernel.guest ? `${kernel.guest.name}/${cpu}` : `p${cpu}`;
}

function taskName({ kernel, role, cpus }: TaskLayout, { network }: PartLayout): string {
  const owner = (index: number): string => {
    const cpu = [...kernel.cpuIndex].find(([, other]) => other === index)?.[0];
    return cpuName(kernel, cpu ?? index);
  };
  switch (role.kind) {
    case 'vcpu':
      return `vcpu ${role.guest.name}/${role.id}`;
    case 'thread':
      return `${kernel.guest ? `${kernel.guest.name} ` : ''}thread ${role.plan.name}`;
    case 'worker':
      return `worker ${role.plan.name}`;
    case 'irq':
      return `${owner(cpus[0])} irq thread ${role.plan.name}`;
    case 'poller': {
      const { poller, switch: one } = network.loops[role.loop];
      return `poller ${one.name}/${poller?.name}`;
    }
    case 'workload':
      return `${owner(cpus[0])} ${role.plan.id}`;
    default:
      return `${owner(role.cpu)} ${role.kind}`;
  }
}
