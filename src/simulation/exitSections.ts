/**
 * Sections of a guest's thread that leave the guest: emulated instructions, kicks, registers of devices
 * in QEMU, and console output.
 *
 * [S] kernel/printk/printk.c console_emit_next_record, drivers/tty/serial/8250 serial8250_console_write:
 * every character is a port write, so an exit to QEMU, under the port's lock with interrupts off.
 */
import type { Action } from '../engine/program.js';
import type { StepSpec } from '../engine/stepTable.js';
import { exitToIoeventfd, exitToKernel, exitToUser } from '../kvm/guestExits.js';
import type { Section } from '../plan/normalized.js';
import type { SectionContext } from './sections.js';
import { spinningLock } from './spinningLock.js';
import type { System } from './system.js';

const EXITS: Readonly<Record<string, Action<System>>> = {
  exit: exitToKernel,
  ioeventfd: exitToIoeventfd,
  userExit: exitToUser,
};

export function exitSteps(
  section: Section,
  position: number,
  context: SectionContext,
): Array<StepSpec<System>> {
  const { who } = context;
  const name = `${section.kind}${position}`;
  const leave = (what: string, accepts: number, action: Action<System>): StepSpec<System> => ({
    name: what,
    duration: 'zero',
    cause: `${section.kind} of ${who}`,
    accepts,
    action,
    argument: context.sourceOf(section, position),
  });
  // The instruction itself lets nothing in between: it exits.
  if (section.kind !== 'print') return [leave(name, 0, EXITS[section.kind])];
  const lock = context.lockOf(section, position);
  const characters = Array.from({ length: section.count ?? 1 }, () => leave(name, 0, exitToUser));
  return spinningLock(name, 'console', who, lock, 0, characters);
}
