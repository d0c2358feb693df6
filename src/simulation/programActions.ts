/** What the steps of a thread's program do: see threadProgram.ts. */
import type { Action } from '../engine/program.js';
import { awaitMove, setAffinity } from '../kernel/affinity.js';
import { armTimer, needsProgramming } from '../kernel/hrtimer.js';
import { sleep } from '../kernel/schedule.js';
import { setScheduler, yieldCpu } from '../kernel/setScheduler.js';
import { CLASS_RT } from '../kernel/task.js';
import { wake } from '../kernel/wakeup.js';
import type { System } from './system.js';

const taskOf = (m: System, frame: number): number => frame - m.taskFrames;

export const beginProgram: Action<System> = (m, frame, pc) => {
  const task = taskOf(m, frame);
  m.programs.baseNs[task] = m.argument(pc) === 1 ? m.releaseNs[task] : 0;
  return pc + 1;
};

/** From the first step of a sleep to its return to user mode. */
const TO_USER = 4;

export const sleepFor: Action<System> = (m, frame, pc) => {
  m.programs.wakeAtNs[taskOf(m, frame)] = m.nowNs + m.programs.sleepsNs[m.argument(pc)];
  return pc + 1;
};

export const sleepUntil: Action<System> = (m, frame, pc) => {
  const task = taskOf(m, frame);
  const atNs = m.programs.baseNs[task] + m.programs.sleepsNs[m.argument(pc)];
  m.programs.wakeAtNs[task] = atNs;
  return atNs > m.nowNs ? pc + 1 : pc + TO_USER;
};

export const armSleep: Action<System> = (m, frame, pc) => {
  const task = taskOf(m, frame);
  const cpu = m.frameCpu[frame];
  const timer = m.task.timer[task];
  m.timers.soft[timer] = m.task.class[task] <= CLASS_RT || !m.traitsOf(cpu).rt ? 0 : 1;
  armTimer(m, timer, m.programs.wakeAtNs[task], cpu);
  return needsProgramming(m, cpu) ? pc + 1 : pc + 2;
};

export const programDevice: Action<System> = (m, frame, pc, lane) =>
  m.programTimer(m.frameCpu[frame], frame, pc + 1, lane);

export const blockUntilWoken: Action<System> = (m, frame, pc, lane) => {
  const task = taskOf(m, frame);
  if (m.timers.queue[m.task.timer[task]] < 0) return pc + 1;
  return sleep(m, task, pc + 1, lane);
};

export const yieldNow: Action<System> = (m, frame, pc, lane) =>
  yieldCpu(m, taskOf(m, frame), pc + 1, lane);

export const waitForToken: Action<System> = (m, frame, pc, lane) => {
  const task = taskOf(m, frame);
  const { programs } = m;
  if (programs.tokens[task] > 0) {
    programs.tokens[task]--;
    return pc + 1;
  }
  programs.awaitsToken[task] = 1;
  return sleep(m, task, pc, lane);
};

/** FUTEX_WAKE; the IPI that it asks for is sent by the next step. */
export const wakeOther: Action<System> = (m, frame, pc) => {
  const { programs } = m;
  const target = m.argument(pc);
  programs.tokens[target]++;
  if (programs.awaitsToken[target] === 0) return pc + 2;
  programs.awaitsToken[target] = 0;
  return tell(m, frame, pc, wake(m, target, m.frameCpu[frame]));
};

export const changePolicy: Action<System> = (m, frame, pc) => {
  const { task, to } = m.programs.changes[m.argument(pc)];
  const subject = task < 0 ? taskOf(m, frame) : task;
  return tell(m, frame, pc, setScheduler(m, subject, to, m.frameCpu[frame]));
};

export const changeCpus: Action<System> = (m, frame, pc) => {
  const { task, to } = m.programs.affinities[m.argument(pc)];
  const subject = task < 0 ? taskOf(m, frame) : task;
  return tell(m, frame, pc, setAffinity(m, subject, to, m.frameCpu[frame]));
};

export const awaitMoved: Action<System> = (m, frame, pc, lane) => {
  const { task } = m.programs.affinities[m.argument(pc)];
  return task < 0 ? pc + 1 : awaitMove(m, taskOf(m, frame), task, pc + 1, lane);
};

function tell(m: System, frame: number, pc: number, target: number): number {
  m.cpu.ipiTarget[m.frameCpu[frame]] = target;
  return target < 0 ? pc + 2 : pc + 1;
}

/** A program that runs once is over: nothing wakes its thread again. */
export const over: Action<System> = (m, frame, pc, lane) => {
  m.completions[taskOf(m, frame)]++;
  return sleep(m, taskOf(m, frame), pc, lane);
};
