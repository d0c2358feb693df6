/** Threads that answer packets: woken by interrupts, or polling their ring. */
import type { StepSpec } from '../engine/stepTable.js';
import { ACCEPT_ALL } from '../engine/stepTable.js';
import { USAGE_POLLING } from '../kernel/cpu.js';
import {
  CONSUMER_SERVE,
  pollingConsumerProgram,
  sleepingConsumerProgram,
} from '../network/consumer.js';
import type { WorkloadPlan } from '../plan/normalized.js';
import { wakeSteps } from './activation.js';
import { durationOf } from './buildCpus.js';
import { setLoop } from './buildNetwork.js';
import type { TaskLayout } from './layout.js';
import { kernelCode, sectionSteps } from './sections.js';
import type { System } from './system.js';
import { contextOf, costsOf, setFrame, type TaskBuild } from './taskBuild.js';

export function packetThread(
  b: TaskBuild,
  index: number,
  task: TaskLayout,
  plan: WorkloadPlan,
  who: string,
): void {
  const { m, part } = b;
  const { network } = b.plan.platform;
  const iface = part.network.interfaces.findIndex(({ workload }) => workload === plan);
  const context = contextOf(b, task, who);
  const job: Array<StepSpec<System>> =
    plan.kind === 'packet-echo'
      ? []
      : [
          { name: 'job', duration: plan.run, cause: who, accepts: ACCEPT_ALL },
          ...sectionSteps(plan.sections, context),
        ];
  // It waits for packets as soon as it may run.
  m.task.runnable[index] = 1;
  if (plan.receive === 'poll') {
    const loop = part.network.loops.findIndex(({ workload }) => workload === plan);
    b.usage.set(`poll loop of ${who}`, USAGE_POLLING);
    const costs = {
      pollBurst: durationOf(network.pollBurst),
      pollPacket: durationOf(network.pollPacket),
      pollFlush: durationOf(network.pollFlush),
    };
    // Its job may be steps of the simulation; the rest is the network's own.
    const steps = pollingConsumerProgram(loop, costs, job as never[], who);
    const begin = steps.length - 1;
    const at = { serve: CONSUMER_SERVE, drain: begin, house: begin, begin };
    setLoop(b, loop, index, task.path, steps as Array<StepSpec<System>>, at);
    return;
  }
  const kernel = kernelCode(context.preemptible);
  const costs = costsOf(b, task);
  const start = b.builder.here;
  const steps = sleepingConsumerProgram(
    start,
    iface,
    { syscall: costs.syscall, guestSend: durationOf(network.guestSend) },
    {
      userReturn: wakeSteps(costs, `${who}: return to user`, kernel) as never[],
      job: job as never[],
    },
    who,
    kernel,
  );
  setFrame(m, index, b.builder.program(task.path, plan.kind, steps as Array<StepSpec<System>>));
}
