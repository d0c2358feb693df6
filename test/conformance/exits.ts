/**
 * What KVM does around the timer of vCPU 1, in order: `x1 timer fires in guest`, `x1 injects`,
 * `x1 enters`. Exits for other reasons are left out: their number is a matter of the emulated
 * devices and of the host's tick.
 */

/** A guest that begins to idle is no part of a scenario. */
export const BEGIN_NS = 5_000_000;

/** What a trace tells, of vCPU 1 alone. */
export type ExitEvent =
  | 'enters'
  | 'interrupt exit'
  | 'halts'
  | 'timer register'
  | 'fires'
  | 'injects'
  | 'waits'
  | 'blocks'
  | 'is preempted'
  | 'goes on';

export interface TimedExitEvent {
  readonly atNs: number;
  readonly what: ExitEvent;
}

/** Where the vCPU is when its timer fires. */
type Where = 'in guest' | 'in host' | 'halted' | 'blocked' | 'preempted';

const LEADS_TO: Readonly<Partial<Record<ExitEvent, Where>>> = {
  enters: 'in guest',
  // The handler runs before the exit is traced: what it finds was in the guest.
  'interrupt exit': 'in guest',
  halts: 'halted',
  'timer register': 'in host',
  blocks: 'blocked',
  'is preempted': 'preempted',
  'goes on': 'in host',
};

const SILENT: readonly ExitEvent[] = ['interrupt exit', 'blocks', 'is preempted', 'goes on'];

/** Lines of a sequence; events come in order of time. */
export function exitLines(events: readonly TimedExitEvent[], fromNs: number): string[] {
  let where: Where = 'blocked';
  let silent = true;
  const lines: string[] = [];
  for (const { atNs, what } of events) {
    const shown = what === 'fires' ? `timer fires ${where}` : what;
    // An entry belongs to what was shown before it.
    const drop = SILENT.includes(what) || (what === 'enters' && silent);
    if (!drop) {
      const line = `x1 ${shown} @${Math.round(atNs / 1e6)}`;
      // An entry is traced before its last stretch, in which KVM waits.
      const at = what === 'waits' && lines.at(-1)?.startsWith('x1 enters') ? -1 : lines.length;
      if (atNs >= fromNs) lines.splice(at, 0, line);
      // A wait is traced behind the entry, after whatever exit came next.
      if (what !== 'waits') silent = what === 'enters';
    }
    where = LEADS_TO[what] ?? where;
  }
  return lines;
}
