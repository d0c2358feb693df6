/** `every`, `rate` and `start` of whatever happens again. */
import type { Law } from '../base/law.js';
import type { Path } from '../platform/sourceTree.js';
import { exponentialLaw } from './arrival.js';
import type { Arrival } from './normalized.js';
import type { Scope } from './scope.js';

interface ArrivalDoc {
  readonly every?: Law;
  readonly rate?: number;
  readonly apart?: number;
  readonly start?: number;
}

/** Absent if the document gives neither `every` nor `rate`. */
export function readArrival(doc: ArrivalDoc, path: Path, scope: Scope): Arrival | undefined {
  if (doc.every && doc.rate !== undefined) {
    const message = '`every` and `rate` contradict each other';
    scope.problems.error('plan/arrival', [...path, 'rate'], message, 'keep one of them');
  }
  if (doc.every && doc.every.minNs < 1) {
    const message = 'arrivals may follow each other without a distance';
    scope.problems.error('plan/arrival', [...path, 'every'], message, 'give a minimum above 0');
  }
  if (doc.apart !== undefined && doc.rate === undefined) {
    const message = '`apart` without `rate` has no meaning';
    const fix = 'add `rate:`, or give `every` a minimum';
    scope.problems.error('plan/arrival', [...path, 'apart'], message, fix);
  }
  const apart = Math.max(1, doc.apart ?? 1);
  const every =
    doc.every ?? (doc.rate === undefined ? undefined : exponentialLaw(doc.rate, undefined, apart));
  if (every) return doc.start === undefined ? { every } : { every, startNs: doc.start };
  if (doc.start !== undefined) {
    const message = '`start` without `every` or `rate` has no meaning';
    scope.problems.error('plan/arrival', [...path, 'start'], message, 'add `every:`');
  }
  return undefined;
}
