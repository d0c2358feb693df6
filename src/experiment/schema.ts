/** Schema of `experiment.yaml`: a question, plans that differ in what it asks, and claims. */
import { z } from 'zod';
import { countField, positiveDurationField } from '../platform/fields.js';

const line = z.string().min(1).max(1000);
const planName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)
  .describe('A plan of models/plans by its name, or a plan file in the folder (ends in .yaml).');

/** RFC 6901; a list index or `-` for its end. */
const pointer = z
  .string()
  .max(300)
  .regex(/^(?:\/[^/]{1,100}){1,12}$/)
  .describe('Where in the plan, as in /host/kvm/halt_poll_ns or /guests/0/vcpus/1/policy.');

const editSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('replace'), path: pointer, value: z.unknown() }),
  z.strictObject({ op: z.literal('add'), path: pointer, value: z.unknown() }),
  z.strictObject({ op: z.literal('remove'), path: pointer }),
]);

const variantName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/)
  .describe('A short name for claims: small letters, digits, - and .');

const variantSchema = z.strictObject({
  name: variantName,
  title: line.optional().describe('For tables and figures. Default: the name.'),
  base: planName.optional().describe("Another base than the experiment's."),
  after: variantName.optional().describe('The edits of this earlier variant come first.'),
  edits: z.array(editSchema).max(100).optional(),
  published: z
    .strictObject({
      min: positiveDurationField.optional(),
      max: positiveDurationField,
      source: line,
    })
    .optional()
    .describe('A published range for the first workload, drawn beside the result.'),
});

const claimSchema = z.strictObject({
  says: line,
  check: z
    .string()
    .min(1)
    .max(600)
    .describe('An inequality, as in max(a) < max(b) or mean(a) / mean(b) in 2..6.'),
  over: z
    .enum(['sweep', 'most', 'nominal'])
    .optional()
    .describe(
      'Where it holds beside the nominal figures: at all points of the sweep, at 9 in 10, or at none.',
    ),
  given: z
    .string()
    .min(1)
    .max(600)
    .optional()
    .describe('Only runs at which this holds count, as in mean(b) in 11us..12us: a calibration.'),
  contradicted: line.optional().describe('Why the model contradicts the claim; it must then fail.'),
});

export const experimentSchema = z.strictObject({
  'isochron-experiment': z.literal(1).describe('Version of the format.'),
  title: line,
  question: line,
  sources: z.array(line).min(1).describe('Where the expectation comes from.'),
  base: planName,
  edits: z.array(editSchema).max(100).optional().describe('Applied to the base of every variant.'),
  variants: z.array(variantSchema).min(1).max(40),
  run: z.strictObject({
    activations: countField(1, 1e8).optional(),
    for: positiveDurationField.optional(),
    seeds: countField(1, 20).describe('How many seeds; all variants run under the same ones.'),
  }),
  sweep: z
    .union([
      z.literal('off'),
      z.strictObject({
        points: countField(1, 1000),
        activations: countField(1, 1e7).optional(),
        for: positiveDurationField.optional(),
      }),
    ])
    .describe('Runs over the assumed figures of the platform; off only where no claim needs them.'),
  claims: z.array(claimSchema).min(1).max(40),
  assumed: z.array(line).describe('Figures of the plans that nobody measured.'),
  finding: line.describe('One line; {mean(a) / mean(b)} stands for the value.'),
  figure: z
    .strictObject({
      workload: z.string().max(64).optional(),
      scale: z.enum(['linear', 'log']).optional(),
    })
    .optional(),
});

export type ExperimentDoc = z.output<typeof experimentSchema>;
export type EditDoc = z.output<typeof editSchema>;
