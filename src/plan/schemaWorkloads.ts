/** Schema of what is measured: jobs, busy loops, the simulated instruments, and requirements. */
import { z } from 'zod';
import { DURATION_PATTERN } from '../base/units.js';
import {
  cpuListField,
  durationField,
  field,
  lawField,
  positiveDurationField,
} from '../platform/fields.js';
import { nameOf, parsePercentile, parseTime, type ValueFault } from '../platform/valueText.js';
import { policyField } from './policy.js';
import { nameField, sectionSchema, workingSetField } from './schemaThreads.js';

const base = {
  id: nameField,
  on: nameField.describe('`host`, or the name of a guest.'),
  cpus: cpuListField.describe('CPUs of the kernel that it runs on: vCPU ids in a guest.'),
  workingSet: workingSetField,
};
const instrumentPolicy = policyField.optional().describe('Default: fifo:95.');
const start = durationField.optional().describe('First release; drawn if absent.');
const sections = z.array(sectionSchema).optional();

const packetBase = {
  ...base,
  policy: policyField,
  interface: nameField.describe('Interface of a switch that leads to this guest.'),
  receive: z
    .enum(['interrupt', 'poll'])
    .optional()
    .describe('How it learns of packets: woken by an interrupt (default), or polling its ring.'),
};

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
    kind: z
      .literal('interrupt')
      .describe('A thread that a device wakes: from the event until then.'),
    policy: instrumentPolicy,
    device: nameField.describe('A device of the guest, or an interrupt of the kernel it runs on.'),
    run: lawField.optional().describe('Work an event; default none.'),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('hwlatdetect').describe('The hwlat tracer: samples with interrupts off.'),
    policy: instrumentPolicy,
    window: positiveDurationField.optional().describe('Default: 1s.'),
    width: positiveDurationField.optional().describe('Sampling in each window; default 500ms.'),
    threshold: durationField.optional().describe('Default: 10us.'),
  }),
  z.strictObject({
    ...packetBase,
    kind: z.literal('packet-echo').describe('Answers each packet at once: from wire to wire.'),
  }),
  z.strictObject({
    ...packetBase,
    kind: z.literal('control-loop').describe('Packet in, computation, packet out.'),
    run: lawField.describe('Computation for each packet.'),
    sections,
  }),
]);

const LIMIT_FIX = 'write {max: 50us}, or percentiles above 0 and below 100 as in {p99.999: 20us}';

/** Statistic as written (`max`, `p99.999`) -> limit in ns. */
const latencyField = field<Record<string, string>, ReadonlyMap<string, number>>(
  {
    id: 'LatencyLimits',
    description: 'Upper limits on the latency: max, or percentiles as in p99.999.',
    type: 'object',
    properties: { max: { type: 'string', pattern: DURATION_PATTERN } },
    patternProperties: {
      '^p[0-9]{1,2}(\\.[0-9]{1,9})?$': { type: 'string', pattern: DURATION_PATTERN },
    },
    additionalProperties: false,
    minProperties: 1,
    examples: [{ max: '50us', 'p99.999': '20us' }],
  },
  readLimits,
);

function readLimits(value: unknown) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { faults: [{ message: `expected limits, not ${nameOf(value)}`, fix: LIMIT_FIX }] };
  }
  const faults: ValueFault[] = [];
  const limits = new Map<string, number>();
  for (const [key, text] of Object.entries(value)) {
    const percentile = /^p-?[0-9]/.test(key);
    if (key !== 'max' && parsePercentile(key) === undefined) {
      const message = percentile
        ? `"${key}" is no percentile between 0 and 100`
        : `a requirement has no "${key}"`;
      faults.push({ message, fix: LIMIT_FIX, at: [key] });
    }
    const ns = parseTime(text);
    if (typeof ns !== 'number') faults.push({ ...ns, at: [key] });
    else limits.set(key, ns);
  }
  if (limits.size === 0 && faults.length === 0) {
    faults.push({ message: 'the requirement limits nothing', fix: LIMIT_FIX });
  }
  return faults.length > 0 ? { faults } : { value: limits };
}

export const requirementSchema = z.strictObject({
  workload: nameField.describe('The id of a workload.'),
  latency: latencyField,
});

export type WorkloadDoc = z.output<typeof workloadSchema>;
export type RequirementDoc = z.output<typeof requirementSchema>;
