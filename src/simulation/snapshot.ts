/**
 * Snapshots of a whole run: where it stands, and a copy of every column of each of its machines.
 * What a plan is built into (programs, cost laws, handlers) is the same for every run of the plan
 * and is left out.
 *
 * A class that is added to a machine must be listed here, or copy itself; a field of an unknown kind
 * stops the first snapshot. Fields with `#` cannot be seen from outside: classes that have them copy
 * themselves.
 */
import { CostSources } from '../engine/costSources.js';
import { Fingerprint } from '../engine/fingerprint.js';
import { SegmentLog } from '../engine/segmentLog.js';
import { WinnerTree } from '../engine/winnerTree.js';
import { CacheColumns } from '../hardware/cache.js';
import { CstateColumns } from '../hardware/cstate.js';
import { NmiState } from '../hardware/nmi.js';
import { SmiState } from '../hardware/smi.js';
import { SpeedColumns } from '../hardware/speed.js';
import { CallColumns } from '../kernel/callFunction.js';
import { CpuColumns } from '../kernel/cpu.js';
import { DeadlineBalanceColumns } from '../kernel/deadlineBalance.js';
import { DeviceColumns } from '../kernel/device.js';
import { FairQueue } from '../kernel/fairQueue.js';
import { FairServerColumns } from '../kernel/fairServer.js';
import { HrtimerQueue } from '../kernel/hrtimerQueue.js';
import { LazyColumns } from '../kernel/lazy.js';
import { LockColumns } from '../kernel/lock.js';
import { RcuColumns } from '../kernel/rcu.js';
import { RtBalanceColumns } from '../kernel/rtBalance.js';
import { RtQueue } from '../kernel/rtQueue.js';
import { RwColumns } from '../kernel/rwLock.js';
import { SoftirqColumns } from '../kernel/softirq.js';
import { StopColumns } from '../kernel/stopMachine.js';
import { TaskColumns } from '../kernel/task.js';
import { ThrottleColumns } from '../kernel/throttle.js';
import { TickColumns } from '../kernel/tick.js';
import { WorkColumns } from '../kernel/worker.js';
import { IrqfdColumns } from '../kvm/irqfd.js';
import { VcpuColumns } from '../kvm/vcpuColumns.js';
import { InterfaceColumns, PacketColumns } from '../network/columns.js';
import { LoopColumns, SourceColumns } from '../network/loopColumns.js';
import { type ColumnClasses, ColumnCopier, type SavedFields } from './columns.js';
import { GuestEventColumns } from './guestEvents.js';
import { IrqbalanceColumns } from './irqbalance.js';
import { MeasureColumns } from './measure.js';
import { NoiseColumns } from './noise.js';
import { ProgramColumns } from './programColumns.js';
import type { System } from './system.js';

/** Classes of a machine's columns -> their fields that are built and stay as they are. */
export const COLUMN_CLASSES: ColumnClasses = new Map<unknown, readonly string[]>([
  [CallColumns, []],
  [CacheColumns, []],
  [CostSources, ['sources', 'known', 'streams', 'uniforms', 'choices']],
  [CpuColumns, []],
  [CstateColumns, []],
  [DeadlineBalanceColumns, []],
  [DeviceColumns, []],
  [FairQueue, []],
  [FairServerColumns, []],
  [Fingerprint, []],
  [GuestEventColumns, []],
  [HrtimerQueue, []],
  [IrqfdColumns, []],
  [InterfaceColumns, []],
  [LazyColumns, []],
  [LockColumns, []],
  [LoopColumns, []],
  [MeasureColumns, []],
  [ProgramColumns, ['sleepsNs', 'changes', 'affinities']],
  [IrqbalanceColumns, []],
  [NmiState, []],
  [NoiseColumns, []],
  [RcuColumns, []],
  [RtBalanceColumns, []],
  [PacketColumns, []],
  [RtQueue, []],
  [RwColumns, []],
  [SegmentLog, []],
  [WinnerTree, []],
  [SmiState, []],
  [SpeedColumns, ['binCores', 'binThousandths']],
  [SoftirqColumns, []],
  [StopColumns, []],
  [SourceColumns, []],
  [TaskColumns, []],
  [ThrottleColumns, []],
  [TickColumns, []],
  [VcpuColumns, []],
  [WorkColumns, []],
]);

/** Fields of a machine that are built, and its observer. */
export const BUILT = [
  'trace',
  'steps',
  'actions',
  'slotHandlers',
  'traits',
  'noiseUnits',
  'timerHandlers',
  'kvm',
  'pauseSteps',
  'kernelSteps',
  'arrivals',
];

const copier = new ColumnCopier(COLUMN_CLASSES);

/** A copy of a run's state, to be restored any number of times; nothing changes it. */
export interface SimulationSnapshot {
  /** The run it belongs to: plan, seed and limits. */
  readonly run: string;
  /** Simulated time that all parts had reached, ns. */
  readonly nowNs: number;
  readonly position: SavedFields;
  readonly machines: readonly SavedFields[];
}

/** What a simulation shows of itself to be copied. */
export interface SnapshotSource {
  readonly run: string;
  readonly nowNs: number;
  /** Its own fields are the position of the run, those in `built` left out. */
  readonly owner: object;
  readonly built: readonly string[];
  readonly machines: readonly System[];
}

/** State of one machine. */
export function saveMachine(m: System, path = 'part'): SavedFields {
  return copier.save(m, BUILT, path);
}

/** Throws a RangeError if the state is of another machine. */
export function restoreMachine(m: System, saved: SavedFields, path = 'part'): void {
  copier.restore(m, BUILT, saved, path);
}

export function takeSnapshot(source: SnapshotSource): SimulationSnapshot {
  return {
    run: source.run,
    nowNs: source.nowNs,
    position: copier.save(source.owner, source.built, 'simulation'),
    machines: source.machines.map((m, part) => saveMachine(m, `part ${part}`)),
  };
}

/** Throws a RangeError, before anything is changed, if the snapshot is of another run. */
export function restoreSnapshot(source: SnapshotSource, snapshot: SimulationSnapshot): void {
  if (snapshot.run !== source.run || snapshot.machines.length !== source.machines.length) {
    throw new RangeError(`the snapshot is of another run: ${snapshot.run}, not ${source.run}`);
  }
  copier.restore(source.owner, source.built, snapshot.position, 'simulation');
  source.machines.forEach((m, part) => {
    restoreMachine(m, snapshot.machines[part], `part ${part}`);
  });
}
