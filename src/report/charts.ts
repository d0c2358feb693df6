/** All charts of a result, each with a name that is safe as a file name and as an HTML id. */
import type { TopLevelSpec } from 'vega-lite';
import type { RunResult } from '../latency/result.js';
import { exceedanceSpec } from './exceedanceSpec.js';
import { histogramSpec } from './histogramSpec.js';
import { pcpuUseSpec } from './pcpuUseSpec.js';
import { worstCausesSpec } from './worstCausesSpec.js';

export interface Chart {
  /** Unique in a result; letters, digits and dashes, as in `control-histogram`. */
  readonly id: string;
  /** Index of the workload that it shows; undefined: the whole partition. */
  readonly workload?: number;
  readonly spec: TopLevelSpec;
}

const NAME_LENGTH_MAX = 40;

/**
 * In the order in which reports show them; workloads without samples have no charts, and latencies
 * of 0, as on an ideal platform, no causes to draw.
 */
export function chartsOf(result: RunResult): Chart[] {
  const names = chartNames(result.workloads.map(({ id }) => id));
  const charts: Chart[] = result.workloads.flatMap((workload, index) => {
    if (workload.latency.count === 0) return [];
    const name = names[index];
    return [
      { id: `${name}-histogram`, workload: index, spec: histogramSpec(workload) },
      { id: `${name}-exceedance`, workload: index, spec: exceedanceSpec(workload) },
      ...(workload.worst.some(({ latencyNs }) => latencyNs > 0)
        ? [{ id: `${name}-causes`, workload: index, spec: worstCausesSpec(workload) }]
        : []),
    ];
  });
  return [...charts, { id: 'pcpus', spec: pcpuUseSpec(result.partition) }];
}

/** Names without anything that a file system or a selector could misread. */
function chartNames(ids: readonly string[]): string[] {
  const used = new Set<string>();
  return ids.map((id, index) => {
    const plain = id
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, NAME_LENGTH_MAX);
    const trimmed = plain.replace(/^-/, '').replace(/-$/, '');
    const base = trimmed === '' ? 'workload' : trimmed;
    // An index in the text of another id must not make two names equal.
    let name = base;
    for (let n = index + 1; used.has(name); n++) name = `${base}-${n}`;
    used.add(name);
    return name;
  });
}
