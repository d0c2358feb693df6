/** Schema of `noise`: the housekeeping of the kernel that is at work, by name. */
import { z } from 'zod';
import { countField, cpuListField, lawField } from '../platform/fields.js';
import { NOISE_NAMES, NOISE_SOURCES, type NoiseName } from './noiseSources.js';
import { arrivalFields } from './schemaThreads.js';

const oneSource = z.union([
  z.enum(['on', 'off']),
  z.strictObject({
    ...arrivalFields,
    run: lawField.optional().describe("Its work on one CPU. Default: the source's own."),
    cpus: cpuListField.optional().describe('CPUs that it hits. Default: as the kernel does.'),
    burst: countField(1, 100).optional().describe('How often in a row.'),
  }),
]);

const fields = Object.fromEntries(
  NOISE_NAMES.map((name) => [name, oneSource.optional().describe(NOISE_SOURCES[name].source)]),
) as Record<NoiseName, z.ZodOptional<typeof oneSource>>;

export const noiseSchema = z
  .strictObject({
    default: z
      .enum(['on', 'off'])
      .optional()
      .describe('What holds for sources that are not named. Default: off.'),
    ...fields,
  })
  .describe('Interruptions by the kernel itself and by the machine.');

export type NoiseDoc = z.output<typeof noiseSchema>;
