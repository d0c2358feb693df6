/**
 * From what the readers of host files return to the facts that an import needs.
 *
 * Covers /proc/interrupts joined with /proc/irq, the LOC row, KVM parameters of the command line
 * (which those of /sys/module override).
 */
import type { DeviceIrq } from './importModel.js';
import { type IrqAffinityTree, mergeIrqs } from './irqAffinity.js';
import type { ProcInterrupts } from './procInterrupts.js';

/** Device interrupts with the CPUs that counted them and those they may go to. */
export function deviceIrqs(interrupts: ProcInterrupts, tree: IrqAffinityTree): DeviceIrq[] {
  return mergeIrqs(interrupts, tree).flatMap(({ irq, row, affinity, effective }) => {
    if (!row) return [];
    const counts = new Map<number, number>();
    row.counts.forEach((count, column) => {
      const cpu = interrupts.cpus[column];
      if (cpu !== undefined && count > 0) counts.set(cpu, count);
    });
    return [
      {
        irq,
        name: row.devices.join(','),
        counts,
        ...(affinity ? { affinity } : {}),
        ...(effective ? { effective } : {}),
      },
    ];
  });
}

/** The LOC row: pCPU -> local timer interrupts. */
export function localTimerCounts(interrupts: ProcInterrupts): ReadonlyMap<number, number> {
  const row = interrupts.rows.find(({ label }) => label === 'LOC');
  return new Map((row?.counts ?? []).map((count, column) => [interrupts.cpus[column], count]));
}

/** `kvm.halt_poll_ns` -> `halt_poll_ns`: both modules share one list in a plan. */
export function withoutModule(parameters: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...parameters].map(([name, value]) => [name.replace(/^kvm[a-z_-]*\./, ''), value]),
  );
}
