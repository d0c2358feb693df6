/**
 * Threads that serve events: kworkers, vhost workers, QEMU's threads, and the measured thread that
 * waits for a device.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, type StepSpec } from '../engine/stepTable.js';
import { USAGE_OTHER } from '../kernel/cpu.js';
import { chooseWork, workDone } from '../kernel/worker.js';
import { irqfdSteps, irqfdWork } from '../kvm/irqfd.js';
import type { WorkloadPlan } from '../plan/normalized.js';
import { wakeSteps } from './activation.js';
import { irqfdCosts } from './afterHandler.js';
import { durationOf } from './buildCpus.js';
import { eventSeen, sourceOf } from './events.js';
import type { PartLayout, TaskLayout, WorkLayout } from './layout.js';
import { heldMutex } from './mutex.js';
import { kernelCode } from './sections.js';
import type { System } from './system.js';
import {
  contextOf,
  costsOf,
  setArrival,
  setFrame,
  setScheduling,
  type TaskBuild,
} from './taskBuild.js';
import { type OwnLoad, workerLoop } from './workerLoop.js';

/** Tells every line without in-place injection where its works begin. */
export function buildIrqfds(m: System, part: PartLayout): void {
  part.works.forEach(({ what }, work) => {
    if (what.kind === 'irqfd' && what.cpu === 0) m.irqfd.works[what.line] = work;
  });
}

type Works = ReadonlyArray<{ readonly work: number; readonly what: WorkLayout['what'] }>;

function worksOfTask(b: TaskBuild, task: number): Works {
  return b.part.works.flatMap((one, work) => (one.task === task ? [{ work, what: one.what }] : []));
}

/** A pool's worker is an ordinary SCHED_OTHER thread of its pCPU. */
export function kworkerThread(b: TaskBuild, index: number, task: TaskLayout): void {
  const { m, builder, plan, part } = b;
  const accepts = kernelCode(m.traits[0].preemptible);
  b.usage.set('kworker', USAGE_OTHER);
  const select = workerLoop(b, task, 'kworker', accepts);
  setUp(b, index, select);
  for (const { work, what } of worksOfTask(b, index)) {
    if (what.kind !== 'irqfd') continue;
    const cause = `kworker for ${part.devices[what.line].plan.name}`;
    const steps = irqfdWork(what.line, irqfdCosts(plan), cause, accepts);
    m.work.program[work] = builder.program(task.path, `irqfd ${what.line}`, steps);
    setWork(b, index, work, what.line);
  }
}

function setUp(b: TaskBuild, index: number, select: number): void {
  b.m.work.select[index] = select;
  setFrame(b.m, index, select);
}

/** The work belongs to a thread, and its events to the windows of the threads that wait for them. */
function setWork(b: TaskBuild, index: number, work: number, device: number): void {
  const { m, part, measurements } = b;
  const source = sourceOf(part, device);
  m.work.task[work] = index;
  m.workWindows[work] = part.works.flatMap(({ task, what }) =>
    what.kind === 'wait' && sourceOf(part, what.device) === source
      ? measurements.flatMap((one, window) => (one.task === task ? [window] : []))
      : [],
  );
}

/** A vhost worker, QEMU's main loop or an I/O thread. */
export function workerThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'worker') return;
  const { m, builder } = b;
  const { plan } = task.role;
  setScheduling(m, index, plan.scheduling);
  const who = `worker ${plan.name}`;
  b.usage.set(who, USAGE_OTHER);
  const context = contextOf(b, task, who);
  const own: OwnLoad | undefined = plan.arrival && {
    run: durationOf(plan.run),
    sections: plan.sections,
    context,
  };
  setUp(b, index, workerLoop(b, task, who, kernelCode(context.preemptible), own));
  for (const { work, what } of worksOfTask(b, index)) {
    if (what.kind !== 'serve') continue;
    const steps = serveSteps(b, task, what, who);
    m.work.program[work] = builder.program(task.path, `serve ${what.plan.device}`, steps);
    m.work.counts[work] = 1;
    setWork(b, index, work, what.line);
  }
  if (plan.arrival) setArrival(b, index, task, plan.arrival);
}

type Serve = WorkLayout['what'] & { readonly kind: 'serve' };

/** One event: the device's code, under the big lock where it needs it, and the guest's interrupt. */
function serveSteps(
  b: TaskBuild,
  task: TaskLayout,
  { plan, line }: Serve,
  who: string,
): Array<StepSpec<System>> {
  const costs = costsOf(b, task);
  const { preemptible } = b.m.traits[0];
  const kernel = kernelCode(preemptible);
  const inKernel = plan.device !== undefined && task.path.startsWith('host/worker/vhost-');
  const cause = `${who} for ${plan.device}`;
  b.usage.set(cause, USAGE_OTHER);
  const run = {
    name: inKernel ? 'C_VHOST_PKT' : 'device code',
    kernelFunction: inKernel ? 'drivers/vhost/net.c:handle_rx' : undefined,
    duration: durationOf(plan.run),
    cause,
    accepts: inKernel ? kernel : ACCEPT_ALL,
  };
  const signal = irqfdSteps('signal', line, irqfdCosts(b.plan), cause, kernel);
  const call = { name: 'C_SYSCALL', duration: costs.syscall, cause, accepts: kernel };
  const work = inKernel ? [run, ...signal] : [run, call, ...signal];
  const lock = plan.lock === undefined ? undefined : b.part.locks.get(`host/${plan.lock}`);
  const served =
    lock === undefined ? work : heldMutex(`lock ${plan.lock}`, lock, costs, cause, kernel, work);
  return [
    ...(inKernel ? [] : wakeSteps(costs, cause, kernel)),
    ...served,
    { name: 'event served', duration: 'zero', cause, accepts: kernel, action: workDone },
  ];
}

const wait = chooseWork as Action<System>;

/** A workload of kind interrupt: waits for a device, computes, reads its clock, waits again. */
export function waitingThread(
  b: TaskBuild,
  index: number,
  task: TaskLayout,
  plan: WorkloadPlan,
  who: string,
): void {
  const { m, builder } = b;
  const costs = costsOf(b, task);
  const kernel = kernelCode(m.traits[task.kernel.index].preemptible);
  const select = builder.program(task.path, 'wait', [
    { name: 'wait for device', duration: 'zero', cause: who, accepts: 0, action: wait },
  ]);
  setUp(b, index, select);
  const [own] = worksOfTask(b, index);
  if (own?.what.kind !== 'wait') return;
  m.work.task[own.work] = index;
  m.work.program[own.work] = builder.program(task.path, 'interrupt', [
    ...wakeSteps(costs, 'return to user', kernel),
    {
      name: 'C_CLKREAD',
      duration: costs.clockRead,
      cause: 'clock read',
      accepts: ACCEPT_ALL,
      action: eventSeen,
    },
    { name: 'work', duration: durationOf(plan.run), cause: who, accepts: ACCEPT_ALL },
    { name: 'C_SYSCALL', duration: costs.syscall, cause: who, accepts: kernel },
    { name: 'read again', duration: 'zero', cause: who, accepts: kernel, action: workDone },
  ]);
  const window = b.measurements.findIndex((one) => one.task === index);
  m.measure.taskWindow[index] = window;
  m.measure.taskWindows[index] = 1;
  m.measure.cpu[window] = -1;
  m.measure.eventCpu[window] = task.cpus[0];
}
