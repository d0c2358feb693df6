/** What the simulator's KVM does around the timer of vCPU 1, from the steps of its programs. */
import {
  VCPU_EXIT_HLT,
  VCPU_EXIT_INTERRUPT,
  VCPU_EXIT_MSR,
  VCPU_LAPIC_CALLBACK,
  VCPU_PROGRAMS,
  VCPU_RUN,
} from '../../src/kvm/vcpuColumns.js';
import type { BuiltPart } from '../../src/simulation/build.js';
import { BEGIN_NS, type ExitEvent, exitLines, type TimedExitEvent } from './exits.js';

/** Waits for the deadline that are shorter are none of a scenario's. */
const EARLY_NS = 100_000;

export interface ExitWatcher {
  step(kind: string, atNs: number, frame: number, pc: number): void;
  lines(): string[];
}

/** Watches vCPU 1 of the part's guest, if it is there. */
export function watchExits({ m, layout }: BuiltPart): ExitWatcher | undefined {
  const vcpu = layout.kernels.find(({ guest }) => guest !== undefined)?.cpuIndex.get(1);
  if (vcpu === undefined) return undefined;
  const events: TimedExitEvent[] = [];
  const task = m.cpu.hostTask[vcpu];
  const own = m.taskFrames + task;
  let on = false;
  let injects = -1;
  let waitsFromNs = Number.NaN;
  const see = (what: ExitEvent, atNs: number) => events.push({ what, atNs });
  const begins = new Map<number, ExitEvent>([
    [first(VCPU_EXIT_INTERRUPT), 'interrupt exit'],
    [first(VCPU_EXIT_MSR), 'timer register'],
    [first(VCPU_EXIT_HLT), 'halts'],
  ]);
  function first(program: number): number {
    return m.vcpu.program[vcpuProgram(program)];
  }
  function vcpuProgram(program: number): number {
    return (vcpu ?? 0) * VCPU_PROGRAMS + program;
  }
  return {
    step(kind, atNs, frame, pc) {
      const now = m.cpu.current[m.cpu.lane[vcpu]] === task;
      if (now !== on) {
        see(now ? 'goes on' : m.task.runnable[task] === 1 ? 'is preempted' : 'blocks', atNs);
        on = now;
      }
      const callback = pc - first(VCPU_LAPIC_CALLBACK);
      if (kind === 'begin' && (callback === 0 || callback === 2)) see('fires', atNs);
      if (frame !== own) return;
      const name = m.program.names[pc];
      if (kind === 'begin') {
        const what = begins.get(pc);
        if (what) see(what, atNs);
        if (name.includes('timer-advance wait')) waitsFromNs = atNs;
      }
      if (kind !== 'end' || pc < first(VCPU_RUN) || pc > first(VCPU_RUN) + 8) return;
      if (name.includes('C_INJECT')) injects = atNs;
      const waits = name.includes('timer-advance wait') && atNs - waitsFromNs > EARLY_NS;
      const enters = name.includes('C_ENTRY');
      // KVM's trace has the injection with the entry, when the interrupt is in the VMCB.
      if ((waits || enters) && injects >= 0) {
        see('injects', injects);
        injects = -1;
      }
      if (waits) see('waits', atNs);
      if (enters) see('enters', atNs);
    },
    lines: () => exitLines(events, BEGIN_NS),
  };
}
