/**
 * IOThreads of a domain: `<iothreads>`, `<iothreadids>`, `iothreadpin`, `iothreadsched`.
 * Ids start at 1. Source: formatdomain.html, src/conf/domain_conf.c. Leaves out: thread pools.
 */
import type { Element } from '@xmldom/xmldom';
import type { DomainCursor } from './libvirtDomainCursor.js';
import type { LibvirtIothread } from './libvirtDomainModel.js';
import { requireAttributes } from './libvirtDomainRequire.js';
import { readSchedulers } from './libvirtDomainSched.js';

const MAX_IOTHREADS = 4096;

export function readIothreads(
  cursor: DomainCursor,
  domain: Element,
  cputune: Element | undefined,
  cpuset: readonly number[] | undefined,
): LibvirtIothread[] {
  const polls = readIothreadIds(cursor, domain);
  const pins = readIothreadPins(cursor, cputune, polls);
  const schedulers = readSchedulers(cursor, cputune, {
    element: 'iothreadsched',
    list: 'iothreads',
    exists: (id) => polls.has(id),
    what: 'IOThread',
  });
  return [...polls.keys()]
    .sort((a, b) => a - b)
    .map((id) => {
      const poll = polls.get(id);
      return {
        id,
        cpus: pins.get(id) ?? cpuset,
        scheduling: schedulers.get(id) ?? { scheduler: 'other', priority: 0 },
        ...(poll ? { poll } : {}),
      };
    });
}

/** Ids from `<iothreadids>`, filled up from 1 to the count of `<iothreads>`, as libvirt does. */
function readIothreadIds(
  cursor: DomainCursor,
  domain: Element,
): Map<number, LibvirtIothread['poll']> {
  const polls = new Map<number, LibvirtIothread['poll']>();
  for (const item of cursor.children(cursor.child(domain, 'iothreadids'), 'iothread')) {
    const id = cursor.int(item, 'id', { min: 1, max: 0x7fff_ffff });
    requireAttributes(cursor, item, ['id']);
    if (id === undefined) continue;
    if (polls.has(id)) {
      cursor.error(item, 'libvirt/duplicate-iothread', `IOThread ${id} is listed twice`, {
        fix: 'keep one <iothread> for each id',
      });
    }
    polls.set(id, readPoll(cursor, cursor.child(item, 'poll')));
  }
  const element = cursor.child(domain, 'iothreads');
  const count = cursor.textInt(element, { min: 0, max: MAX_IOTHREADS }) ?? 0;
  for (let id = 1; polls.size < count; id += 1) {
    if (!polls.has(id)) polls.set(id, undefined);
  }
  return polls;
}

function readPoll(cursor: DomainCursor, poll: Element | undefined): LibvirtIothread['poll'] {
  if (!poll) return undefined;
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const maxNs = cursor.int(poll, 'max', range);
  const grow = cursor.int(poll, 'grow', range);
  const shrink = cursor.int(poll, 'shrink', range);
  return {
    ...(maxNs === undefined ? {} : { maxNs }),
    ...(grow === undefined ? {} : { grow }),
    ...(shrink === undefined ? {} : { shrink }),
  };
}

function readIothreadPins(
  cursor: DomainCursor,
  cputune: Element | undefined,
  known: ReadonlyMap<number, unknown>,
): ReadonlyMap<number, readonly number[]> {
  const pins = new Map<number, readonly number[]>();
  const seen = new Set<number>();
  for (const pin of cursor.children(cputune, 'iothreadpin')) {
    const id = cursor.int(pin, 'iothread', { min: 1, max: 0x7fff_ffff });
    const cpus = cursor.set(pin, 'cpuset');
    requireAttributes(cursor, pin, ['iothread', 'cpuset']);
    if (id === undefined) continue;
    if (seen.has(id)) {
      cursor.error(pin, 'libvirt/duplicate-pin', `IOThread ${id} is pinned twice`, {
        fix: `keep one <iothreadpin iothread='${id}'>`,
      });
      continue;
    }
    seen.add(id);
    if (!known.has(id)) {
      cursor.error(pin, 'libvirt/missing-iothread', `there is no IOThread ${id}`, {
        fix: 'raise <iothreads>, list the id in <iothreadids>, or remove this pin',
      });
    } else if (cpus) {
      pins.set(id, cpus);
    }
  }
  return pins;
}
