/** Tails as text: how sure the percentiles are, and what a fit of the largest samples goes on to. */
import { formatDuration } from '../base/units.js';
import type { RunResult } from '../latency/result.js';
import type { Exceedance, WorkloadTail } from '../latency/tailResult.js';
import { alignTable, printable } from './textTable.js';

const time = (ns: number): string => formatDuration(ns, 3);

export function renderTails(result: RunResult, tails: readonly WorkloadTail[]): string {
  const lines = ['', 'Tails (95 % intervals for independent samples)'];
  for (const { id, intervals, fit, noFit } of tails) {
    const workload = result.workloads.find((one) => one.id === id);
    if (workload === undefined || workload.latency.count === 0) continue;
    lines.push('', `  ${printable(id)}`);
    const rows = intervals.map(({ percentile, lowNs, highNs }) => [
      `    p${percentile}`,
      time(workload.latency.percentiles[percentile]),
      `${time(lowNs)} .. ${highNs === null ? 'no upper end' : time(highNs)}`,
    ]);
    lines.push(...alignTable(rows));
    if (fit === null) {
      lines.push(`    beyond the samples: no fit, ${noFit ?? ''}`);
      continue;
    }
    const of = `${fit.exceedances} of ${fit.samples} samples above ${time(fit.thresholdNs)}`;
    lines.push(`    peaks over threshold: ${of}, shape ${fit.shape}, goodness ${fit.goodness}`);
    if (fit.endNs !== null) lines.push(`    the fitted tail ends at ${time(fit.endNs)}`);
    for (const { probability, ns } of fit.fits ? fit.levels : []) {
      lines.push(`    ${probability} per activation: ${time(ns)}`);
    }
    lines.push(`    warning: ${fit.warning}`);
  }
  return `${lines.join('\n')}\n`;
}

export function renderExceedances(rows: readonly Exceedance[]): string {
  const lines = ['', 'Chance of an activation to exceed a limit, by importance splitting'];
  const digits = (p: number): string => (p === 0 ? '0' : p.toExponential(1));
  for (const { workload, pcpus, limitNs, probability, low, high, notCovered } of rows) {
    const range = `${digits(low)} .. ${digits(high)}`;
    const where = pcpus.length <= 4 ? ` (pCPU ${pcpus.join(',')})` : '';
    const head = `  ${printable(workload)}${where} > ${time(limitNs)}`;
    lines.push(
      probability === 0
        ? `${head}: no future got there; no figure, and no proof either`
        : `${head}: ${digits(probability)} per activation, 95 % ${range}`,
    );
    if (notCovered.length === 0) continue;
    lines.push(`    not in it, too rare to be met: ${notCovered.map(printable).join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}
