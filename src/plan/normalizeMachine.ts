/** What the host's machine and its daemons do: slow pCPUs, and interrupts that irqbalance moves. */
import { constantLaw } from '../base/law.js';
import type { NormalizedPlan } from './normalized.js';
import type { HostDoc } from './schemaKernel.js';
import type { Scope } from './scope.js';

/** SLEEP_INTERVAL of irqbalance. */
const BALANCE_NS = 10_000_000_000;

export function readSlowdown(doc: HostDoc['slowdown'], scope: Scope): NormalizedPlan['slowdown'] {
  const seen = new Set<number>();
  return (doc ?? []).map(({ cpus, factor }, i) => {
    const path = [...scope.path, 'slowdown', i, 'cpus'];
    const list = scope.readCpus(cpus, path);
    const twice = list.find((cpu) => seen.has(cpu));
    for (const cpu of list) seen.add(cpu);
    if (twice !== undefined) {
      const message = `CPU ${twice} is slowed down twice`;
      scope.problems.error('plan/slowdown', path, message, 'multiply the factors and name it once');
    }
    return { cpus: list, thousandths: Math.round(factor * 1000) };
  });
}

/** Absent if nothing follows: a factor of 1 is none. */
export function readSpeed(
  { smt, frequency }: Pick<HostDoc, 'smt' | 'frequency'>,
  scope: Scope,
): NormalizedPlan['speed'] {
  const siblingThousandths = Math.round((smt?.busySibling ?? 1) * 1000);
  const bins = (frequency ?? []).map(({ cores, factor }) => ({
    cores,
    thousandths: Math.round(factor * 1000),
  }));
  bins.forEach(({ cores }, i) => {
    if (i === 0 || cores > bins[i - 1].cores) return;
    const message = `${cores} busy cores stand after ${bins[i - 1].cores}`;
    const path = [...scope.path, 'frequency', i, 'cores'];
    scope.problems.error('plan/frequency', path, message, 'list them ascending, each number once');
  });
  const follows =
    siblingThousandths !== 1000 || bins.some(({ thousandths }) => thousandths !== 1000);
  return follows ? { siblingThousandths, bins } : undefined;
}

export function readIrqbalance(
  doc: HostDoc['irqbalance'],
  scope: Scope,
): NormalizedPlan['irqbalance'] {
  if (doc === undefined || doc === 'off') return undefined;
  const path = [...scope.path, 'irqbalance'];
  if (doc.every && doc.every.minNs < 1) {
    const message = 'rounds may follow each other without a distance';
    scope.problems.error('plan/arrival', [...path, 'every'], message, 'give a minimum above 0');
  }
  const every = doc.every ?? constantLaw(BALANCE_NS, 'irqbalance: a round every 10 s', 'sourced');
  const cpus = doc.cpus === undefined ? scope.cpus : scope.readCpus(doc.cpus, [...path, 'cpus']);
  return { every, cpus };
}
