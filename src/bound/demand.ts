/**
 * Rules that look at the whole load of a CPU: whether realtime threads can use up the runtime that
 * RT throttling leaves them, and how much fair threads may take under the fair server.
 * Source: kernel/sched/rt.c sched_rt_runtime_exceeded; kernel/sched/deadline.c dl_server_start.
 */
import { arrivalsIn } from '../contract/arrivals.js';
import type { ThreadContract } from '../contract/contract.js';
import type { CpuContracts } from '../contract/cpuContracts.js';
import { exactly, type Figures, sum, times } from '../contract/figure.js';
import { timerInterrupt } from '../contract/instance.js';
import { tickNs } from '../contract/tick.js';
import { busyWindow, type Stream } from './busyWindow.js';
import {
  interruptStreams,
  NOTHING_OUTSIDE,
  type Outer,
  smiStreams,
  threadStreams,
} from './interference.js';
import { hasBound } from './result.js';

const SERVER_RUNTIME_NS = 50_000_000;
const SERVER_PERIOD_NS = 1_000_000_000;
/** A deferral is prolonged by no less than this. */
const SERVER_RESOLUTION_NS = 1_000_000;

/** Everything that interrupts or runs as strong as the weakest of `threads`. */
function loadOf(
  contracts: CpuContracts,
  threads: readonly ThreadContract[],
  figures: Figures,
  outer: Outer,
): Stream[] {
  return [
    ...outer.streams,
    ...smiStreams(contracts, figures),
    ...interruptStreams(contracts, 0, '', figures, outer),
    ...threadStreams(threads, figures),
  ];
}

/** Longest time that the CPU is busy with some threads and all interrupts; undefined: no limit. */
function longestBusyNs(
  contracts: CpuContracts,
  threads: readonly ThreadContract[],
  figures: Figures,
  outer: Outer,
): number | undefined {
  if (threads.some(({ endless }) => endless)) return undefined;
  const bound = busyWindow(
    { once: [], streams: loadOf(contracts, threads, figures, outer) },
    figures,
  );
  return hasBound(bound) ? bound.ns : undefined;
}

/** Why realtime threads of the CPU may be throttled; undefined if they cannot. */
export function throttleReason(
  contracts: CpuContracts,
  figures: Figures,
  outer: Outer = NOTHING_OUTSIDE,
): string | undefined {
  const { kernel } = contracts.instance;
  const { rtRuntimeNs, rtPeriodNs, flags } = kernel;
  if (!flags.rtThrottling || rtRuntimeNs < 0 || rtRuntimeNs >= rtPeriodNs) return undefined;
  const threads = contracts.threads.filter(({ policy }) => policy === 'fifo' || policy === 'rr');
  const busyNs = longestBusyNs(contracts, threads, figures, outer);
  if (busyNs !== undefined) {
    let demandNs = 0;
    for (const { arrivals, each } of loadOf(contracts, threads, figures, outer)) {
      demandNs += arrivalsIn(arrivals, rtPeriodNs + busyNs) * each.ns;
    }
    if (demandNs <= rtRuntimeNs) return undefined;
  }
  const who = contracts.instance.guest ? ` of guest ${contracts.instance.name}` : '';
  return `realtime threads${who} may use up sched_rt_runtime_us and be throttled`;
}

/** What the fair server may take; several alternatives, each of which is an upper bound. */
export function serverStreams(
  contracts: CpuContracts,
  figures: Figures,
  outer: Outer = NOTHING_OUTSIDE,
): Stream[][] {
  const { instance, cpu, costs, threads } = contracts;
  const { kernel } = instance;
  if (!kernel.flags.fairServer || kernel.fairServerOff.includes(cpu)) return [[]];
  const fair = threads.filter(({ policy }) => policy === 'other');
  if (fair.length === 0) return [[]];
  const timer: Stream = {
    name: 'timer of the fair server',
    arrivals: { distanceNs: SERVER_RESOLUTION_NS, burst: 2, most: Number.POSITIVE_INFINITY },
    each: figures.term(
      'fair server',
      sum(
        timerInterrupt(costs, costs.reschedIpi),
        costs.irqEntry,
        times(2, costs.deviceWrite),
        outer.eachTimer,
        outer.delivery,
      ),
    ),
  };
  const chunk = sum(
    exactly(SERVER_RUNTIME_NS + tickNs(instance)),
    times(4, costs.contextSwitch),
    times(4, costs.deviceWrite),
  );
  const budget: Stream = {
    name: 'fair server (50 ms a second)',
    arrivals: { distanceNs: SERVER_PERIOD_NS, burst: 2, most: Number.POSITIVE_INFINITY },
    each: figures.term('fair server', chunk),
  };
  const busyNs = longestBusyNs(contracts, threads, figures, outer);
  if (busyNs === undefined || fair.some(({ cpus }) => cpus.length > 1)) return [[timer, budget]];
  const demand = threadStreams(fair, figures).map(({ name, arrivals, each }) => ({
    name: `${name} under the fair server`,
    arrivals: { ...arrivals, burst: arrivals.burst + Math.ceil(busyNs / arrivals.distanceNs) },
    each: figures.term('fair server', each),
  }));
  return [
    [timer, ...demand],
    [timer, budget],
  ];
}
