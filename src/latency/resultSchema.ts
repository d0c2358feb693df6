/**
 * The documented form of `isochron run --json` as a schema: for checking results that come back
 * from a file, and as a JSON Schema for other tools. `result.ts` is the same in TypeScript; a
 * difference between the two does not compile.
 */
import { z } from 'zod';
import type { RunResult } from './result.js';
import { exceedanceSchema, workloadTailSchema } from './tailSchema.js';

const ns = z.int().min(0).meta({ description: 'nanoseconds' });
const count = z.int().min(0);
const share = z.number().min(0).max(1);

const histogram = z.strictObject({
  exact: z.boolean().meta({
    description: 'every sample was exactly at its bound; false: some entry is a bucket',
  }),
  upperNs: z.array(ns).meta({ description: 'ascending and inclusive; at most about 4000' }),
  counts: z.array(count),
});

const latency = z.strictObject({
  count,
  minNs: ns,
  meanNs: z.number().min(0),
  maxNs: ns,
  percentiles: z
    .record(z.string(), ns)
    .meta({ description: 'percentile as text to ns; only those that the count supports' }),
});

const worstSample = z.strictObject({
  atNs: ns.meta({ description: 'simulated time at which the latency ended' }),
  latencyNs: ns,
  attribution: z
    .array(z.strictObject({ cause: z.string(), ns }))
    .meta({ description: 'sums to latencyNs' }),
});

const unfinished = z
  .strictObject({
    count,
    oldestNs: ns.meta({ description: 'age at the end: a lower bound of the maximum' }),
  })
  .meta({ description: 'activations or interruptions that were open at the end' });

const requirement = z.strictObject({
  text: z.string(),
  statistic: z.string().meta({ description: '`max` or a percentile, as in `99.999`' }),
  limitNs: ns,
  observedNs: ns.nullable(),
  boundNs: ns.nullable().optional().meta({ description: 'null: there is no bound' }),
  witnessNs: ns
    .optional()
    .meta({ description: 'worst latency that a search found; --search 0: absent' }),
  verdict: z
    .enum(['guaranteed', 'guaranteed if', 'met', 'open', 'fails', 'not enough samples'])
    .meta({
      description:
        'guaranteed: by the bound (`guaranteed if`: it rests on assumed figures); fails: a sample or the witness is above the limit; met: a percentile, by the samples of this run; open: neither failed nor guaranteed',
    }),
});

const bound = z.strictObject({
  ns: ns.nullable().meta({ description: 'upper bound of the latency; null: none, see reasons' }),
  terms: z
    .array(
      z.strictObject({
        name: z.string(),
        count,
        ns: z.int().meta({ description: 'in total; below 0 for what is taken off' }),
        assumed: z.array(z.string()),
      }),
    )
    .meta({ description: 'largest first; sum to ns' }),
  assumed: z.array(z.string()).meta({ description: 'laws with an assumed maximum in the bound' }),
  reasons: z.array(z.string()).meta({ description: 'why there is no bound' }),
});

const packetCounts = {
  arrived: count,
  done: count.meta({ description: "on the wire again, or taken by the guest's kernel" }),
  lost: z
    .strictObject({ wire: count, ring: count, socket: count, send: count })
    .meta({ description: 'by the place that was full' }),
};

const packetSwitch = z.strictObject({
  name: z.string(),
  interfaces: z.array(
    z.strictObject({
      ...packetCounts,
      name: z.string(),
      leadsTo: z.string(),
      pollers: z.array(z.string()),
    }),
  ),
});

const workload = z.strictObject({
  id: z.string(),
  title: z.string(),
  latency,
  unfinished,
  packets: z.strictObject(packetCounts).exactOptional(),
  causes: z.record(z.string(), ns).meta({ description: 'ns per cause over all samples' }),
  worst: z.array(worstSample).meta({ description: 'worst first' }),
  requirements: z.array(requirement),
  bound: bound.optional().meta({ description: 'by analysis, whatever the samples are' }),
  witness: z
    .strictObject({
      ns: ns.meta({ description: 'at least the observed maximum' }),
      runs: count.meta({ description: 'runs of the search' }),
    })
    .optional()
    .meta({ description: 'the worst latency known to be possible' }),
  histogram,
});

const partition = z.strictObject({
  pcpus: count,
  isolated: count.meta({ description: 'pCPUs off the scheduler domains' }),
  nohzFull: count,
  idle: share.meta({ description: 'share of all pCPU time' }),
  polling: share,
  realtime: share,
  bestEffortCapacity: z
    .number()
    .min(0)
    .meta({ description: "pCPUs' worth of time left on non-isolated pCPUs" }),
  perPcpu: z.array(
    z.strictObject({
      pcpu: count,
      isolated: z.boolean(),
      nohzFull: z.boolean(),
      busy: share,
      polling: share,
      idle: share,
    }),
  ),
});

/** Refuses unknown keys, so that a misspelt one is not lost. */
export const runResultSchema = z.strictObject({
  version: z.string(),
  planName: z.string(),
  planHash: z.string(),
  seed: z.string(),
  fingerprint: z.string(),
  simulatedNs: ns,
  complete: z.boolean().meta({ description: 'false after an interrupt or a limit' }),
  workloads: z.array(workload),
  switches: z.array(packetSwitch).exactOptional(),
  partition,
  assumptions: z.array(z.string()),
  tails: z.array(workloadTailSchema).optional().meta({ description: 'with --tails' }),
  exceedances: z.array(exceedanceSchema).optional().meta({ description: 'with --exceed' }),
});

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Compiles only while schema and interface describe the same values. */
const _sameAsInterface: Same<z.infer<typeof runResultSchema>, Mutable<RunResult>> = true;
void _sameAsInterface;

/** JSON Schema (draft 2020-12) of a run's result. */
export function runResultJsonSchema(): Record<string, unknown> {
  return {
    title: 'Isochron run result',
    description: 'What `isochron run --json` prints.',
    ...z.toJSONSchema(runResultSchema),
  };
}
