/** A scenario as lines for the interpreter. */
import { parseCpuList } from '../../../src/base/cpulist.js';
import { parseDuration } from '../../../src/base/units.js';
import type { Scheduling } from '../../../src/plan/normalized.js';
import { parsePolicy } from '../../../src/plan/policy.js';
import { type ProgramStep, parseProgramStep } from '../../../src/plan/threadProgram.js';
import {
  GUEST_CMDLINE,
  type KernelName,
  PLACEMENT,
  type Scenario,
  type ScenarioGuest,
  type ScenarioThread,
} from '../scenario.js';
import { MODULES } from './nestedFiles.js';

/** What QEMU's main loop takes some time for. */
const LONG_COMMAND = 'xp /6000xw 0';
/** CPUs of the emulated machine. */
const CPUS = 4;
const NUMBERS = { other: 0, fifo: 1, rr: 2, deadline: 6 } as const;

/** What a machine is told before its scenarios: events to record, and the guest to start. */
export function startLines({ guest, ticks }: Pick<Scenario, 'guest' | 'ticks'>): string[] {
  if (!guest) {
    const timers = ticks ? ',sched/sched_waking,timer/hrtimer_expire_entry' : '';
    return [`events sched/sched_switch${timers}`, 'bottom-halves-off'];
  }
  const parameters = Object.entries(guest.kvm ?? {}).map(([name, value]) => `${name}=${value}`);
  const events = ['kvm_entry', 'kvm_exit', 'kvm_inj_virq', 'kvm_msr', 'kvm_wait_lapic_expire'];
  return [
    ...MODULES.map((name) => `module ${name} ${name === 'kvm' ? parameters.join(' ') : ''}`),
    // Before the guest starts: switching events on rewrites code.
    `events sched/sched_switch,timer/hrtimer_expire_entry,${events.map((e) => `kvm/${e}`).join(',')}`,
    `guest ${(guest.placement ?? PLACEMENT).join(',')} ${guest.cmdline ?? GUEST_CMDLINE}`,
  ];
}

/** The same of the guest. */
export function guestStartLines(): string[] {
  return ['events sched/sched_switch', 'preemption-off'];
}

/** Lines of the guest's part of a scenario. */
export function guestInputLines({ guest, ...scenario }: Scenario, kernel: KernelName): string[] {
  if (!guest) return [];
  const { threads, kernelThreads, timerMigration = 0 } = guest;
  const { name, shows, rules, until } = scenario;
  const inside = { name, shows, rules, until, threads, kernelThreads, timerMigration };
  return inputLines(inside, kernel, PLACEMENT.length);
}

function qemuLines(guest: ScenarioGuest): string[] {
  const { vcpus, emulator, haltPollNs = 0, haltPollStartNs } = guest;
  const lines = [`file /sys/module/kvm/parameters/halt_poll_ns ${haltPollNs}`];
  if (haltPollStartNs !== undefined) {
    lines.push(`file /sys/module/kvm/parameters/halt_poll_ns_grow_start ${haltPollStartNs}`);
  }
  for (const [id, policy] of Object.entries(vcpus)) {
    lines.push(`qemu vcpu${id} 0 ${policyNumbers(policyOf(policy))}`);
  }
  if (emulator) {
    const mask = (1 << emulator.cpu).toString(16);
    lines.push(`qemu emulator ${mask} ${policyNumbers(policyOf(emulator.policy))}`);
  }
  return lines;
}

/** Lines of one scenario, from `scenario` to `end`. */
export function inputLines(scenario: Scenario, kernel: KernelName, cpus = CPUS): string[] {
  const { irq, guest } = scenario;
  const lines = [`scenario ${scenario.name} ${nsOf(scenario.until)}`];
  const limit = (us: number): string => `file /proc/sys/kernel/sched_rt_runtime_us ${us}`;
  // Without the limit a fair server may be switched off; with it the kernel may refuse.
  lines.push(limit(-1));
  if (scenario.timerMigration !== undefined) {
    lines.push(`file /proc/sys/kernel/timer_migration ${scenario.timerMigration}`);
  }
  if (kernel.startsWith('6.12') && !scenario.fairServer) {
    for (let cpu = 0; cpu < cpus; cpu++) {
      lines.push(`file /sys/kernel/debug/sched/fair_server/cpu${cpu}/runtime 0`);
    }
  }
  if (scenario.rtPeriodUs !== undefined) {
    lines.push(`file /proc/sys/kernel/sched_rt_period_us ${scenario.rtPeriodUs}`);
  }
  if (scenario.rtRuntimeUs !== undefined) lines.push(limit(scenario.rtRuntimeUs));
  for (const { name, cpu, policy } of scenario.kernelThreads ?? []) {
    if (name === 'ktimers' && !kernel.endsWith('-rt')) continue;
    lines.push(`kthread ${name}/${cpu} ${policyNumbers(policyOf(policy))}`);
  }
  if (guest) lines.push(...qemuLines(guest));
  // Steps name threads: all of them come first.
  lines.push(...scenario.threads.map(threadLine));
  for (const { name, program } of scenario.threads) {
    lines.push(...program.map((text) => `step ${name} ${stepText(text, name)}`));
  }
  const command = guest?.emulator?.command;
  if (command) {
    lines.push(`thread asker 1 ${nsOf(command.start)} 0 ${policyNumbers(policyOf('fifo:90'))}`);
    lines.push(`step asker monitor ${LONG_COMMAND}`);
  }
  if (irq) {
    lines.push('serial', `file /proc/irq/3/smp_affinity ${(1 << irq.cpu).toString(16)}`);
    if (irq.policy && kernel.endsWith('-rt')) {
      lines.push(`kthread irq/3-ttyS1 ${policyNumbers(policyOf(irq.policy))}`);
    }
    lines.push(`thread interrupter 1 ${nsOf(irq.start)} 0 ${policyNumbers(policyOf('fifo:90'))}`);
    lines.push('step interrupter irq');
  }
  return [...lines, 'end'];
}

function threadLine({ name, policy, cpus, start, every }: ScenarioThread): string {
  const when = `${nsOf(start)} ${every ? nsOf(every) : 0}`;
  return `thread ${name} ${maskOf(cpusOf(cpus))} ${when} ${policyNumbers(policyOf(policy))}`;
}

function stepText(text: string, own: string): string {
  const step = parseProgramStep(text);
  if ('message' in step) throw new Error(step.message);
  return stepWords(step, own);
}

function stepWords(step: ProgramStep, own: string): string {
  switch (step.kind) {
    case 'run':
      return `run ${step.ns}`;
    case 'runForever':
      return 'run -1';
    case 'sleep':
      return `sleep ${step.ns}`;
    case 'sleepUntil':
      return `until ${step.ns}`;
    case 'lock':
    case 'unlock':
      return `${step.kind} ${step.lock}`;
    case 'wake':
      return `wake ${step.thread}`;
    case 'policy':
      return `policy ${step.of ?? own} ${policyNumbers(step.scheduling)}`;
    case 'preemptOff':
      return `preempt-off ${step.ns}`;
    case 'bhOff':
      return `bh-off ${step.ns}`;
    case 'cpus':
      return `cpus ${step.of ?? own} ${maskOf(step.cpus)}`;
    case 'userExit':
      return 'exit';
    default:
      return step.kind;
  }
}

function policyOf(text: string): Scheduling {
  const policy = parsePolicy(text);
  if ('message' in policy) throw new Error(policy.message);
  return policy;
}

function policyNumbers(s: Scheduling): string {
  return `${NUMBERS[s.policy]} ${s.priority} ${s.runtimeNs} ${s.deadlineNs} ${s.periodNs}`;
}

function nsOf(text: string): number {
  const ns = parseDuration(text);
  if (typeof ns !== 'number') throw new Error(ns);
  return ns;
}

function cpusOf(text: string): readonly number[] {
  const list = parseCpuList(text, 'kernel', { lastCpu: 63 });
  if (list.error !== undefined) throw new Error(list.error);
  return list.cpus;
}

const maskOf = (cpus: readonly number[]): string =>
  cpus.reduce((mask, cpu) => mask + 2 ** cpu, 0).toString(16);
