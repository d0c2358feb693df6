/** Schema of guests: vCPUs, QEMU's own threads, memory, CPU features and the guest's kernel. */
import { z } from 'zod';
import { countField, cpuListField, lawField } from '../platform/fields.js';
import { policyField } from './policy.js';
import { deviceSchema } from './schemaDevices.js';
import { hardwareSchema } from './schemaFacts.js';
import { kernelFields } from './schemaKernel.js';
import { arrivalFields, nameField, sectionSchema, workingSetField } from './schemaThreads.js';

const sizeField = z
  .string()
  .regex(/^[1-9][0-9]{0,9} ?(KiB|MiB|GiB|TiB)$/)
  .describe('A size, as in 4GiB.');

const qemuThreadFields = {
  cpus: cpuListField.optional().describe('Default: the pCPUs that are not isolated.'),
  policy: policyField.optional().describe('Default: other.'),
  ...arrivalFields,
  run: lawField.optional(),
  sections: z.array(sectionSchema).optional(),
};

const vcpuSchema = z.strictObject({
  id: countField(0, 4095),
  cpus: cpuListField.optional().describe('pCPUs. Default: those that are not isolated.'),
  policy: policyField.optional().describe('Default: other.'),
  workingSet: workingSetField.describe('Of its thread: KVM and the guest together.'),
});

const cpuSchema = z.strictObject({
  passthrough: z
    .array(z.enum(['hlt', 'mwait', 'pause', 'cstate']))
    .optional()
    .describe('Instructions that do not exit (QEMU: overcommit cpu-pm=on sets all).'),
  hintDedicated: z.boolean().optional().describe('KVM_HINTS_REALTIME.'),
  pollControl: z.boolean().optional().describe('The guest may switch host halt polling off.'),
  pmu: z.boolean().optional(),
  features: z
    .record(z.string().regex(/^[A-Za-z0-9._-]{1,64}$/), z.boolean())
    .optional()
    .describe('CPU features by QEMU name, as in tsc-deadline: true.'),
});

export const guestSchema = z.strictObject({
  name: nameField,
  vcpus: z.array(vcpuSchema).min(1),
  emulator: z
    .strictObject(qemuThreadFields)
    .optional()
    .describe("QEMU's main loop; a load if it has `every` or `rate`."),
  iothreads: z.array(z.strictObject({ id: countField(1, 65_535), ...qemuThreadFields })).optional(),
  memory: z
    .strictObject({
      size: sizeField.optional(),
      hugepages: sizeField.optional(),
      locked: z.boolean().optional(),
      nosharepages: z.boolean().optional(),
      nodes: cpuListField.optional().describe('NUMA nodes that the memory comes from.'),
      faults: z
        .strictObject(arrivalFields)
        .optional()
        .describe('EPT violations of each vCPU: first touch, THP split, KSM, NUMA balancing.'),
    })
    .optional(),
  cpu: cpuSchema.optional(),
  clock: z
    .strictObject({
      sync: z
        .union([z.literal('off'), z.strictObject(arrivalFields)])
        .optional()
        .describe(
          'kvmclock updates. Default: every 300s with kvmclock_periodic_sync: Y, else none.',
        ),
      masterclock: z
        .strictObject(arrivalFields)
        .optional()
        .describe('Updates of the master clock, which stop all vCPUs.'),
    })
    .optional(),
  devices: z.array(deviceSchema).optional(),
  hardware: hardwareSchema.optional(),
  cfsQuota: z
    .boolean()
    .optional()
    .describe('CFS bandwidth limits threads of the guest (libvirt: quota).'),
  ...kernelFields,
});

export type GuestDoc = z.output<typeof guestSchema>;
