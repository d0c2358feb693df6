/**
 * Schema of a guest's devices: where their events come from, who on the host handles them, and the
 * interrupt line in the guest that they end at.
 */
import { z } from 'zod';
import { countField, cpuListField, lawField } from '../platform/fields.js';
import { policyField } from './policy.js';
import { arrivalFields, handlerFields, nameField } from './schemaThreads.js';

const { cost, ...restOfHandler } = handlerFields;

/** The guest's side: the handler of the device's interrupt, on one vCPU. */
const guestLine = z.strictObject({ ...handlerFields }).describe('The interrupt in the guest.');

const hostIrq = z
  .strictObject({ ...restOfHandler, cost: lawField.optional() })
  .describe('The interrupt of the host. Default: irqaffinity=, no work of its own.');

const common = { name: nameField, ...arrivalFields, guest: guestLine };

const route = z
  .enum(['msi', 'intx'])
  .optional()
  .describe('msi (default): injected in place. intx: by a kworker of the pCPU that signals.');

export const deviceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('passthrough').describe('VFIO: the hardware is the guest’s.'),
    posted: z
      .boolean()
      .optional()
      .describe('VT-d posted interrupts. Default: with APICv, an MSI and one vCPU.'),
    route,
    host: hostIrq.optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('vhost-net').describe('Packets through a worker thread of the host.'),
    route,
    host: hostIrq.optional(),
    worker: z
      .strictObject({
        cpus: cpuListField.optional().describe('Default: the pCPUs that are not isolated.'),
        policy: policyField.optional().describe('Default: other.'),
        run: lawField.optional().describe("Work an event. Default: the platform's vhostPacket."),
      })
      .optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('emulated').describe("QEMU's main loop serves it under the big lock."),
    host: hostIrq.optional(),
    run: lawField.describe('Device code in QEMU, an event.'),
    iothread: countField(1, 65_535)
      .optional()
      .describe('Served by this I/O thread without the big lock (dataplane).'),
  }),
]);

export type DeviceDoc = z.output<typeof deviceSchema>;
