/**
 * A vCPU that executed HLT: halt polling, blocking, waking.
 *
 * [S] virt/kvm/kvm_main.c kvm_vcpu_halt, kvm_vcpu_check_block, update_halt_poll_stats,
 * grow_halt_poll_ns, shrink_halt_poll_ns; arch/x86/kvm/x86.c vcpu_block (preemption timer to
 * hrtimer and back). Polling is preemptible and ends when any other thread is queued on the pCPU.
 */
import type { Action } from '../engine/program.js';
import { cancelTimer, needsProgramming } from '../kernel/hrtimer.js';
import { sleep } from '../kernel/schedule.js';
import { RUN_LOOP, reenter } from './entry.js';
import { vcpuOf, vcpuProgram } from './exits.js';
import type { Hypervisor } from './hypervisor.js';
import { armSoftware } from './lapicTimer.js';
import { VCPU_HALT, VCPU_RUN } from './vcpuColumns.js';

/** Steps of the program of a halted vCPU, relative to its first. */
const HALT_ARM = 0;
const HALT_PROGRAM = 1;
const HALT_POLL = 2;
const HALT_WOKEN = 3;
const HALT_CANCEL = 4;
const HALT_REPROGRAM = 5;

/** True if something is pending that ends the halt (kvm_arch_vcpu_runnable). */
function runnable(m: Hypervisor, vcpu: number): boolean {
  return m.vcpu.requested[vcpu] !== 0 || m.vcpu.expired[vcpu] > 0;
}

/** HLT exit: 6.12 enters the guest again at once if an event is pending (handle_fastpath_hlt). */
export const haltExit: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = vcpuOf(m, frame);
  return m.kvm.haltFastpath && runnable(m, vcpu)
    ? reenter(m, frame, vcpuProgram(m, vcpu, VCPU_RUN))
    : pc + 1;
};

/** The irq window after the exit: what the fast path has handled is not handled again. */
export const haltWindow: Action<Hypervisor> = (m, frame, pc, lane) =>
  m.kvm.haltFastpath ? haltDecide(m, frame, pc, lane) : pc + 1;

/** After handle_halt: the halt begins, unless something is pending already. */
export const haltDecide: Action<Hypervisor> = (m, frame, _pc, lane) => {
  const vcpu = vcpuOf(m, frame);
  if (runnable(m, vcpu)) return vcpuProgram(m, vcpu, VCPU_RUN);
  m.vcpu.halted[vcpu] = 1;
  return blockHalted(m, vcpu, frame, lane);
};

/** kvm_vcpu_block of a halted vCPU. */
export function blockHalted(m: Hypervisor, vcpu: number, frame: number, lane: number): number {
  const program = vcpuProgram(m, vcpu, VCPU_HALT);
  if (m.vcpu.preemptionTimerArmed[vcpu] === 1) return program + HALT_ARM;
  return pollOrBlock(m, vcpu, frame, program, lane);
}

/** kvm_lapic_switch_to_sw_timer. */
export const switchedToSoftware: Action<Hypervisor> = (m, frame, pc, lane) => {
  const vcpu = vcpuOf(m, frame);
  m.vcpu.preemptionTimerArmed[vcpu] = 0;
  armSoftware(m, vcpu, m.frameCpu[frame]);
  if (needsProgramming(m, m.frameCpu[frame])) return pc - HALT_ARM + HALT_PROGRAM;
  return pollOrBlock(m, vcpu, frame, pc - HALT_ARM, lane);
};

export const softwareProgrammed: Action<Hypervisor> = (m, frame, pc, lane) => {
  m.programTimer(m.frameCpu[frame], frame, pc, lane);
  return pollOrBlock(m, vcpuOf(m, frame), frame, pc - HALT_PROGRAM, lane);
};

function pollOrBlock(
  m: Hypervisor,
  vcpu: number,
  frame: number,
  program: number,
  lane: number,
): number {
  const { vcpu: state } = m;
  // kvm_vcpu_halt begins here: the switch of the timer is not part of the halt.
  state.haltedAtNs[vcpu] = m.nowNs;
  if (runnable(m, vcpu)) return program + HALT_WOKEN;
  const windowNs = state.pollControl[vcpu] === 1 ? state.pollWindowNs[vcpu] : 0;
  if (windowNs > 0 && singleTaskRunning(m, m.frameCpu[frame])) {
    state.polling[vcpu] = 1;
    m.frameDynamicNs[frame] = windowNs;
    return program + HALT_POLL;
  }
  return block(m, vcpu, frame, program, lane);
}

function singleTaskRunning(m: Hypervisor, cpu: number): boolean {
  return m.rt.count[cpu] + m.fair.count[cpu] + m.deadlineCount[cpu] <= 1;
}

function block(m: Hypervisor, vcpu: number, frame: number, program: number, lane: number): number {
  m.vcpu.blocked[vcpu] = 1;
  return sleep(m, frame - m.taskFrames, program + HALT_WOKEN, lane);
}

/** The poll ended: its window is over, or its condition was seen. */
export const pollEnded: Action<Hypervisor> = (m, frame, pc, lane) => {
  const vcpu = vcpuOf(m, frame);
  m.vcpu.polling[vcpu] = 0;
  if (runnable(m, vcpu)) return pc - HALT_POLL + HALT_WOKEN;
  return block(m, vcpu, frame, pc - HALT_POLL, lane);
};

/** Something the poll looks for happened, an event or another thread on the pCPU: it is seen within one turn of the loop. */
export function endPolling(m: Hypervisor, vcpu: number): void {
  const turnNs = m.costs.draw(m.pollCost[vcpu]);
  const frame = m.taskFrames + m.cpu.hostTask[vcpu];
  const lane = m.frameCpu[frame];
  if (m.laneFrame[lane] === frame) {
    m.endSegmentAt(lane, Math.min(m.segmentEndNs[lane], m.nowNs + turnNs));
  } else if (m.frameRemainingNs[frame] < 0) {
    // Preempted before its first turn.
    m.frameDynamicNs[frame] = Math.min(m.frameDynamicNs[frame], turnNs);
  } else {
    m.frameRemainingNs[frame] = Math.min(m.frameRemainingNs[frame], turnNs);
  }
}

/** Unblocked: adapts the poll window and gives the timer back to the preemption timer. */
export const woken: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = vcpuOf(m, frame);
  const { vcpu: state } = m;
  state.blocked[vcpu] = 0;
  adaptWindow(m, vcpu, m.nowNs - state.haltedAtNs[vcpu]);
  const queued = m.timers.queue[state.timer[vcpu]] >= 0;
  if (state.preemptionTimer[vcpu] === 1 && queued) return pc - HALT_WOKEN + HALT_CANCEL;
  return vcpuProgram(m, vcpu, VCPU_RUN) + RUN_LOOP;
};

/** kvm_lapic_switch_to_hv_timer. */
export const switchedToPreemptionTimer: Action<Hypervisor> = (m, frame, pc) => {
  const vcpu = vcpuOf(m, frame);
  cancelTimer(m, m.vcpu.timer[vcpu]);
  m.vcpu.preemptionTimerArmed[vcpu] = 1;
  if (needsProgramming(m, m.frameCpu[frame])) return pc - HALT_CANCEL + HALT_REPROGRAM;
  return vcpuProgram(m, vcpu, VCPU_RUN);
};

export const hardwareProgrammed: Action<Hypervisor> = (m, frame, pc, lane) => {
  m.programTimer(m.frameCpu[frame], frame, pc, lane);
  return vcpuProgram(m, vcpuOf(m, frame), VCPU_RUN);
};

function adaptWindow(m: Hypervisor, vcpu: number, haltedNs: number): void {
  const { haltPollMaxNs, haltPollGrow, haltPollGrowStartNs, haltPollShrink } = m.kvm;
  const { pollWindowNs } = m.vcpu;
  const windowNs = pollWindowNs[vcpu];
  if (haltPollMaxNs === 0) {
    pollWindowNs[vcpu] = 0;
  } else if (haltedNs <= windowNs) {
    return;
  } else if (windowNs > 0 && haltedNs > haltPollMaxNs) {
    const shrunkNs = haltPollShrink === 0 ? 0 : Math.floor(windowNs / haltPollShrink);
    // shrink_halt_poll_ns: below the start of growing it is off.
    pollWindowNs[vcpu] = shrunkNs < haltPollGrowStartNs ? 0 : shrunkNs;
  } else if (windowNs < haltPollMaxNs && haltedNs < haltPollMaxNs) {
    if (haltPollGrow === 0) return;
    const grownNs = Math.max(windowNs * haltPollGrow, haltPollGrowStartNs);
    pollWindowNs[vcpu] = Math.min(grownNs, haltPollMaxNs);
  }
}
