/**
 * The speed of pCPUs that follows what others do: an SMT sibling that is at work takes execution units,
 * and the more cores of a socket are at work, the lower their frequency (turbo bins).
 *
 * [M] Intel SDM volume 3, 8.7 (hyper-threading) and the turbo ratio limits (MSR 0x1ad). At work is
 * whatever does not idle in a C-state: a CPU that polls is. A factor holds for the running step from the
 * instant of the change on. Left out: a step that is interrupted goes on at the speed that it had then;
 * licences of AVX, thermal limits, the time that a change of frequency takes, the sharing of caches.
 */
import type { Kernel } from '../kernel/kernel.js';

export class SpeedColumns {
  /** True: some speed of the part follows. */
  active = false;
  /** 1: the lane is at work. */
  readonly busy: Uint8Array;
  /** Lane of the SMT sibling; -1: none in the part. */
  readonly sibling: Int32Array;
  readonly socket: Int32Array;
  readonly core: Int32Array;
  /** What the lane's own slowdown is, in thousandths. */
  readonly base: Float64Array;
  /** Thousandths while the sibling is at work. */
  readonly shared: Float64Array;
  /** From `binCores` busy cores of its socket on a lane takes `binThousandths`; ascending. */
  binCores: number[] = [];
  binThousandths: number[] = [];

  constructor(lanes: number) {
    this.busy = new Uint8Array(lanes).fill(1);
    this.sibling = new Int32Array(lanes).fill(-1);
    this.socket = new Int32Array(lanes);
    this.core = new Int32Array(lanes);
    this.base = new Float64Array(lanes).fill(1000);
    this.shared = new Float64Array(lanes).fill(1000);
  }
}

/** A machine whose speeds follow. */
export interface SpeedMachine extends Kernel {
  readonly speed: SpeedColumns;
}

/** Cores of a socket that are at work. */
function busyCores({ lanes, speed }: SpeedMachine, socket: number): number {
  const cores = new Set<number>();
  for (let lane = 0; lane < lanes; lane++) {
    if (speed.busy[lane] === 1 && speed.socket[lane] === socket) cores.add(speed.core[lane]);
  }
  return cores.size;
}

/** How long what takes 1000 takes on a lane now. */
function thousandthsOf(m: SpeedMachine, lane: number, cores: number): number {
  const { speed } = m;
  const sibling = speed.sibling[lane];
  const shared = sibling >= 0 && speed.busy[sibling] === 1 ? speed.shared[lane] : 1000;
  let bin = 1000;
  speed.binCores.forEach((from, i) => {
    if (cores >= from) bin = speed.binThousandths[i];
  });
  return Math.round((speed.base[lane] * shared * bin) / 1_000_000);
}

/** Speeds at the start: every lane is at work. */
export function setSpeeds(m: SpeedMachine): void {
  for (let lane = 0; lane < m.lanes; lane++) {
    m.slowdown[lane] = thousandthsOf(m, lane, busyCores(m, m.speed.socket[lane]));
  }
}

/** A lane goes to work, or idles: those that this concerns go on at another speed. */
export function setBusy(m: SpeedMachine, lane: number, busy: boolean): void {
  const { speed } = m;
  if ((speed.busy[lane] === 1) === busy) return;
  speed.busy[lane] = busy ? 1 : 0;
  const socket = speed.socket[lane];
  const cores = speed.binCores.length > 0 ? busyCores(m, socket) : 0;
  for (let other = 0; other < m.lanes; other++) {
    if (speed.socket[other] !== socket) continue;
    const thousandths = thousandthsOf(m, other, cores);
    if (thousandths !== m.slowdown[other]) m.changeSpeed(other, thousandths);
  }
}
