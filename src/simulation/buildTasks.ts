/** The threads of a part: idle and softirq threads, interrupt threads, load, vCPUs, workloads. */

import { migrationSteps } from '../kernel/affinity.js';
import { USAGE_OTHER, USAGE_POLLING, USAGE_REALTIME } from '../kernel/cpu.js';
import { stopperProgram } from '../kernel/stopMachine.js';
import { CLASS_DEADLINE, CLASS_IDLE, CLASS_RT, CLASS_STOP } from '../kernel/task.js';
import type { ThreadPlan } from '../plan/normalized.js';
import { afterHandler } from './afterHandler.js';
import { causePrefix, durationOf } from './buildCpus.js';
import { pollerThread } from './buildNetwork.js';
import { programThread } from './buildPrograms.js';
import { rcuThread } from './buildRcu.js';
import { vcpuThread } from './buildVcpus.js';
import { kworkerThread, workerThread } from './buildWorkers.js';
import { workloadThread } from './buildWorkloads.js';
import type { KernelLayout, TaskLayout } from './layout.js';
import { kernelCode, sectionSteps } from './sections.js';
import {
  contextOf,
  costsOf,
  placeTask,
  setArrival,
  setFrame,
  setScheduling,
  type TaskBuild,
} from './taskBuild.js';
import { busyProgram, irqThreadProgram, loadThreadProgram } from './threads.js';

/** Threads that may use several CPUs are balanced; see kernel/rtBalance.ts, deadlineBalance.ts. */
function markBalanced({ m, part }: TaskBuild): void {
  part.tasks.forEach(({ kernel, cpus, role }, index) => {
    const steps = role.kind === 'thread' ? (role.plan.program ?? []) : [];
    const later = steps.some((step) => step.kind === 'cpus' && step.cpus.length > 1);
    if (cpus.length < 2 && !later) return;
    if (m.task.class[index] === CLASS_RT) m.balance.active[kernel.index] = 1;
    if (m.task.class[index] === CLASS_DEADLINE) m.deadlineBalance.active[kernel.index] = 1;
  });
}

export function buildTasks(b: TaskBuild): void {
  b.part.tasks.forEach((task, index) => {
    placeTask(b.m, index, task);
    switch (task.role.kind) {
      case 'idle':
        b.m.cpu.idleTask[task.role.cpu] = index;
        setFrame(b.m, index, b.m.idleProgram[task.role.cpu]);
        b.m.frameDynamicNs[b.m.taskFrames + index] = Number.POSITIVE_INFINITY;
        b.m.task.class[index] = CLASS_IDLE;
        b.m.task.runnable[index] = 1;
        break;
      case 'migration':
        stopper(b, index, task, task.role.cpu);
        break;
      case 'ksoftirqd':
      case 'ktimers':
        softirqThread(b, index, task, task.role.cpu, task.role.kind);
        break;
      case 'rcuc':
      case 'rcuop':
      case 'rcuog':
        rcuThread(b, index, task);
        break;
      case 'irq':
        irqThread(b, index, task);
        break;
      case 'thread':
        loadThread(b, index, task);
        break;
      case 'vcpu':
        vcpuThread(b, index, task);
        break;
      case 'worker':
        workerThread(b, index, task);
        break;
      case 'kworker':
        kworkerThread(b, index, task);
        break;
      case 'workload':
        workloadThread(b, index, task);
        break;
      case 'poller':
        pollerThread(b, index, task);
        break;
    }
  });
  markBalanced(b);
}

/** migration/N, which stop_machine runs on, and which moves running threads. */
function stopper(b: TaskBuild, index: number, task: TaskLayout, cpu: number): void {
  const { m, builder } = b;
  const start = builder.here;
  builder.program(task.path, 'stop', stopperProgram(start));
  m.stop.migrateProgram[cpu] = builder.here;
  builder.program(
    task.path,
    'migrate',
    migrationSteps(start, causePrefix(task.kernel), costsOf(b, task)),
  );
  setFrame(m, index, start);
  m.task.class[index] = CLASS_STOP;
  m.task.ownClass[index] = CLASS_STOP;
  m.stop.stopper[cpu] = index;
}

function softirqThread(
  b: TaskBuild,
  index: number,
  task: TaskLayout,
  cpu: number,
  kind: 'ksoftirqd' | 'ktimers',
): void {
  const { m } = b;
  const { plan, cpuIndex } = task.kernel;
  const position = [...cpuIndex].findIndex(([, i]) => i === cpu);
  const number = [...cpuIndex][position][0];
  setScheduling(m, index, plan[kind][plan.cpus.indexOf(number)]);
  if (kind === 'ksoftirqd') {
    m.softirq.ksoftirqd[cpu] = index;
    setFrame(m, index, m.softirq.ksoftirqdStart[cpu]);
  } else {
    m.softirq.ktimers[cpu] = index;
    setFrame(m, index, m.softirq.ktimersStart[cpu]);
  }
}

function irqThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'irq' || !task.role.plan.thread) return;
  const { m } = b;
  const { plan, device } = task.role;
  setScheduling(m, index, task.role.plan.thread.scheduling);
  const cause = `${causePrefix(task.kernel)}irq thread ${plan.name}`;
  b.usage.set(cause, USAGE_OTHER);
  const { rt, preemptible } = m.traits[task.kernel.index];
  const accepts = kernelCode(preemptible);
  // What follows a softirq follows it wherever it runs.
  const after = plan.softirq ? [] : afterHandler(b.plan, b.part, device, cause, accepts);
  const context = { rt, forced: task.kernel.plan.forcedThreads, accepts, costs: costsOf(b, task) };
  const steps = irqThreadProgram(device, task.role.plan.thread.run, cause, context, after);
  setFrame(m, index, b.builder.program(task.path, 'handler', steps));
  m.devices.task[device] = index;
  m.devices.threadLength[device] = steps.length;
}

/** Threads that share a cause: those of one name in all guests, wherever the part is cut. */
function namesakes(b: TaskBuild, kernel: KernelLayout, plan: ThreadPlan): readonly ThreadPlan[] {
  if (!kernel.guest) return [plan];
  return b.plan.guests.flatMap((guest) =>
    guest.kernel.threads.filter(({ name }) => name === plan.name),
  );
}

function usageOf(threads: readonly ThreadPlan[]): number {
  const spins = ({ arrival, program }: ThreadPlan) => arrival === undefined && !program;
  if (threads.every(spins)) return USAGE_POLLING;
  const realtime = threads.some(({ scheduling }) => scheduling.policy !== 'other');
  return realtime ? USAGE_REALTIME : USAGE_OTHER;
}

function loadThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'thread') return;
  const { m } = b;
  const { plan } = task.role;
  setScheduling(m, index, plan.scheduling);
  const who = `${causePrefix(task.kernel)}thread ${plan.name}`;
  b.usage.set(who, usageOf(namesakes(b, task.kernel, plan)));
  if (plan.program) {
    programThread(b, index, task, plan, who);
    return;
  }
  if (!plan.arrival) {
    setFrame(m, index, b.builder.program(task.path, 'busy', busyProgram(who)));
    m.frameDynamicNs[m.taskFrames + index] = Number.POSITIVE_INFINITY;
    m.task.runnable[index] = 1;
    return;
  }
  const context = contextOf(b, task, who);
  const start = b.builder.here;
  const steps = loadThreadProgram(
    start,
    durationOf(plan.run),
    sectionSteps(plan.sections, context),
    costsOf(b, task),
    context,
  );
  b.builder.program(task.path, 'activation', steps);
  setFrame(m, index, start);
  setArrival(b, index, task, plan.arrival);
}
