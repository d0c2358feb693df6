/**
 * /proc/interrupts: rows, counts per CPU, chip, hardware number, devices.
 * Source: Linux kernel/irq/proc.c show_interrupts and arch/x86/kernel/irq.c. The header names
 * ONLINE CPUs only: a column is not a CPU number. Rows like ERR and MIS have one column.
 * Leaves out: rates (two readings and the time between them would be needed).
 */
import type { Diagnostic } from '../base/diagnostics.js';
import type { AccountEntry, Reading } from './account.js';

export interface InterruptRow {
  /** `24`, `NMI`, `LOC` ... */
  readonly label: string;
  /** The Linux interrupt number; absent for named rows. */
  readonly irq?: number;
  /** One count a CPU, in the order of `cpus`; a single total for ERR and MIS. */
  readonly counts: readonly number[];
  /** `IO-APIC`, `IR-PCI-MSIX-0000:86:00.1`; absent for named rows. */
  readonly chip?: string;
  readonly hwirq?: number;
  /** `edge`, `level`, `fasteoi`, as the kernel names the flow. */
  readonly flow?: string;
  /** Actions: driver and queue names; empty if nothing is requested. */
  readonly devices: readonly string[];
  /** What a named row counts. */
  readonly description?: string;
}

export interface ProcInterrupts {
  /** Online CPUs, in the order of the columns. */
  readonly cpus: readonly number[];
  readonly rows: readonly InterruptRow[];
}

const MAX_LENGTH = 64 * 1024 * 1024;
const MAX_MESSAGES = 20;
const EMPTY: ProcInterrupts = { cpus: [], rows: [] };

/**
 * Reads /proc/interrupts. Errors: the header is none. Rows that cannot be read are warnings.
 *
 * @example readProcInterrupts('     CPU0 CPU2\n  1:  9  0  IO-APIC  1-edge  i8042\n', 'interrupts')
 */
export function readProcInterrupts(text: string, file: string): Reading<ProcInterrupts> {
  const diagnostics: Diagnostic[] = [];
  const report = (severity: 'error' | 'warning', line: number, message: string): void => {
    if (diagnostics.length >= MAX_MESSAGES) return;
    const place = { file, line, column: 1 };
    diagnostics.push({ code: 'interrupts/row', severity, path: '', message, place });
  };
  const refuse = (message: string): Reading<ProcInterrupts> => {
    report('error', 1, message);
    return { value: EMPTY, diagnostics, account: [] };
  };
  if (text.length > MAX_LENGTH) return refuse(`longer than ${MAX_LENGTH} characters`);
  const lines = text.split('\n');
  const cpus = readHeader(lines[0]);
  if (!cpus)
    return refuse(
      'the first line does not name CPUs, as in "CPU0 CPU1": this is no /proc/interrupts',
    );
  if (new Set(cpus).size !== cpus.length) return refuse('the header names a CPU twice');
  const rows: InterruptRow[] = [];
  const account: AccountEntry[] = [];
  const seen = new Set<string>();
  for (let i = 1; i < lines.length; i += 1) {
    const line = lines[i].replace(/\r$/, '');
    if (line.trim() === '') continue;
    const row = readRow(line, cpus.length);
    const problem =
      typeof row === 'string' ? row : seen.has(row.label) ? `a second row ${row.label}` : undefined;
    if (problem !== undefined || typeof row === 'string') {
      report('warning', i + 1, problem ?? 'unreadable');
      account.push({ path: `line ${i + 1}`, disposition: 'ignored', reason: problem });
      continue;
    }
    seen.add(row.label);
    rows.push(row);
    account.push({
      path: `row ${row.label}`,
      disposition: row.irq === undefined ? 'kept' : 'used',
    });
  }
  return { value: { cpus, rows }, diagnostics, account };
}

/** The CPU numbers of `CPU0 CPU1 CPU4`; undefined if the line is something else. */
function readHeader(line: string): number[] | undefined {
  const words = line.trim().split(/\s+/);
  const cpus: number[] = [];
  for (const word of words) {
    const match = /^CPU(\d{1,6})$/.exec(word);
    if (!match) return undefined;
    cpus.push(Number(match[1]));
  }
  return cpus;
}

/** A row, or what is wrong with it. */
function readRow(line: string, columns: number): InterruptRow | string {
  const colon = line.indexOf(':');
  const label = line.slice(0, Math.max(colon, 0)).trim();
  if (!/^[A-Za-z0-9_]{1,16}$/.test(label))
    return 'the row does not start with a number or name and a colon';
  const numbers = /\s*(\d+)(?=\s|$)/y;
  numbers.lastIndex = colon + 1;
  const counts: number[] = [];
  let rest = colon + 1;
  while (counts.length < columns) {
    const match = numbers.exec(line);
    if (!match) break;
    counts.push(Number(match[1].slice(0, 20)));
    rest = numbers.lastIndex;
  }
  const tail = line.slice(rest).trim();
  const isIrq = /^\d{1,9}$/.test(label);
  const total = counts.length === 1 && !isIrq;
  if (counts.length < columns && !total)
    return `row ${label} has ${counts.length} of ${columns} counts`;
  if (!isIrq) {
    return { label, counts, devices: [], ...(tail === '' ? {} : { description: tail }) };
  }
  return { label, irq: Number(label), counts, ...readTail(tail) };
}

/**
 * `IR-PCI-MSI 1048576-edge  eth0, eth1`, `GICv3 27 Level  timer`, or, from old kernels,
 * `PCI-MSI-edge  eth0` with the flow in the chip's name.
 */
function readTail(tail: string): Pick<InterruptRow, 'chip' | 'hwirq' | 'flow' | 'devices'> {
  const chip = /^\S+/.exec(tail)?.[0];
  if (chip === undefined) return { devices: [] };
  let rest = tail.slice(chip.length).trimStart();
  const hw = /^(\d{1,15})(?:-(\S+))?(?=\s|$)/.exec(rest);
  if (hw) rest = rest.slice(hw[0].length).trimStart();
  // Architectures that show the trigger as a word of its own.
  const word = hw && !hw[2] ? /^(Edge|Level)(?=\s|$)/.exec(rest) : null;
  if (word) rest = rest.slice(word[0].length).trimStart();
  const flow = hw?.[2] ?? word?.[1] ?? /-(edge|level|fasteoi)$/.exec(chip)?.[1];
  return {
    chip,
    ...(hw ? { hwirq: Number(hw[1]) } : {}),
    ...(flow === undefined ? {} : { flow: flow.toLowerCase() }),
    devices: rest === '' ? [] : rest.split(/,\s+/).map((name) => name.trim()),
  };
}
