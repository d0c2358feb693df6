/**
 * The schema of a plan: the one source of its types, its validation and its JSON Schema.
 * Every quantity has a unit or is a plain count; unknown keys are errors.
 */
import { z } from 'zod';
import { checkSchema } from './schemaFacts.js';
import { guestSchema } from './schemaGuests.js';
import { hostSchema } from './schemaKernel.js';
import { switchSchema } from './schemaSwitches.js';
import { requirementSchema, workloadSchema } from './schemaWorkloads.js';

const pathText = z.string().min(1).max(1024);

export const planSchema = z.strictObject({
  isochron: z.literal(1).describe('Version of the plan format.'),
  name: z.string().min(1).max(200),
  extends: z
    .union([pathText, z.array(pathText)])
    .optional()
    .describe('Plans to start from, relative to this file; maps merge, lists replace.'),
  platform: pathText.describe('Name of a platform model, or a relative path to one.'),
  host: hostSchema.optional(),
  guests: z.array(guestSchema).optional(),
  switches: z.array(switchSchema).optional().describe('Switches that poll in user space.'),
  workloads: z.array(workloadSchema).optional(),
  requirements: z.array(requirementSchema).optional(),
  assumed: z
    .array(z.strictObject({ path: z.string().min(1), reason: z.string().min(1) }))
    .optional()
    .describe('Settings that no file stated.'),
  check: checkSchema.optional().describe('Settings of `isochron check`.'),
});

/** A plan as users and importers write it: the plain data of its YAML or JSON. */
export type PlanDocument = z.input<typeof planSchema>;

/** A plan with its texts read: ns, policies and laws, but no defaults filled in. */
export type ParsedPlan = z.output<typeof planSchema>;

/** JSON Schema of a plan, for editors (`isochron plan schema`). */
export function planJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(planSchema, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'Isochron plan' };
}
