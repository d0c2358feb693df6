/** The CPUs of a part: their Linux, their programs, their sets, their idle states. */
import { constantLaw, type Law } from '../base/law.js';
import type { Action } from '../engine/program.js';
import type { StepTableBuilder } from '../engine/stepTable.js';
import { cstateExitProgram, GOVERNOR_DEEPEST, GOVERNOR_MENU } from '../hardware/cstate.js';
import { USAGE_IDLE, USAGE_IDLE_POLLING, USAGE_POLLING } from '../kernel/cpu.js';
import type { Kernel } from '../kernel/kernel.js';
import { buildCpuPrograms, type KernelCosts } from '../kernel/programs.js';
import { endOfInterrupt } from '../kvm/irqWindow.js';
import { addPostedPrograms, type PostedCosts } from '../kvm/postedDevice.js';
import { HALT_STATE } from '../plan/idle.js';
import type { KernelPlan, NormalizedPlan } from '../plan/normalized.js';
import type { LinuxCosts } from '../platform/costs.js';
import type { Cstate } from '../platform/platform.js';
import { traitsOf } from './kernelTraits.js';
import { cpuPath, type KernelLayout, type PartLayout } from './layout.js';
import type { System } from './system.js';

const ZERO = 'zero' as const;

/** A law as the duration of a step; nothing to draw if it is always 0. */
export function durationOf(law: Law): Law | 'zero' {
  return law.maxNs === 0 ? ZERO : law;
}

/** Prefix of the causes of one Linux. */
export function causePrefix(kernel: KernelLayout): string {
  return kernel.guest ? 'guest ' : '';
}

/** Costs of a Linux on one CPU as step durations. */
export function kernelCosts(costs: LinuxCosts, nohzFull: boolean): KernelCosts {
  const durations = Object.fromEntries(
    Object.entries(costs).map(([name, law]) => [name, durationOf(law)]),
  ) as KernelCosts;
  return nohzFull ? durations : { ...durations, contextTracking: ZERO };
}

/** A guest without APICv ends its interrupts by an exit. */
export function acknowledgeOf(m: System, cpu: number): Action<Kernel> | undefined {
  return cpu >= m.lanes && m.vcpu.apicv[cpu] === 0 ? endOfInterrupt : undefined;
}

/** True if the hardware posts interrupts to a guest of this part. */
function posts(part: PartLayout): boolean {
  return part.kernels.some(({ guest }) => guest?.devices.some(({ posted }) => posted));
}

function postedCosts({ platform: { host, kvm } }: NormalizedPlan): PostedCosts {
  return {
    irqEntry: durationOf(host.irqEntry),
    walk: durationOf(kvm.postedWakeup),
    item: durationOf(kvm.postedWakeupItem),
    wakeup: durationOf(host.wakeup),
    reschedIpi: durationOf(host.reschedIpi),
    clockeventProgram: durationOf(host.clockeventProgram),
  };
}

export function buildCpus(
  m: System,
  builder: StepTableBuilder<System>,
  plan: NormalizedPlan,
  part: PartLayout,
  usage: Map<string, number>,
): void {
  for (const kernel of part.kernels) {
    m.traits[kernel.index] = traitsOf(kernel);
    const full = new Set(kernel.plan.nohzFull);
    const isolated = new Set(kernel.plan.isolatedDomain);
    const platformCosts = kernel.guest ? plan.platform.guest : plan.platform.host;
    for (const [cpu, index] of kernel.cpuIndex) {
      m.cpu.kernel[index] = kernel.index;
      m.cpu.nohzFull[index] = full.has(cpu) ? 1 : 0;
      m.tick.stops[index] = full.has(cpu) && !kernel.plan.clockUnstable ? 1 : 0;
      m.tick.startsAfterIdle[index] = startsAfterIdle(kernel.plan, cpu) ? 1 : 0;
      m.cpu.isolated[index] = isolated.has(cpu) ? 1 : 0;
      m.cpu.idlePolls[index] = kernel.plan.idle.kind === 'poll' ? 1 : 0;
      m.cpu.idleSeesFlag[index] = seesFlag(kernel) ? 1 : 0;
      m.server.enabled[index] =
        kernel.plan.flags.fairServer && !kernel.plan.fairServerOff.includes(cpu) ? 1 : 0;
      m.throttle.runtimeNs[index] = kernel.plan.rtRuntimeNs;
      const idle = idleCause(kernel);
      usage.set(idle, idleUsage(kernel));
      const costs = kernelCosts(platformCosts, full.has(cpu));
      const path = cpuPath(kernel, cpu);
      const prefix = causePrefix(kernel);
      const acknowledge = acknowledgeOf(m, index);
      buildCpuPrograms(m, builder, index, path, costs, prefix, idle, acknowledge);
      if (!kernel.guest && (posts(part) || plan.kvm.ipiVirtualization))
        addPostedPrograms(m, builder, index, path, postedCosts(plan));
      m.flightCost[index] = m.costs.add(
        platformCosts.ipiFlight,
        `${cpuPath(kernel, cpu)}/ipi flight`,
      );
    }
  }
  buildCstates(m, builder, plan, part);
}

/** Where the tick is needed anyway nothing has to start it. */
function startsAfterIdle({ flags, nohzFull }: KernelPlan, cpu: number): boolean {
  return flags.idleExitStartsTick && nohzFull.includes(cpu);
}

/** HLT waits for interrupts only; MWAIT also sees a write to the thread flags. */
function seesFlag({ plan, guest }: KernelLayout): boolean {
  if (plan.idle.kind === 'poll') return true;
  return plan.idle.deepest !== HALT_STATE && (guest === undefined || guest.mwaitInGuest);
}

/** A guest that polls takes its pCPU from the host; a host that polls gives way at once. */
function idleUsage(kernel: KernelLayout): number {
  if (kernel.plan.idle.kind !== 'poll') return USAGE_IDLE;
  return kernel.guest ? USAGE_POLLING : USAGE_IDLE_POLLING;
}

function idleCause(kernel: KernelLayout): string {
  const polls = kernel.plan.idle.kind === 'poll';
  return `${causePrefix(kernel)}${polls ? 'idle polling' : 'idle'}`;
}

/** Idle states: of pCPUs, and of vCPUs that execute HLT or MWAIT without an exit. */
function buildCstates(
  m: System,
  builder: StepTableBuilder<System>,
  plan: NormalizedPlan,
  part: PartLayout,
): void {
  const states = plan.platform.cstates;
  const targets: number[] = [];
  const programs: number[] = [];
  for (const kernel of part.kernels) {
    const { guest } = kernel;
    const sleeps = !guest || guest.haltInGuest || guest.mwaitInGuest;
    for (const [cpu, index] of kernel.cpuIndex) {
      if (!sleeps || kernel.plan.idle.kind === 'poll') continue;
      const allowed = allowedStates(kernel.plan.idle.deepest, states, plan, kernel);
      m.cstate.allowed[index] = allowed.length;
      m.cstate.governor[index] =
        kernel.plan.idleGovernor === 'menu' ? GOVERNOR_MENU : GOVERNOR_DEEPEST;
      m.cstate.exitBase[index] = programs.length;
      for (const state of allowed) {
        targets.push(state.targetResidencyNs);
        const steps = cstateExitProgram(state.name, durationOf(state.exit));
        programs.push(builder.program(cpuPath(kernel, cpu), `idle ${state.name}`, steps));
      }
    }
  }
  m.cstate.exitProgram = Int32Array.from(programs);
  m.cstate.targetResidencyNs = Float64Array.from(targets);
}

/** States up to the deepest allowed one; cyclictest's PM-QoS request leaves polling only. */
function allowedStates(
  deepest: string,
  states: readonly Cstate[],
  plan: NormalizedPlan,
  kernel: KernelLayout,
): readonly Cstate[] {
  const quiet = plan.workloads.some(
    (w) => w.dmaLatencyZero && (w.guest ?? 'host') === (kernel.guest?.name ?? 'host'),
  );
  if (quiet) return [];
  const depth = states.findIndex((state) => state.name === deepest);
  if (depth >= 0) return states.slice(0, depth + 1);
  // HLT with nothing deeper known: the shallowest state of the platform.
  return states.length > 0
    ? states.slice(0, 1)
    : [{ name: 'C1', exit: constantLaw(0), targetResidencyNs: 0 }];
}
