import type { Rule } from '../rule.js';

export const guestHousekeeping: Rule = {
  id: 'guest/housekeeping-vcpu',
  severity: 'warning',
  title: 'A realtime guest has a vCPU for housekeeping',
  rationale:
    'Its kernel threads, interrupts and everything that is not realtime need a vCPU. Where all vCPUs do ' +
    'realtime work they run there.',
  source: 'OpenStack: hw:cpu_realtime_mask, which must leave a vCPU out',
  find: ({ realtimeGuests }) =>
    realtimeGuests
      .filter(({ kernel, plan }) => kernel.realtime.length === plan.vcpus.length)
      .map(({ index, plan }) => ({
        path: ['guests', index, 'vcpus'],
        message: `every vCPU of ${plan.name} does realtime work`,
        remedy: 'add a vCPU without realtime policy for its housekeeping',
      })),
};
