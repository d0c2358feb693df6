/**
 * The schema of a platform file: what one machine and its kernels cost. Every primitive of
 * `costs.ts` must be priced for the host and for KVM; the guest may start from the host's prices.
 * Laws stay unread here, because cycles need the file's own TSC frequency.
 */
import { z } from 'zod';
import { KVM_COSTS, LINUX_COSTS, NETWORK_COSTS } from './costs.js';
import { countField, field, lawJson, positiveDurationField } from './fields.js';
import type { LawInput } from './lawText.js';
import { topologySchema } from './topologySpec.js';

/** A law whose text is read by the loader. */
const rawLaw = field<LawInput, unknown>(
  { id: 'PlatformLaw', ...lawJson('ns|us|ms|s|min|h|cycles') },
  (value) =>
    value === undefined
      ? { faults: [{ message: 'this cost is missing', fix: 'price it; 0ns if it costs nothing' }] }
      : { value },
);

type Raw = typeof rawLaw;

function costFields<Name extends string>(costs: Readonly<Record<Name, string>>) {
  const names = Object.keys(costs) as Name[];
  const pairs = names.map((name) => [name, rawLaw.describe(costs[name])] as const);
  return Object.fromEntries(pairs) as Record<Name, Raw>;
}

function optionalCostFields<Name extends string>(costs: Readonly<Record<Name, string>>) {
  const names = Object.keys(costs) as Name[];
  const pairs = names.map((name) => [name, rawLaw.optional()] as const);
  return Object.fromEntries(pairs) as Record<Name, z.ZodOptional<Raw>>;
}

const cpuSchema = z.strictObject({
  model: z.string().min(1),
  vendor: z.enum(['intel', 'amd']),
  tscMHz: countField(1, 10_000).describe('Cycles become ns by this figure and by nothing else.'),
  apicv: z.boolean().describe('APICv or AVIC: interrupts delivered without an exit.'),
  preemptionTimer: z.boolean().describe('VMX preemption timer.'),
  l1tfVulnerable: z.boolean().describe('Needs the L1D flush at VM entry.'),
  invariantTsc: z.boolean(),
});

const guestSchema = z.strictObject({
  default: z
    .literal('host')
    .optional()
    .describe("Costs that are not listed are the host's, multiplied by `scale`."),
  scale: z.number().min(0.1).max(100).optional(),
  ...optionalCostFields(LINUX_COSTS),
});

export const platformSchema = z.strictObject({
  'isochron-platform': z.literal(1).describe('Version of this file format.'),
  name: z.string().min(1),
  description: z.string(),
  cpu: cpuSchema,
  topology: topologySchema,
  defaultKernel: z.string().min(1).describe('Kernel preset that plans start from.'),
  host: z.strictObject(costFields(LINUX_COSTS)),
  guest: guestSchema,
  kvm: z.strictObject(costFields(KVM_COSTS)),
  network: z.strictObject(costFields(NETWORK_COSTS)),
  cstates: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        exit: rawLaw.describe('Interrupt to first instruction.'),
        targetResidency: positiveDurationField.describe(
          'Shortest idle time that menu picks it for.',
        ),
      }),
    )
    .describe('Shallowest first; empty: halting costs nothing.'),
  caches: z
    .strictObject({
      privateKiB: countField(1, 1_048_576).describe('L1 and L2 of one core.'),
      llcKiB: countField(1, 16_777_216).describe('Last level of one socket.'),
      ways: countField(1, 64),
      inclusive: z.boolean().describe('The last level holds whatever the private caches hold.'),
      llcHit: rawLaw.describe('One line from the last level.'),
      memory: rawLaw.describe('One line from memory.'),
    })
    .optional()
    .describe('Absent: working sets cost nothing.'),
  smi: z
    .union([z.literal('off'), z.strictObject({ every: rawLaw, run: rawLaw })])
    .describe('System management interrupts of the firmware.'),
});

export type PlatformFile = z.output<typeof platformSchema>;

/** JSON Schema of a platform file, for editors. */
export function platformJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(platformSchema, { io: 'input', unrepresentable: 'any' });
}
