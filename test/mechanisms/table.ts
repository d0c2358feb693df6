/** Every mechanism, by area. A new one adds its row to the table of its area. */
import type { Mechanism } from './mechanism.js';
import { GUEST_MECHANISMS } from './tables/guest.js';
import { HARDWARE_MECHANISMS, NOISE_MECHANISMS } from './tables/hardware.js';
import { HOST_MECHANISMS } from './tables/host.js';
import { KVM_MECHANISMS } from './tables/kvm.js';

export const MECHANISMS: readonly Mechanism[] = [
  ...HOST_MECHANISMS,
  ...KVM_MECHANISMS,
  ...GUEST_MECHANISMS,
  ...NOISE_MECHANISMS,
  ...HARDWARE_MECHANISMS,
];
