/** Schema of `caches`: who fills the last level, and which ways are reserved. */
import { z } from 'zod';
import { countField, cpuListField } from '../platform/fields.js';
import { bytesPerSecondField } from './sizes.js';

export const cachesSchema = z.union([
  z.literal('off'),
  z.strictObject({
    fill: bytesPerSecondField
      .optional()
      .describe('What neighbours bring into the last-level cache together. Default: nothing.'),
    reserved: z
      .array(z.strictObject({ cpus: cpuListField, ways: countField(1, 64) }))
      .optional()
      .describe('Ways that only these CPUs fill (Cache Allocation Technology).'),
  }),
]);
