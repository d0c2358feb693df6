/** A scenario as lines for the interpreter. */
import { parseCpuList } from '../../../src/base/cpulist.js';
import { parseDuration } from '../../../src/base/units.js';
import type { Scheduling } from '../../../src/plan/normalized.js';
import { parsePolicy } from '../../../src/plan/policy.js';
import { type ProgramStep, parseProgramStep } from '../../../src/plan/threadProgram.js';
import type { KernelName, Scenario, ScenarioThread } from '../scenario.js';

const NUMBERS = { other: 0, fifo: 1, rr: 2, deadline: 6 } as const;

/** Lines of one scenario, from `scenario` to `end`. */
export function inputLines(scenario: Scenario, kernel: KernelName): string[] {
  const { irq } = scenario;
  const lines = [`scenario ${scenario.name} ${nsOf(scenario.until)}`];
  const limit = (us: number): string => `file /proc/sys/kernel/sched_rt_runtime_us ${us}`;
  // Without the limit a fair server may be switched off; with it the kernel may refuse.
  lines.push(limit(-1));
  if (scenario.timerMigration !== undefined) {
    lines.push(`file /proc/sys/kernel/timer_migration ${scenario.timerMigration}`);
  }
  if (kernel.startsWith('6.12') && !scenario.fairServer) {
    for (const cpu of [0, 1, 2, 3]) {
      lines.push(`file /sys/kernel/debug/sched/fair_server/cpu${cpu}/runtime 0`);
    }
  }
  if (scenario.rtRuntimeUs !== undefined) lines.push(limit(scenario.rtRuntimeUs));
  for (const { name, cpu, policy } of scenario.kernelThreads ?? []) {
    if (name === 'ktimers' && !kernel.endsWith('-rt')) continue;
    lines.push(`kthread ${name}/${cpu} ${policyNumbers(policyOf(policy))}`);
  }
  // Steps name threads: all of them come first.
  lines.push(...scenario.threads.map(threadLine));
  for (const { name, program } of scenario.threads) {
    lines.push(...program.map((text) => `step ${name} ${stepText(text, name)}`));
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
  return `thread ${name} ${maskOf(cpus)} ${when} ${policyNumbers(policyOf(policy))}`;
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

function maskOf(cpus: string): string {
  const list = parseCpuList(cpus, 'kernel', { lastCpu: 63 });
  if (list.error !== undefined) throw new Error(list.error);
  return list.cpus.reduce((mask, cpu) => mask + 2 ** cpu, 0).toString(16);
}
