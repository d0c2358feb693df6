/**
 * The actions that a run spends its time in, called by name. A call through a table of functions
 * costs several times a direct one, since the compiler cannot know where it leads; every other action
 * goes through the table. The list gives each its number, and a test holds the switch to the list.
 */
import type { Action } from '../engine/program.js';
import { next } from '../engine/stepTable.js';
import { finishSwitch } from '../kernel/contextSwitch.js';
import { irqExit } from '../kernel/irqExit.js';
import { enterIdle } from '../kernel/programs.js';
import {
  beginTimerInterrupt,
  programAfterInterrupt,
  runTimer,
  wakeTimerSubject,
} from '../kernel/timerInterrupt.js';
import { enterGuest, prepared, runLoop, tracked } from '../kvm/entry.js';
import { fastMsrDone, fastTimerDone, msrExit, timerExit } from '../kvm/exits.js';
import { arm, block, programDevice } from './activation.js';
import type { System } from './system.js';
import { cyclictestDone, jobDone } from './workloads.js';

export const HOT_ACTIONS: ReadonlyArray<Action<System>> = [
  next,
  beginTimerInterrupt,
  runTimer,
  wakeTimerSubject,
  programAfterInterrupt,
  irqExit,
  finishSwitch,
  jobDone,
  arm,
  programDevice,
  block,
  cyclictestDone,
  enterIdle,
  msrExit,
  fastMsrDone,
  timerExit,
  fastTimerDone,
  tracked,
  enterGuest,
  runLoop,
  prepared,
];

/** Calls an action by its number in the table of the programs, which begins with {@link HOT_ACTIONS}. */
export function act(m: System, action: number, frame: number, pc: number, lane: number): number {
  switch (action) {
    case 1:
      return beginTimerInterrupt(m, frame, pc, lane);
    case 2:
      return runTimer(m, frame, pc, lane);
    case 3:
      return wakeTimerSubject(m, frame, pc, lane);
    case 4:
      return programAfterInterrupt(m, frame, pc, lane);
    case 5:
      return irqExit(m, frame, pc, lane);
    case 6:
      return finishSwitch(m, frame, pc, lane);
    case 7:
      return jobDone(m, frame, pc, lane);
    case 8:
      return arm(m, frame, pc, lane);
    case 9:
      return programDevice(m, frame, pc, lane);
    case 10:
      return block(m, frame, pc, lane);
    case 11:
      return cyclictestDone(m, frame, pc, lane);
    case 12:
      return enterIdle(m, frame, pc, lane);
    case 13:
      return msrExit(m, frame, pc, lane);
    case 14:
      return fastMsrDone(m, frame, pc, lane);
    case 15:
      return timerExit(m, frame, pc, lane);
    case 16:
      return fastTimerDone(m, frame, pc, lane);
    case 17:
      return tracked(m, frame, pc, lane);
    case 18:
      return enterGuest(m, frame, pc, lane);
    case 19:
      return runLoop(m, frame, pc, lane);
    case 20:
      return prepared(m, frame, pc, lane);
    default:
      return m.actFromTable(action, frame, pc, lane);
  }
}
