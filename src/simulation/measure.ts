/**
 * Measuring: which latency is open, on which lane its path is, and where it is recorded.
 *
 * A window belongs to one measuring thread and one kind of latency. It opens when its release is
 * armed, lies on the lane whose device will fire, moves to the thread's lane with the IPI that wakes
 * it, and closes when the instrument reads the clock.
 */
import type { LatencyRecorder } from '../latency/recorder.js';
import type { System } from './system.js';

export class MeasureColumns {
  readonly recorders: LatencyRecorder[] = [];
  /** Series of each recorder. */
  readonly seriesOf: number[] = [];
  /** Recorder of each window. */
  readonly recorderOf: Int32Array;
  readonly fromNs: Float64Array;
  /** The last latency of each window. */
  readonly lastNs: Float64Array;
  /** Lane of the thread, and lane of the path now. */
  readonly home: Int32Array;
  readonly pathLane: Int32Array;
  /** CPU of the measuring thread. */
  readonly cpu: Int32Array;
  /** CPU of the thread that waits for the window's event. */
  readonly eventCpu: Int32Array;
  /** 1: the timer fired, wherever it was; before its release, when it is fired early (advance). */
  readonly fired: Uint8Array;
  /** Windows whose path is away from home. */
  away = 0;
  /** Window of a watched frame; -1: none. */
  readonly frameWindow: Int32Array;
  /** Main window of a task, and its further ones right after it; -1: not measured. */
  readonly taskWindow: Int32Array;
  readonly taskWindows: Int32Array;
  /** Windows that an event at a device opens. */
  readonly deviceWindows: number[][] = [];
  /** Interruptions shorter than this are not samples, per window. */
  readonly thresholdNs: Float64Array;
  private causes = new Int32Array(0);
  private partsNs = new Float64Array(0);

  constructor(windows: number, frames: number, tasks: number) {
    this.recorderOf = new Int32Array(windows);
    this.fromNs = new Float64Array(windows).fill(Number.POSITIVE_INFINITY);
    this.lastNs = new Float64Array(windows);
    this.home = new Int32Array(windows);
    this.pathLane = new Int32Array(windows);
    this.cpu = new Int32Array(windows);
    this.eventCpu = new Int32Array(windows);
    this.fired = new Uint8Array(windows);
    this.frameWindow = new Int32Array(frames).fill(-1);
    this.taskWindow = new Int32Array(tasks).fill(-1);
    this.taskWindows = new Int32Array(tasks);
    this.thresholdNs = new Float64Array(windows);
  }

  seal(causes: number): void {
    this.causes = new Int32Array(causes);
    this.partsNs = new Float64Array(causes);
  }

  /** A task's next release is armed by `cpu`; the timer is on the device of `target`. */
  released(m: System, task: number, cpu: number, target: number): void {
    const first = this.taskWindow[task];
    const end = first + this.taskWindows[task];
    const lane = m.cpu.lane[cpu];
    const targetLane = target === cpu ? lane : m.cpu.lane[target];
    for (let window = first; window < end; window++) {
      this.cpu[window] = cpu;
      if (this.home[window] !== lane) this.rehome(window, lane);
      this.open(m, window, m.releaseNs[task], targetLane);
    }
  }

  /** The task's main latency ends now. */
  closeTask(m: System, task: number): void {
    if (this.taskWindow[task] >= 0) this.close(m, this.taskWindow[task]);
  }

  /** One of the task's further latencies ends now. */
  closeExtra(m: System, task: number, extra: number): void {
    this.close(m, this.taskWindow[task] + extra);
  }

  /** A latency that starts at `fromNs` is awaited; its timer fires on `lane`. */
  open(m: System, window: number, fromNs: number, lane: number): void {
    this.fromNs[window] = fromNs;
    this.fired[window] = 0;
    if (this.pathLane[window] !== lane) this.place(window, lane);
    m.log.open(window, lane, fromNs);
  }

  /** The timer of a CPU's windows will fire on another lane. */
  relocate(m: System, cpu: number, lane: number): void {
    for (let window = 0; window < this.cpu.length; window++) {
      if (this.cpu[window] !== cpu || this.fromNs[window] < m.nowNs) continue;
      if (this.fromNs[window] === Number.POSITIVE_INFINITY) continue;
      this.fired[window] = 0;
      if (this.pathLane[window] === lane) continue;
      this.place(window, lane);
      m.log.open(window, lane, this.fromNs[window]);
    }
  }

  /** The timer of a vCPU fired, perhaps before the deadline that its guest set. */
  timerFired(vcpu: number): void {
    if (this.away === 0) return;
    for (let window = 0; window < this.cpu.length; window++) {
      if (this.cpu[window] === vcpu) this.fired[window] = 1;
    }
  }

  /** An IPI reached a lane: paths of its threads that were elsewhere continue here. */
  arrive(m: System, lane: number): void {
    if (this.away === 0) return;
    for (let window = 0; window < this.home.length; window++) {
      if (this.home[window] !== lane || this.pathLane[window] === lane) continue;
      const fromNs = this.fromNs[window];
      if (fromNs > m.nowNs) {
        // An IPI for something else, unless the timer fired early: then the path is home by now.
        if (this.fired[window] === 0) continue;
        m.log.open(window, lane, fromNs);
      } else {
        m.log.move(window, lane, m.nowNs);
      }
      this.place(window, lane);
    }
  }

  /** An event happened on `lane`; a window that is open already has an earlier one. */
  openEvent(m: System, window: number, lane: number): void {
    if (this.fromNs[window] !== Number.POSITIVE_INFINITY) return;
    this.rehome(window, m.cpu.lane[this.eventCpu[window]]);
    this.open(m, window, m.nowNs, lane);
  }

  /** The path of an open event goes on on another lane. */
  follow(m: System, window: number, lane: number): void {
    if (this.fromNs[window] > m.nowNs || this.pathLane[window] === lane) return;
    m.log.move(window, lane, m.nowNs);
    this.place(window, lane);
  }

  /** The latency ends now: one sample. */
  close(m: System, window: number): void {
    const fromNs = this.fromNs[window];
    this.lastNs[window] = m.nowNs - fromNs;
    this.fromNs[window] = Number.POSITIVE_INFINITY;
    if (this.pathLane[window] !== this.home[window]) this.place(window, this.home[window]);
    this.record(m, window, fromNs, this.recorderOf[window]);
  }

  /** A latency that began at `fromNs` ends now: closes its window of the log, records its parts. */
  record(m: System, window: number, fromNs: number, into: number): void {
    const { nowNs } = m;
    const latencyNs = nowNs - fromNs;
    const recorder = this.recorders[into];
    if (!recorder.wantsBreakdown(latencyNs, nowNs)) {
      const sumNs = m.log.closeInto(window, nowNs, recorder.causeTotalsNs);
      if (sumNs >= 0) {
        recorder.recordCharged(latencyNs, nowNs, sumNs);
        return;
      }
    }
    m.log.close(window, nowNs);
    const parts = m.log.read(window, this.causes, this.partsNs);
    recorder.recordParts(latencyNs, nowNs, this.causes, this.partsNs, parts);
  }

  /** A busy loop stops executing: its interruption begins. */
  interruptionBegins(m: System, frame: number, lane: number): void {
    const window = this.frameWindow[frame];
    this.rehome(window, lane);
    this.open(m, window, m.nowNs, lane);
  }

  interruptionEnds(m: System, frame: number): void {
    const window = this.frameWindow[frame];
    if (this.fromNs[window] > m.nowNs) return;
    const gapNs = m.nowNs - this.fromNs[window];
    if (gapNs > 0 && gapNs >= this.thresholdNs[window]) this.close(m, window);
    else this.fromNs[window] = Number.POSITIVE_INFINITY;
  }

  /** The thread is on another lane; the path is where it was. */
  private rehome(window: number, lane: number): void {
    const path = this.pathLane[window];
    this.away += (path !== lane ? 1 : 0) - (path !== this.home[window] ? 1 : 0);
    this.home[window] = lane;
  }

  private place(window: number, lane: number): void {
    const wasAway = this.pathLane[window] !== this.home[window] ? 1 : 0;
    this.pathLane[window] = lane;
    this.away += (lane !== this.home[window] ? 1 : 0) - wasAway;
  }
}
