/**
 * Scheduling of QEMU threads: `vcpusched`, `iothreadsched`, `emulatorsched`.
 *
 * Covers the policy, the priority that fifo and rr need (1 to 99), lists that must not overlap, and
 * lists that name threads the domain does not have. Source: formatdomain.html,
 * src/conf/domain_conf.c. Leaves out: nothing of these elements.
 */
import type { Element } from '@xmldom/xmldom';
import type { DomainCursor } from './libvirtDomainCursor.js';
import type { LibvirtScheduling } from './libvirtDomainModel.js';

const WORDS = ['batch', 'idle', 'fifo', 'rr'] as const;

export interface SchedulerList {
  readonly element: 'vcpusched' | 'iothreadsched';
  /** The attribute that lists the threads. */
  readonly list: 'vcpus' | 'iothreads';
  readonly exists: (id: number) => boolean;
  readonly what: string;
}

/** Thread id -> scheduling, for the threads that some element names. */
export function readSchedulers(
  cursor: DomainCursor,
  cputune: Element | undefined,
  wanted: SchedulerList,
): ReadonlyMap<number, LibvirtScheduling> {
  const schedulers = new Map<number, LibvirtScheduling>();
  for (const element of cursor.children(cputune, wanted.element)) {
    const ids = cursor.set(element, wanted.list);
    const scheduling = readScheduling(cursor, element);
    if (!element.hasAttribute(wanted.list)) {
      cursor.error(element, 'libvirt/missing-attribute', `${wanted.list}= is missing`, {
        fix: `name the threads, as in ${wanted.list}='1-3'`,
      });
    }
    if (!ids) continue;
    const missing = ids.filter((id) => !wanted.exists(id));
    if (missing.length > 0) {
      cursor.error(
        element,
        `libvirt/missing-${wanted.what.toLowerCase()}`,
        `there is no ${wanted.what} ${missing.slice(0, 5).join(', ')}`,
        { fix: missingFix(wanted) },
      );
    }
    const twice = ids.filter((id) => schedulers.has(id));
    if (twice.length > 0) {
      cursor.error(
        element,
        'libvirt/scheduler-overlap',
        `${wanted.what} ${twice.slice(0, 5).join(', ')} already has a scheduler`,
        { fix: `name each ${wanted.what} in one <${wanted.element}> only` },
      );
    }
    if (!scheduling) continue;
    for (const id of ids) if (wanted.exists(id)) schedulers.set(id, scheduling);
  }
  return schedulers;
}

/** The one scheduling of the emulator: QEMU's main loop and its helpers. */
export function readEmulatorScheduling(
  cursor: DomainCursor,
  cputune: Element | undefined,
): LibvirtScheduling {
  const element = cursor.child(cputune, 'emulatorsched');
  const scheduling = element && readScheduling(cursor, element);
  return scheduling ?? { scheduler: 'other', priority: 0 };
}

function readScheduling(cursor: DomainCursor, element: Element): LibvirtScheduling | undefined {
  const scheduler = cursor.word(element, 'scheduler', WORDS);
  if (!element.hasAttribute('scheduler')) {
    cursor.error(element, 'libvirt/missing-attribute', 'scheduler= is missing', {
      fix: `write scheduler='fifo' and a priority, or one of ${WORDS.join(', ')}`,
    });
  }
  if (scheduler !== 'fifo' && scheduler !== 'rr') {
    // libvirt reads no priority here; it is looked at only to say so.
    if (scheduler && cursor.attr(element, 'priority') !== undefined) {
      cursor.warn(
        element,
        'libvirt/priority-ignored',
        `priority= has no effect with scheduler='${scheduler}'`,
        { fix: 'remove priority=' },
      );
    }
    return scheduler && { scheduler, priority: 0 };
  }
  if (!element.hasAttribute('priority')) {
    cursor.error(element, 'libvirt/priority-missing', `scheduler='${scheduler}' needs a priority`, {
      fix: "write priority='1' to '99'; the higher wins",
    });
    return undefined;
  }
  const priority = cursor.int(element, 'priority', { min: 1, max: 99 });
  return priority === undefined ? undefined : { scheduler, priority };
}

function missingFix(wanted: SchedulerList): string {
  return wanted.what === 'IOThread'
    ? 'IOThread ids start at 1: list those of <iothreads> or <iothreadids>'
    : 'vCPU ids start at 0 and end one below <vcpu>';
}
