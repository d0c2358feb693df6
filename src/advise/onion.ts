/**
 * The latency onion: a plan taken apart into layers of settings, from an untuned host to the plan
 * as it is. Loads, pins and platform stay, so each layer shows what its settings take away.
 */
import { editPlan } from '../plan/edit.js';
import type { PlanDocument } from '../plan/schema.js';

interface Layer {
  readonly name: string;
  /** Takes the layer's settings out of a plan. */
  strip(draft: PlanDocument): void;
}

/** One step of the onion: the plan with this layer and all before it. */
export interface OnionStep {
  readonly name: string;
  readonly document: PlanDocument;
}

/** Command line without the words that begin with one of these. */
function without(cmdline: string | undefined, words: readonly string[]): string | undefined {
  if (cmdline === undefined) return undefined;
  return cmdline
    .split(/\s+/)
    .filter((word) => word !== '' && !words.some((start) => word.startsWith(start)))
    .join(' ');
}

type Kernel = NonNullable<PlanDocument['host']>;

/** Takes words off a command line, if there is one. */
function stripWords(kernel: Pick<Kernel, 'cmdline'> | undefined, words: readonly string[]): void {
  if (kernel?.cmdline === undefined) return;
  kernel.cmdline = without(kernel.cmdline, words);
}

const LAYERS: readonly Layer[] = [
  {
    name: 'PREEMPT_RT on the host',
    strip: ({ host }) => {
      if (host?.kernel) host.kernel.preemption = 'voluntary';
    },
  },
  { name: 'isolcpus', strip: ({ host }) => stripWords(host, ['isolcpus=']) },
  {
    name: 'realtime priorities of vCPUs and kernel threads',
    strip: (draft) => {
      for (const { vcpus } of draft.guests ?? []) for (const vcpu of vcpus) delete vcpu.policy;
      if (draft.host) delete draft.host.kernelThreads;
    },
  },
  {
    name: 'nohz_full and rcu_nocbs',
    strip: ({ host }) => stripWords(host, ['nohz_full=', 'rcu_nocbs=']),
  },
  {
    name: 'no throttling, no fair server',
    strip: ({ host }) => {
      if (host) delete host.fairServerOff;
      if (host?.sysctl) delete host.sysctl['kernel.sched_rt_runtime_us'];
    },
  },
  {
    name: 'timers stay on their pCPU',
    strip: ({ host }) => {
      if (host?.sysctl) delete host.sysctl['kernel.timer_migration'];
    },
  },
  {
    name: 'shallow idle states',
    strip: ({ host }) => {
      if (host) delete host.idle;
      stripWords(host, ['idle=', 'processor.max_cstate=', 'intel_idle.max_cstate=']);
    },
  },
  {
    name: 'KVM settings',
    strip: ({ host }) => {
      if (host) delete host.kvm;
    },
  },
  {
    name: 'guest kernels',
    strip: (draft) => {
      for (const guest of draft.guests ?? []) {
        stripWords(guest, ['isolcpus=', 'nohz_full=', 'rcu_nocbs=', 'idle=']);
        delete guest.sysctl;
        delete guest.fairServerOff;
        delete guest.kernelThreads;
        delete guest.idle;
      }
    },
  },
  {
    name: 'no SMIs',
    strip: ({ host }) => {
      if (host?.smi === 'off') delete host.smi;
    },
  },
];

/** From `untuned` to the plan; layers that the plan does not have are left out. */
export function onionSteps(document: PlanDocument): OnionStep[] {
  const present = LAYERS.filter(
    ({ strip }) => editPlan(document, (draft) => void strip(draft)).patches.length > 0,
  );
  const strippedFrom = (first: number): PlanDocument =>
    editPlan(document, (draft) => {
      for (const { strip } of present.slice(first)) strip(draft);
    }).document;
  return [
    { name: 'untuned', document: strippedFrom(0) },
    ...present.map(({ name }, i) => ({ name: `+ ${name}`, document: strippedFrom(i + 1) })),
  ];
}
