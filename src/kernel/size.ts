/** How many of everything the Linux kernels of one part have. */
import type { EngineSize } from '../engine/program.js';

export interface KernelSize extends EngineSize {
  readonly vcpus: number;
  readonly tasks: number;
  readonly timers: number;
  readonly devices: number;
  readonly locks: number;
  /** Pieces of work of kernel and QEMU threads. */
  readonly works: number;
}
