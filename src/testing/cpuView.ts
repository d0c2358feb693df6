/**
 * What a rule gets to see of a CPU: its threads by name, policy and priority, as Linux has them at
 * that moment. Host and guest CPUs look alike. A view is made when it is asked for and then stays as
 * it is; it holds no reference to the machine.
 */
import { ACCEPT_RESCHED } from '../engine/stepTable.js';
import { LEVEL_SWITCH } from '../kernel/cpu.js';
import { SERVER_ACTIVE } from '../kernel/fairServer.js';
import { CLASS_DEADLINE, CLASS_RT } from '../kernel/task.js';
import type { BuiltPart } from '../simulation/build.js';
import { cpuPath } from '../simulation/layout.js';

const CLASSES = ['stop', 'deadline', 'rt', 'fair', 'idle'] as const;
export type SchedulingClass = (typeof CLASSES)[number];

/** One thread of a CPU. */
export interface ThreadView {
  /** Its path in the plan, as in `host/thread/logger`. */
  readonly name: string;
  /** Effective: a thread that was lent a priority has it. */
  readonly class: SchedulingClass;
  /** 1 .. 99 in class `rt`, else 0. */
  readonly priority: number;
  readonly roundRobin: boolean;
  /** Absolute, ns; of class `deadline` only. */
  readonly deadlineNs: number | undefined;
  readonly runnable: boolean;
  /** True if it is runnable but out of budget, or if throttling stops its class. */
  readonly throttled: boolean;
  /** True if it may run on another CPU too. */
  readonly movable: boolean;
  /** CPU time since it was switched in, ns. */
  readonly ranNs: number;
}

/** A CPU at a moment: a pCPU of the host or a vCPU of a guest. */
export interface CpuView {
  readonly atNs: number;
  /** As in `host/pcpu00003` and `guest/plc/vcpu00000`. */
  readonly name: string;
  readonly isGuest: boolean;
  /** The thread that it runs, or is about to run. */
  readonly running: ThreadView;
  /** Runnable threads in its queue, the running one too, by name. */
  readonly ready: readonly ThreadView[];
  /** True while its fair server runs fair threads ahead of realtime ones. */
  readonly fairServerActive: boolean;
}

/** Makes views of the CPUs of one part. */
export class CpuViews {
  private readonly part: BuiltPart;
  readonly names: readonly string[];

  constructor(part: BuiltPart) {
    this.part = part;
    const names: string[] = [];
    for (const kernel of part.layout.kernels) {
      for (const [cpu, index] of kernel.cpuIndex) names[index] = cpuPath(kernel, cpu);
    }
    this.names = names;
  }

  /** True if what the CPU runs is settled: no switch is under way and none is asked for. */
  isSettled(cpu: number): boolean {
    const { m } = this.part;
    const switching = (m.cpu.levels[cpu] & (1 << LEVEL_SWITCH)) !== 0;
    return !switching && (m.attention[cpu] & ACCEPT_RESCHED) === 0;
  }

  /** The CPU now, as if `running` were its thread. */
  view(cpu: number, running: number): CpuView {
    const { m } = this.part;
    const ready: ThreadView[] = [];
    for (let task = 0; task < m.task.count; task++) {
      if (m.task.cpu[task] === cpu && m.task.runnable[task] === 1) ready.push(this.thread(task));
    }
    return {
      atNs: m.nowNs,
      name: this.names[cpu],
      isGuest: cpu >= m.lanes,
      running: this.thread(running),
      ready,
      fairServerActive: m.server.state[cpu] === SERVER_ACTIVE,
    };
  }

  thread(task: number): ThreadView {
    const { m, layout } = this.part;
    const { task: tasks } = m;
    const schedulingClass = tasks.class[task];
    const stopped = schedulingClass === CLASS_RT && m.throttle.throttled[tasks.cpu[task]] === 1;
    const isDeadline = schedulingClass === CLASS_DEADLINE;
    return {
      name: layout.tasks[task].path,
      class: CLASSES[schedulingClass],
      priority: tasks.priority[task],
      roundRobin: tasks.roundRobin[task] === 1,
      deadlineNs: isDeadline ? tasks.deadlineNs[task] : undefined,
      runnable: tasks.runnable[task] === 1,
      throttled: stopped || (isDeadline && tasks.throttled[task] === 1),
      movable: tasks.allowedEnd[task] - tasks.allowedStart[task] > 1,
      ranNs: tasks.ranNs[task],
    };
  }
}
