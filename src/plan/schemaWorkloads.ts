/** Schema of what is measured: jobs, busy loops, the simulated instruments, and requirements. */
import { z } from 'zod';
import {
  cpuListField,
  durationField,
  lawField,
  positiveDurationField,
} from '../platform/fields.js';
import { parsePercentile } from '../platform/lawText.js';
import { policyField } from './policy.js';
import { nameField, sectionSchema } from './schemaThreads.js';

const base = {
  id: nameField,
  on: nameField.describe('`host`, or the name of a guest.'),
  cpus: cpuListField.describe('CPUs of the kernel that it runs on: vCPU ids in a guest.'),
};
const instrumentPolicy = policyField.optional().describe('Default: fifo:95.');
const start = durationField.optional().describe('First release; drawn if absent.');
const sections = z.array(sectionSchema).optional();

export const workloadSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...base,
    kind: z.literal('periodic').describe('A job a period; its response time is measured.'),
    policy: policyField,
    period: positiveDurationField,
    run: lawField.describe('Execution time of a job.'),
    start,
    sections,
  }),
  z.strictObject({
    ...base,
    kind: z.literal('busy').describe('A loop that never sleeps.'),
    policy: policyField,
  }),
  z.strictObject({
    ...base,
    kind: z.literal('cyclictest').describe('clock_nanosleep until an absolute time, then read it.'),
    policy: instrumentPolicy,
    interval: positiveDurationField.optional().describe('Default: 1ms.'),
    start,
    dmaLatencyZero: z
      .boolean()
      .optional()
      .describe('/dev/cpu_dma_latency held at 0; default true.'),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('timerlat').describe("The kernel's tracer: IRQ, thread and user latency."),
    policy: instrumentPolicy,
    interval: positiveDurationField.optional().describe('Default: 1ms.'),
    start,
    dmaLatencyZero: z.boolean().optional().describe('Default false.'),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('oslat').describe('A loop that reads the clock and sees what interrupts it.'),
    policy: instrumentPolicy,
    loop: positiveDurationField.optional().describe('One turn of the loop; default 40ns.'),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('hwlatdetect').describe('The hwlat tracer: samples with interrupts off.'),
    policy: instrumentPolicy,
    window: positiveDurationField.optional().describe('Default: 1s.'),
    width: positiveDurationField.optional().describe('Sampling in each window; default 500ms.'),
    threshold: durationField.optional().describe('Default: 10us.'),
  }),
]);

const latencySchema = z
  .record(z.string(), positiveDurationField)
  .superRefine((limits, context) => {
    const keys = Object.keys(limits);
    if (keys.length === 0) {
      const params = { fix: 'write {max: 50us} or {p99.999: 20us}' };
      context.addIssue({ code: 'custom', message: 'the requirement limits nothing', params });
    }
    for (const key of keys) {
      if (key === 'max' || parsePercentile(key) !== undefined) continue;
      const message = /^p-?[0-9]/.test(key)
        ? `"${key}" is no percentile between 0 and 100`
        : `a requirement has no "${key}"`;
      const params = { fix: 'use max, or a percentile above 0 and below 100 as in p99.999' };
      context.addIssue({ code: 'custom', path: [key], message, params });
    }
  })
  .meta({
    description: 'Upper limits on the latency: max, or percentiles as in p99.999.',
    propertyNames: { pattern: '^(max|p[0-9]{1,2}(\\.[0-9]{1,9})?)$' },
    examples: [{ max: '50us', 'p99.999': '20us' }],
  });

export const requirementSchema = z.strictObject({
  workload: nameField.describe('The id of a workload.'),
  latency: latencySchema,
});

export type WorkloadDoc = z.output<typeof workloadSchema>;
export type RequirementDoc = z.output<typeof requirementSchema>;
