/**
 * When a guest's clock is brought up to date by the host. Source: arch/x86/kvm/x86.c of 6.12
 * (kvmclock_sync_fn, KVMCLOCK_SYNC_PERIOD; kvm_update_masterclock).
 */
import { constantLaw } from '../base/law.js';
import type { Path } from '../platform/sourceTree.js';
import type { Arrival, GuestPlan } from './normalized.js';
import { readArrival } from './readArrival.js';
import type { GuestDoc } from './schemaGuests.js';
import type { Scope } from './scope.js';

const SYNC_PERIOD_NS = 300_000_000_000;

type Clock = Pick<GuestPlan, 'clockSync' | 'masterclock'>;

/** `periodic`: the module parameter kvmclock_periodic_sync. */
export function readClock(doc: GuestDoc, path: Path, scope: Scope, periodic: boolean): Clock {
  const { sync, masterclock } = doc.clock ?? {};
  const own = doc.cpu?.features?.kvmclock !== false;
  const read = (one: typeof masterclock, key: string): Arrival | undefined =>
    one && readArrival(one, [...path, 'clock', key], scope);
  const byDefault: Arrival | undefined =
    periodic && own ? { every: constantLaw(SYNC_PERIOD_NS), startNs: SYNC_PERIOD_NS } : undefined;
  const clockSync = sync === 'off' ? undefined : sync ? read(sync, 'sync') : byDefault;
  const update = read(masterclock, 'masterclock');
  return { ...(clockSync ? { clockSync } : {}), ...(update ? { masterclock: update } : {}) };
}
