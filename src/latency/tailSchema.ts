/** Schemas of what `--tails` and `--exceed` add to a result; `tailResult.ts` has the types. */
import { z } from 'zod';

const ns = z.int().min(0);
const count = z.int().min(0);
const probability = z.number().min(0).max(1);

const fit = z.strictObject({
  thresholdNs: ns,
  exceedances: count.meta({ description: 'samples above the threshold' }),
  samples: count,
  shape: z.number().meta({ description: 'below 0 the fitted tail ends' }),
  scaleNs: z.number().min(0),
  endNs: ns.nullable().meta({ description: 'where the fitted tail ends; null: it does not' }),
  goodness: probability.meta({ description: 'share of resampled sets that fit worse' }),
  fits: z.boolean(),
  levels: z
    .array(z.strictObject({ probability, ns }))
    .meta({ description: 'latencies that an activation exceeds with this chance' }),
  warning: z.string(),
});

/** One series of `--tails`. */
export const workloadTailSchema = z.strictObject({
  id: z.string(),
  intervals: z
    .array(z.strictObject({ percentile: z.string(), lowNs: ns, highNs: ns.nullable() }))
    .meta({ description: '95 %, for independent samples; highNs null: no upper end' }),
  fit: fit.nullable().meta({ description: 'peaks over a threshold' }),
  noFit: z.string().nullable().meta({ description: 'why there is no fit' }),
});

/** One part of a workload of `--exceed`. */
export const exceedanceSchema = z.strictObject({
  workload: z.string(),
  pcpus: z.array(count),
  limitNs: ns,
  probability: probability.meta({ description: 'of an activation; 0: no future got there' }),
  low: probability.meta({ description: 'ends of the 95 % interval' }),
  high: z.number().min(0),
  notCovered: z.array(z.string()).meta({ description: 'sources too rare to be met' }),
});
