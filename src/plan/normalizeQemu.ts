/** QEMU's own threads: the main loop and I/O threads, as threads of the host. */
import { ZERO_LAW } from '../base/law.js';
import type { Problems } from '../platform/problems.js';
import type { Path } from '../platform/sourceTree.js';
import { bigLock, type ThreadPlan } from './normalized.js';
import { readThread, reportDuplicate } from './normalizeThreads.js';
import type { GuestDoc } from './schemaGuests.js';
import type { Scope } from './scope.js';

export interface QemuSurroundings {
  readonly problems: Problems;
  readonly hostScope: Scope;
  /** pCPUs of threads without a pin. */
  readonly ordinary: readonly number[];
}

/** The lock called bql is the guest's own. */
function withBigLock<T extends Pick<NonNullable<GuestDoc['emulator']>, 'sections'>>(
  part: T,
  guest: string,
): T {
  const sections = part.sections?.map((section) =>
    section.lock === 'bql' ? { ...section, lock: bigLock(guest) } : section,
  );
  return { ...part, sections };
}

/** QEMU's threads; one without `every` and `rate` sleeps until a device needs it. */
export function readQemuThreads(doc: GuestDoc, path: Path, around: QemuSurroundings): ThreadPlan[] {
  const threads: ThreadPlan[] = [];
  const add = (part: NonNullable<GuestDoc['emulator']>, name: string, at: Path) => {
    const asleep = part.every === undefined && part.rate === undefined;
    const thread = asleep ? { ...part, run: undefined, sections: undefined } : part;
    const read = readThread(
      withBigLock(thread, doc.name),
      name,
      at,
      around.hostScope,
      around.ordinary,
    );
    threads.push(asleep ? { ...read, run: ZERO_LAW } : read);
    if (!asleep) return;
    if (part.run || part.sections?.length) {
      const message = 'work without `every` or `rate` is never done';
      around.problems.error('plan/arrival', at, message, 'add `every: 10ms`');
    }
  };
  if (doc.emulator) add(doc.emulator, `qemu/${doc.name}`, [...path, 'emulator']);
  const ids = new Set<string>();
  (doc.iothreads ?? []).forEach((part, i) => {
    const at = [...path, 'iothreads', i];
    reportDuplicate(ids, String(part.id), [...at, 'id'], 'I/O threads', around);
    add(part, `iothread${part.id}/${doc.name}`, at);
  });
  return threads;
}
