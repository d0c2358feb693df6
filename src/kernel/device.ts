/** Device interrupts: which are pending where, what their handler is. */

/** State of a device interrupt that a virtual CPU has not seen; 1: pending, 0: not. */
const POSTED = 2;

export class DeviceColumns {
  /** Effective affinity: the CPU that gets the interrupt. */
  readonly cpu: Int32Array;
  readonly pending: Uint8Array;
  /** x86 takes the highest vector first. */
  readonly vector: Int32Array;
  readonly program: Int32Array;
  /** Handler thread; -1: not threaded. */
  readonly task: Int32Array;
  /** Softirq work that the handler has raised and that has not been done, per device. */
  readonly softirqRaised: Int32Array;
  /** First step of the device's softirq work in a thread, and in place; -1: none. */
  readonly softirqProgram: Int32Array;
  readonly inlineSoftirqProgram: Int32Array;
  readonly slot: Int32Array;
  /** 1: the hardware posts to a vCPU without host code (VT-d). */
  readonly posts: Uint8Array;
  /** 1: the interrupt came again while its thread was running. */
  readonly threadPending: Uint8Array;
  /** Number of steps of the thread's program. */
  readonly threadLength: Int32Array;
  readonly pendingCount: Int32Array;

  constructor(devices: number, cpus: number) {
    this.cpu = new Int32Array(devices);
    this.pending = new Uint8Array(devices);
    this.vector = new Int32Array(devices);
    this.program = new Int32Array(devices);
    this.task = new Int32Array(devices).fill(-1);
    this.softirqRaised = new Int32Array(devices);
    this.softirqProgram = new Int32Array(devices).fill(-1);
    this.inlineSoftirqProgram = new Int32Array(devices).fill(-1);
    this.threadPending = new Uint8Array(devices);
    this.threadLength = new Int32Array(devices);
    this.slot = new Int32Array(devices).fill(-1);
    this.posts = new Uint8Array(devices);
    this.pendingCount = new Int32Array(cpus);
  }
}

/** Marks a device interrupt as pending; false if it already was (the line is edge-latched once). */
export function latchDevice(devices: DeviceColumns, device: number): boolean {
  if (devices.pending[device] !== 0) return false;
  devices.pending[device] = 1;
  devices.pendingCount[devices.cpu[device]]++;
  return true;
}

/**
 * The same for a virtual CPU's PIR (or the IRR that its thread has not looked at): the CPU sees it
 * only when {@link acceptPosted} moves it on.
 */
export function latchPosted(devices: DeviceColumns, device: number): boolean {
  if (devices.pending[device] !== 0) return false;
  devices.pending[device] = POSTED;
  return true;
}

/** PIR to IRR: what was posted for a CPU can be taken. True if there is anything to take. */
export function acceptPosted(devices: DeviceColumns, cpu: number): boolean {
  for (let device = 0; device < devices.cpu.length; device++) {
    if (devices.cpu[device] !== cpu || devices.pending[device] !== POSTED) continue;
    devices.pending[device] = 1;
    devices.pendingCount[cpu]++;
  }
  return devices.pendingCount[cpu] > 0;
}

/** Removes and returns the pending device of the highest vector of a CPU that has one. */
export function takeDevice(devices: DeviceColumns, cpu: number): number {
  let best = -1;
  for (let device = 0; device < devices.cpu.length; device++) {
    if (devices.pending[device] === 1 && devices.cpu[device] === cpu) {
      if (best < 0 || devices.vector[device] > devices.vector[best]) best = device;
    }
  }
  devices.pending[best] = 0;
  devices.pendingCount[cpu]--;
  return best;
}
