/** Schema of switches that poll in user space: pollers, interfaces, packet sources. */
import { z } from 'zod';
import { countField, cpuListField, durationField, lawField } from '../platform/fields.js';
import { policyField } from './policy.js';
import { arrivalFields, nameField } from './schemaThreads.js';

/** Largest ring that a virtqueue or a network device has. */
const RING_MAX = 32_768;

const pollerSchema = z.strictObject({
  name: nameField,
  cpus: cpuListField.describe('The one pCPU that it polls on.'),
  policy: policyField.optional().describe('Default: other.'),
});

const interfaceSchema = z.strictObject({
  name: nameField.describe('Names of interfaces are unique in the plan.'),
  guest: nameField
    .optional()
    .describe('The guest behind it. Absent: what comes from the wire goes out again.'),
  vcpu: countField(0, 4095)
    .optional()
    .describe("vCPU that gets its interrupts. Default: its workload's, else 0."),
  poller: nameField
    .optional()
    .describe(
      'Poller of its wire queue. Default: the pollers in turn, one interface after another.',
    ),
  guestPoller: nameField
    .optional()
    .describe('Poller of what the guest sends. Default: the one of the wire queue.'),
  ring: countField(1, RING_MAX).optional().describe('Descriptors of each virtqueue. Default: 256.'),
  wireRing: countField(1, RING_MAX)
    .optional()
    .describe("Descriptors of the device's receive queue. Default: 512."),
  socket: countField(1, RING_MAX)
    .optional()
    .describe("Packets that the guest's socket holds. Default: 256."),
});

const packetsSchema = z.strictObject({
  name: nameField,
  interface: nameField.describe('Where the packets come in from the wire.'),
  ...arrivalFields,
  minDistance: durationField
    .optional()
    .describe('No two arrivals are closer: makes memoryless arrivals sporadic.'),
  burst: countField(1, 4096).optional().describe('Packets an arrival. Default: 1.'),
  gap: durationField.optional().describe('Distance inside a burst. Default: 100ns.'),
  list: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('File of arrival times, one a line, relative to this one; instead of `every`.'),
  repeat: durationField.optional().describe('The list starts again after so long.'),
});

export const switchSchema = z.strictObject({
  name: nameField,
  pollers: z.array(pollerSchema).min(1).max(256),
  interfaces: z.array(interfaceSchema).min(1).max(256),
  packets: z.array(packetsSchema).max(256).optional(),
  burst: countField(1, 1024).optional().describe('Packets a visit at most. Default: 32.'),
  flush: durationField
    .optional()
    .describe('How long packets may be held back to fill a batch. Default: 0s, not at all.'),
  housekeeping: countField(0, 1_000_000_000)
    .optional()
    .describe('Turns of the loop between two rounds of housekeeping; 0: none. Default: 1024.'),
  pollEmpty: lawField
    .optional()
    .describe('Visit of an empty queue, instead of the figure of the platform.'),
});

export type SwitchDoc = z.output<typeof switchSchema>;
export type PacketsDoc = z.output<typeof packetsSchema>;
