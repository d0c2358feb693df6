/**
 * Function calls on other CPUs that their initiator waits for: TLB shootdown, membarrier, text
 * patching.
 *
 * [S] kernel/smp.c smp_call_function_many_cond, flush_smp_call_function_queue. The initiator has
 * preemption off, sends one interrupt a target and spins until every target has run the function; a
 * target runs it in the call-function interrupt, also on RT. On virtual CPUs the wait is as long as the
 * host keeps the slowest target from running. Left out: the interrupt that a polling idle CPU is
 * spared; one interrupt for several calls that are queued at once is counted once.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_IRQ, type Duration, type StepSpec } from '../engine/stepTable.js';
import type { Kernel } from './kernel.js';

export class CallColumns {
  /** Initiators (frames) whose function a CPU has to run, in order of arrival, and how long it takes. */
  readonly from: number[][];
  readonly workNs: number[][];
  /** Targets of a frame's call that have not run it, and how many were sent. By frame. */
  readonly left: Int32Array;
  readonly sent: Int32Array;
  /** Step in which a frame waits for its call. */
  readonly waitPc: Int32Array;
  /** Targets of each call site, built. */
  readonly targets: number[][] = [];
  /** 1: preempted virtual CPUs are interrupted too, by call site. */
  readonly preempted: number[] = [];
  /** Source of the function's duration, by call site. */
  readonly work: number[] = [];

  constructor(cpus: number, frames: number) {
    this.from = Array.from({ length: cpus }, () => []);
    this.workNs = Array.from({ length: cpus }, () => []);
    this.left = new Int32Array(frames);
    this.sent = new Int32Array(frames);
    this.waitPc = new Int32Array(frames);
  }
}

/** Steps of {@link callSteps}, relative to its first. */
const SEND = 1;
const WAIT = 2;

const beginCall: Action<Kernel> = (k, frame, pc) => {
  k.calls.sent[frame] = 0;
  k.calls.left[frame] = 0;
  k.calls.waitPc[frame] = pc + WAIT;
  return nextTarget(k, frame, k.argument(pc)) < 0 ? pc + 3 : pc + SEND;
};

/** The next CPU that needs the interrupt; -1: none is left. */
function nextTarget(k: Kernel, frame: number, site: number): number {
  const { targets, sent } = k.calls;
  for (; sent[frame] < targets[site].length; sent[frame]++) {
    const target = targets[site][sent[frame]];
    if (target === k.frameCpu[frame]) continue;
    if (k.calls.preempted[site] === 1 || k.callReaches(target)) return target;
  }
  return -1;
}

const sendCall: Action<Kernel> = (k, frame, pc, lane) => {
  const { calls } = k;
  const site = k.argument(pc);
  const cpu = k.frameCpu[frame];
  const target = nextTarget(k, frame, site);
  if (target < 0) return pc - SEND + WAIT;
  calls.sent[frame]++;
  calls.left[frame]++;
  calls.from[target].push(frame);
  calls.workNs[target].push(k.costs.draw(calls.work[site]));
  k.frameDynamicNs[frame] = Number.POSITIVE_INFINITY;
  const more = nextTarget(k, frame, site) >= 0;
  if (!more) k.pauseLoop(cpu);
  return k.sendCall(cpu, target, frame, more ? pc : pc - SEND + WAIT, lane);
};

/** A target has run the function: the initiator that waits for the last one goes on. */
function complete(k: Kernel, frame: number): void {
  if (--k.calls.left[frame] > 0) return;
  k.frameDynamicNs[frame] = 0;
  if (k.framePc[frame] !== k.calls.waitPc[frame]) return;
  const lane = k.cpu.lane[k.frameCpu[frame]];
  if (k.laneFrame[lane] === frame) k.endSegmentAt(lane, k.nowNs);
  else if (k.frameRemainingNs[frame] >= 0) k.frameRemainingNs[frame] = 0;
}

const waited: Action<Kernel> = (_k, _frame, pc) => pc + 1;

/** Steps of an initiator; `site` is its number among the part's call sites. */
export function callSteps(
  site: number,
  costs: { readonly reschedIpi: Duration },
  cause: string,
): Array<StepSpec<Kernel>> {
  const file = 'kernel/smp.c:smp_call_function_many_cond';
  const step = (name: string, duration: Duration, action: Action<Kernel>): StepSpec<Kernel> => ({
    name,
    kernelFunction: file,
    duration,
    cause,
    accepts: ACCEPT_IRQ,
    action,
    argument: site,
  });
  return [
    step('call begin', 'zero', beginCall),
    step('C_IPI', costs.reschedIpi, sendCall),
    step('call wait', 'dynamic', waited),
  ];
}

/** Steps of a target's interrupt, relative to the first of these. */
const lookForCall: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  const [workNs] = k.calls.workNs[cpu];
  if (workNs === undefined) return pc + 2;
  k.frameDynamicNs[frame] = workNs;
  return pc + 1;
};

const ranCall: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  k.calls.workNs[cpu].shift();
  const from = k.calls.from[cpu].shift();
  if (from !== undefined) complete(k, from);
  return pc - 1;
};

/** What the call-function interrupt does for those who wait, before anything else. */
export function runCallsProgram(cause: string): Array<StepSpec<Kernel>> {
  const file = 'kernel/smp.c:flush_smp_call_function_queue';
  const step = (name: string, duration: Duration, action: Action<Kernel>): StepSpec<Kernel> => ({
    name,
    kernelFunction: file,
    duration,
    cause,
    accepts: 0,
    action,
  });
  return [step('call queue', 'zero', lookForCall), step('C_CALL', 'dynamic', ranCall)];
}
