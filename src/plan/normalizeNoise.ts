/** The kernel's own interruptions that a plan switches on, with whom they hit and how often. */
import type { Law } from '../base/law.js';
import type { Platform } from '../platform/platform.js';
import type { NoiseFacts, NoiseSource } from './noiseSource.js';
import { NOISE_NAMES, NOISE_SOURCES, type NoiseName } from './noiseSources.js';
import type { NoisePlan, ThreadPlan } from './normalized.js';
import type { KernelReading } from './normalizeKernel.js';
import { SCHED_OTHER } from './policy.js';
import { readArrival } from './readArrival.js';
import type { NoiseDoc } from './schemaNoise.js';
import type { Scope } from './scope.js';

export interface NoiseReading {
  readonly noise: readonly NoisePlan[];
  /** Work that kworkers do is done by threads. */
  readonly threads: readonly ThreadPlan[];
}

export function readNoise(
  doc: NoiseDoc | undefined,
  host: KernelReading,
  platform: Platform,
  scope: Scope,
): NoiseReading {
  const noise: NoisePlan[] = [];
  const threads: ThreadPlan[] = [];
  const { plan, cmdline } = host;
  const facts: NoiseFacts = {
    cpus: plan.cpus,
    nohzFull: plan.nohzFull,
    isolated: plan.isolatedDomain,
    words: cmdline.words,
    vmstatSkipsIsolated: plan.flags.vmstatSkipsIsolated,
    rt: plan.preemption === 'rt',
  };
  for (const name of NOISE_NAMES) {
    const one = doc?.[name] ?? doc?.default ?? 'off';
    if (one === 'off') continue;
    const read = readSource(name, one === 'on' ? {} : one, facts, platform, scope);
    if (read.cpus.length === 0) continue;
    if (read.delivery === 'work') threads.push(...workThreads(read));
    else noise.push(read);
  }
  return { noise, threads };
}

type SourceDoc = Exclude<NonNullable<NoiseDoc[NoiseName]>, string>;

function readSource(
  name: NoiseName,
  doc: SourceDoc,
  facts: NoiseFacts,
  platform: Platform,
  scope: Scope,
): NoisePlan {
  const source: NoiseSource = NOISE_SOURCES[name];
  const path = [...scope.path, 'noise', name];
  const every = doc.every === undefined && doc.rate === undefined ? source.every : doc.every;
  const arrival = readArrival({ ...doc, every }, path, scope) ?? { every: source.every };
  const own: Law = typeof source.run === 'string' ? platform.host[source.run] : source.run;
  if (every === source.every) {
    scope.assume(['noise', name], `${source.cause}: ${source.every.source}`);
  }
  return {
    name,
    cause: source.cause,
    delivery: source.delivery,
    spread: source.spread,
    cpus: doc.cpus === undefined ? source.hits(facts) : scope.readCpus(doc.cpus, [...path, 'cpus']),
    arrival,
    run: doc.run ?? own,
    burst: doc.burst ?? source.burst ?? 1,
  };
}

/** A fair kworker a CPU; its delayed work's timer is that thread's sleep. */
function workThreads({ cause, cpus, arrival, run }: NoisePlan): ThreadPlan[] {
  return cpus.map((cpu) => ({
    name: `${cause.replace('kworker ', `kworker/${cpu}:`)}`,
    scheduling: SCHED_OTHER,
    cpus: [cpu],
    arrival,
    run,
    sections: [],
  }));
}
