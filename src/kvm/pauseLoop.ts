/**
 * PAUSE-loop exits: a guest that spins in kernel mode leaves after a window.
 *
 * [S] arch/x86/kvm/vmx/vmx.c handle_pause, grow_ple_window, shrink_ple_window; virt/kvm/kvm_main.c
 * kvm_vcpu_on_spin. The window doubles with every exit and is 4096 cycles again once the thread was
 * switched out. Directed yield does nothing for realtime threads (rt_sched_class has no yield_to_task),
 * so for them the exit is pure cost; yielding between fair vCPUs is left out. A loop that a guest
 * interrupt without an exit has interrupted is timed anew from the next entry.
 */
import { exitGuest, toRunLoop, vcpuProgram } from './exits.js';
import type { Hypervisor } from './hypervisor.js';
import { KVM_MAIN, type ProgramContext, VMX, X86 } from './programContext.js';
import { VCPU_EXIT_PAUSE } from './vcpuColumns.js';

/** The guest begins to spin on a virtual CPU. */
export function beginPauseLoop(m: Hypervisor, vcpu: number): void {
  const slot = m.vcpu.pauseSlot[vcpu];
  if (slot >= 0) m.schedule(slot, m.nowNs + m.vcpu.pauseWindowNs[vcpu]);
}

/** The guest is entered: if it goes on in a loop, the window begins; else there is none. */
export function resumePauseLoop(m: Hypervisor, vcpu: number): void {
  const slot = m.vcpu.pauseSlot[vcpu];
  const loops = m.pauseSteps[m.framePc[m.guestFrame(vcpu)]] === 1;
  m.schedule(slot, loops ? m.nowNs + m.vcpu.pauseWindowNs[vcpu] : Number.POSITIVE_INFINITY);
}

/** Slot handler: the window is over. */
export function pauseWindowOver(m: Hypervisor, vcpu: number): void {
  if (m.cpu.inGuest[vcpu] === 0) return;
  const lane = m.cpu.lane[vcpu];
  const frame = m.laneFrame[lane];
  if (m.frameCpu[frame] !== vcpu || m.pauseSteps[m.framePc[frame]] === 0) return;
  const { pauseWindowNs } = m.vcpu;
  pauseWindowNs[vcpu] = Math.min(2 * pauseWindowNs[vcpu], m.kvm.pauseWindowMaxNs);
  m.pause(lane);
  exitGuest(m, vcpu, lane, vcpuProgram(m, vcpu, VCPU_EXIT_PAUSE));
}

export function addPauseProgram(c: ProgramContext): void {
  const { add, step, exit, costs, kernel } = c;
  const cause = 'PAUSE-loop exit';
  add(VCPU_EXIT_PAUSE, 'PAUSE exit', [
    ...exit(),
    step('irq window', `${X86}:vcpu_enter_guest`, 'zero', cause, kernel),
    step('C_HANDLE_EXIT', `${VMX}:handle_pause`, costs.handleExit, cause, kernel),
    step('C_PLE', `${KVM_MAIN}:kvm_vcpu_on_spin`, costs.pauseExit, cause, kernel, toRunLoop),
  ]);
}
