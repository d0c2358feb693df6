/**
 * Schema of facts that the rules judge and no mechanism prices yet: how the host's memory is managed,
 * what a guest's hardware consists of, interrupts that never fired; and which rules are switched off.
 */
import { z } from 'zod';
import { cpuListField } from '../platform/fields.js';

/** Of the whole host; a setting that is absent is not known. */
export const hostMemorySchema = z.strictObject({
  ksm: z.boolean().optional().describe('Kernel same-page merging runs (/sys/kernel/mm/ksm/run).'),
  transparentHugepages: z
    .enum(['always', 'madvise', 'never'])
    .optional()
    .describe('/sys/kernel/mm/transparent_hugepage/enabled.'),
  swap: z.boolean().optional().describe('The host has swap space (/proc/swaps).'),
});

const numbersField = z
  .string()
  .max(65_536)
  .regex(/^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$/)
  .describe('Interrupt numbers, as in 24,80-82.');

export const irqNumbersField = numbersField
  .optional()
  .describe('Linux numbers of the interrupts that this entry sums up, as in 24,80-82.');

/** Interrupts that have not fired: nothing to simulate, and yet they may come. */
export const quietIrqsSchema = z.array(
  z.strictObject({
    cpus: cpuListField.describe('Where the hardware would send them.'),
    irqs: numbersField,
  }),
);

export const HARDWARE_KINDS = [
  'balloon',
  'disk',
  'display',
  'network',
  'rng',
  'serial',
  'sound',
  'usb',
  'watchdog',
] as const;

export const hardwareSchema = z
  .array(
    z.strictObject({
      kind: z.enum(HARDWARE_KINDS),
      name: z.string().min(1).max(64).optional(),
      backend: z
        .enum(['vhost-net', 'vhost-user', 'vdpa', 'qemu', 'passthrough'])
        .optional()
        .describe('Who moves the packets of a network device.'),
      iothread: z
        .boolean()
        .optional()
        .describe("A disk is served by an IOThread, not by QEMU's main loop."),
    }),
  )
  .max(1024)
  .describe('What the domain has beside the simulated devices: rules ask for it.');

export const checkSchema = z.strictObject({
  ignore: z
    .array(
      z.strictObject({
        rule: z.string().min(1).max(100).describe('Id of a rule, as in kvm/halt-polling.'),
        reason: z.string().min(1).max(1000).describe('Why the rule does not apply here.'),
      }),
    )
    .optional()
    .describe('Rules that `isochron check` leaves out for this plan.'),
});
