/** What the programs of one vCPU's host thread are made with: costs, masks, and short constructors. */
import type { Action } from '../engine/program.js';
import {
  ACCEPT_IRQ,
  ACCEPT_RESCHED,
  type Duration,
  type StepSpec,
  type StepTableBuilder,
} from '../engine/stepTable.js';
import type { Hypervisor } from './hypervisor.js';
import { VCPU_PROGRAMS } from './vcpuColumns.js';

type Cost = Exclude<Duration, 'dynamic'>;

/** Durations of KVM's primitives, and of the host primitives that the vCPU thread uses itself. */
export interface VcpuCosts {
  readonly exit: Cost;
  readonly exitMitigation: Cost;
  readonly entry: Cost;
  readonly entryPrepare: Cost;
  readonly handleExit: Cost;
  readonly fastpathMsr: Cost;
  readonly fastpathPreemptionTimer: Cost;
  readonly l1dFlush: Cost;
  readonly vcpuLoad: Cost;
  readonly vcpuKick: Cost;
  readonly inject: Cost;
  readonly ioeventfd: Cost;
  readonly eventfdSignal: Cost;
  readonly userExit: Cost;
  readonly pauseExit: Cost;
  readonly eptFault: Cost;
  readonly clockUpdate: Cost;
  readonly wakeup: Cost;
  readonly hrtimerArm: Cost;
  readonly clockeventProgram: Cost;
  readonly nmi: Cost;
  /** Crossing the guest boundary on a nohz_full pCPU; zero elsewhere. */
  readonly contextTracking: Cost;
}

/** Source files of the kernel functions that steps stand for. */
export const VMX = 'arch/x86/kvm/vmx/vmx.c';
export const X86 = 'arch/x86/kvm/x86.c';
export const LAPIC = 'arch/x86/kvm/lapic.c';
export const KVM_MAIN = 'virt/kvm/kvm_main.c';

export interface ProgramContext {
  readonly costs: VcpuCosts;
  /** What the run loop accepts, and what plain kernel code of the thread accepts. */
  readonly open: number;
  readonly kernel: number;
  step(
    name: string,
    kernelFunction: string,
    duration: Duration,
    cause: string,
    accepts: number,
    action?: Action<Hypervisor>,
  ): StepSpec<Hypervisor>;
  /** The steps of a VM exit; `action` decides what follows. */
  exit(action?: Action<Hypervisor>): Array<StepSpec<Hypervisor>>;
  /** Makes the steps program `index` of the vCPU. */
  add(index: number, name: string, steps: Array<StepSpec<Hypervisor>>): void;
}

const step: ProgramContext['step'] = (name, kernelFunction, duration, cause, accepts, action) => ({
  name,
  kernelFunction,
  duration,
  cause,
  accepts,
  action,
});

/**
 * `preemptible`: the host can preempt kernel code (preempt=full or RT), so the thread may be
 * switched out in the window after an exit; otherwise only in the run loop.
 */
export function programContext<M extends Hypervisor>(
  m: M,
  builder: StepTableBuilder<M>,
  vcpu: number,
  owner: string,
  costs: VcpuCosts,
  preemptible: boolean,
): ProgramContext {
  const open = ACCEPT_IRQ | ACCEPT_RESCHED;
  const tracking = 'kernel/context_tracking.c:ct_guest_exit';
  return {
    costs,
    open,
    kernel: preemptible ? open : ACCEPT_IRQ,
    step,
    exit(action) {
      const steps = [
        step('C_EXIT', `${VMX}:vmx_vcpu_enter_exit`, costs.exit, 'VM exit', 0),
        step(
          'C_EXIT_MITIG',
          `${VMX}:vmx_spec_ctrl_restore_host`,
          costs.exitMitigation,
          'VM exit',
          0,
        ),
        step('C_CTXTRACK', tracking, costs.contextTracking, 'context tracking', 0),
      ].filter(({ duration, name }) => name === 'C_EXIT' || duration !== 'zero');
      const last = steps.length - 1;
      return [...steps.slice(0, last), { ...steps[last], action }];
    },
    add(index, name, steps) {
      m.vcpu.program[vcpu * VCPU_PROGRAMS + index] = builder.program(owner, name, steps);
    },
  };
}
