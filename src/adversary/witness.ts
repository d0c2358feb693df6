/**
 * A witness: everything that makes one latency happen again, as data in a small file. The schema
 * takes files from anywhere: it bounds every length, and knows no key that it does not name.
 */
import { z } from 'zod';
import { MAX_NS } from '../base/units.js';
import { VERSION } from '../base/version.js';
import type { DrawChoice } from '../engine/choices.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { Target } from './target.js';

const CHOICES_MAX = 20_000;
const VALUES_MAX = 10_000;
const PCPUS_MAX = 65_536;
const TEXT_MAX = 1_000;

const text = z.string().max(TEXT_MAX);
const ns = z.int().min(0).max(MAX_NS).meta({ description: 'nanoseconds' });
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const choice = z.strictObject({
  source: text.meta({ description: 'path of the source of durations, distances or a phase' }),
  from: z.int().min(0).meta({ description: 'first draw that it speaks of, counted from 0' }),
  count: z.int().min(1).optional().meta({ description: 'draws; absent: all from there on' }),
  ns: z.array(ns).min(1).max(VALUES_MAX).meta({ description: 'taken in turn' }),
});

const witness = z.strictObject({
  workload: text,
  pcpus: z.array(z.int().min(0)).min(1).max(PCPUS_MAX).meta({ description: 'the part' }),
  seed: text,
  undisturbedNs: ns.meta({ description: 'before this simulated time nothing is dictated' }),
  choices: z.array(choice).max(CHOICES_MAX),
  endNs: ns.meta({ description: 'simulated time at which the latency ends' }),
  latencyNs: ns,
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
});

export const witnessFileSchema = z.strictObject({
  isochronWitness: z.literal(1),
  version: text,
  plan: z.strictObject({ name: text, hash, file: text.optional() }),
  witnesses: z.array(witness).max(TEXT_MAX),
});

type ReadonlyDeep<T> = T extends object ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> } : T;

export type Witness = ReadonlyDeep<z.infer<typeof witness>>;
export type WitnessFile = ReadonlyDeep<z.infer<typeof witnessFileSchema>>;

export function witnessOf(
  target: Target,
  seed: string,
  undisturbedNs: number,
  found: {
    readonly latencyNs: number;
    readonly atNs: number;
    readonly fingerprint: string;
    readonly choices: readonly DrawChoice[];
  },
): Witness {
  return {
    workload: target.workload,
    pcpus: [...target.pcpus],
    seed,
    undisturbedNs,
    choices: found.choices,
    endNs: found.atNs,
    latencyNs: found.latencyNs,
    fingerprint: found.fingerprint,
  };
}

/** The file that holds the witnesses of one plan. */
export function witnessFile(
  plan: NormalizedPlan,
  witnesses: readonly Witness[],
  file?: string,
): WitnessFile {
  return {
    isochronWitness: 1,
    version: VERSION,
    plan: { name: plan.name, hash: plan.hash, ...(file === undefined ? {} : { file }) },
    witnesses,
  };
}
