/** Every mechanism, by area. A new one adds its row to the table of its area. */
import type { Mechanism } from './mechanism.js';
import { GUEST_MECHANISMS } from './tables/guest.js';
import { HARDWARE_MECHANISMS, NOISE_MECHANISMS } from './tables/hardware.js';
import { HOST_MECHANISMS } from './tables/host.js';
import { KVM_MECHANISMS } from './tables/kvm.js';
import { NETWORK_MECHANISMS } from './tables/network.js';

export const MECHANISMS: readonly Mechanism[] = [
  ...HOST_MECHANISMS,
  ...KVM_MECHANISMS,
  ...GUEST_MECHANISMS,
  ...NETWORK_MECHANISMS,
  ...NOISE_MECHANISMS,
  ...HARDWARE_MECHANISMS,
];

/** Mechanisms that take the time of primitives of the platform and none that a plan states. */
export const ONLY_COSTS: ReadonlySet<string> = new Set([
  'context switch',
  'hrtimer interrupt',
  'tick',
  'context tracking',
  'realtime push and pull',
  'deadline push and pull',
  'VM exit',
  'VM entry',
  'timer write',
  'preemption timer',
  'L1D flush',
  'blocked vCPU',
  'posted timer',
  'posted device interrupt',
  'IPI virtualization',
  'irqfd',
  'irqfd by a kworker',
  'end of interrupt without APICv',
  'PAUSE-loop exit',
  'kvmclock update',
  'EPT violation',
  'housekeeping of a poller',
  'packet copy',
  'virtqueue interrupt',
  'packet reception',
]);
