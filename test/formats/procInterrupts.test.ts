import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpusFired, mergeIrqs, readIrqAffinity } from '../../src/formats/irqAffinity.js';
import { readProcInterrupts } from '../../src/formats/procInterrupts.js';

const TEXT = `            CPU0       CPU2       CPU3
   1:          9          0          0   IO-APIC   1-edge      i8042
  24:          0          7 4000000001  IR-PCI-MSIX-0000:86:00.1   3-edge      i40e-eno3-TxRx-3, shared name
  25:          1          0          0   PCI-MSI-edge      virtio0-req.0
  26:          0          0          0  None
  27:          0          0          0     GICv3  30 Level     arch_timer
 NMI:          0          1          2   Non-maskable interrupts
 ERR:          5
 MIS:          0
`;

test('rows, columns of online CPUs, chips, devices', () => {
  const { value, diagnostics, account } = readProcInterrupts(TEXT, 'interrupts');
  expect(diagnostics).toEqual([]);
  expect(value.cpus).toEqual([0, 2, 3]);
  expect(value.rows.slice(0, 5)).toEqual([
    {
      label: '1',
      irq: 1,
      counts: [9, 0, 0],
      chip: 'IO-APIC',
      hwirq: 1,
      flow: 'edge',
      devices: ['i8042'],
    },
    {
      label: '24',
      irq: 24,
      counts: [0, 7, 4000000001],
      chip: 'IR-PCI-MSIX-0000:86:00.1',
      hwirq: 3,
      flow: 'edge',
      devices: ['i40e-eno3-TxRx-3', 'shared name'],
    },
    {
      label: '25',
      irq: 25,
      counts: [1, 0, 0],
      chip: 'PCI-MSI-edge',
      flow: 'edge',
      devices: ['virtio0-req.0'],
    },
    { label: '26', irq: 26, counts: [0, 0, 0], chip: 'None', devices: [] },
    {
      label: '27',
      irq: 27,
      counts: [0, 0, 0],
      chip: 'GICv3',
      hwirq: 30,
      flow: 'level',
      devices: ['arch_timer'],
    },
  ]);
  expect(value.rows[5]).toEqual({
    label: 'NMI',
    counts: [0, 1, 2],
    devices: [],
    description: 'Non-maskable interrupts',
  });
  expect(value.rows[6]).toEqual({ label: 'ERR', counts: [5], devices: [] });
  expect(account.length).toBe(8);
  expect(cpusFired(value.rows[1], value)).toEqual([2, 3]);
});

test('short, doubled and foreign rows are warnings at their line', () => {
  const text = `CPU0 CPU1\n 1: 3 4 IO-APIC 1-edge a\n 2: 3\nnonsense\n 1: 1 1 x\n`;
  const { value, diagnostics, account } = readProcInterrupts(text, 'f');
  expect(value.rows.length).toBe(1);
  expect(diagnostics.map((d) => `${d.severity} ${d.place?.line}`)).toEqual([
    'warning 3',
    'warning 4',
    'warning 5',
  ]);
  expect(account.map((e) => e.disposition)).toEqual(['used', 'ignored', 'ignored', 'ignored']);
});

test('what has no header is refused', () => {
  for (const text of ['', 'SMP IRQ affinity\n', 'CPU0 CPU0\n', 'CPU0 x\n', '\u0000']) {
    expect(readProcInterrupts(text, 'f').diagnostics.map((d) => d.severity)).toEqual(['error']);
  }
});

test('affinity trees: lists win over masks, both sources join by number', () => {
  const tree = readIrqAffinity(
    'proc/irq/default_smp_affinity\tf\nproc/irq/24/smp_affinity\tc\nproc/irq/24/smp_affinity_list\t2-3\n' +
      'proc/irq/24/smp_affinity\tc\nproc/irq/24/effective_affinity\t4\nproc/irq/24/node\t-1\n' +
      'proc/irq/99/smp_affinity_list\t0\nproc/irq/99/node\t1\nproc/irq/24/spurious\tcount 0\n',
    'irq',
  );
  expect(tree.diagnostics).toEqual([]);
  expect(tree.value).toEqual({
    defaultAffinity: [0, 1, 2, 3],
    irqs: [
      { irq: 24, affinity: [2, 3], effective: [2] },
      { irq: 99, affinity: [0], node: 1 },
    ],
  });
  expect(tree.account.find((e) => e.path === 'proc/irq/24/spurious')?.disposition).toBe('ignored');
  const merged = mergeIrqs(readProcInterrupts(TEXT, 'f').value, tree.value);
  expect(merged.map((f) => [f.irq, f.affinity?.length, f.row?.devices.length])).toEqual([
    [1, undefined, 1],
    [24, 2, 2],
    [25, undefined, 1],
    [26, undefined, 0],
    [27, undefined, 1],
    [99, 1, undefined],
  ]);
  expect(readIrqAffinity(new Map([['7/smp_affinity_list', '4\n']]), 'irq').value.irqs).toEqual([
    { irq: 7, affinity: [4] },
  ]);
  const broken = readIrqAffinity('7/smp_affinity_list\t4-\n', 'irq');
  expect(broken.diagnostics.map((d) => d.code)).toEqual(['irq/affinity']);
  expect(readIrqAffinity('junk', 'irq').diagnostics.map((d) => d.code)).toEqual([
    'listing/line',
    'irq/none',
  ]);
});

test('no mutation throws, and no row has a count for a CPU that is not there', () => {
  const edit = fc.tuple(
    fc.nat(TEXT.length),
    fc.nat(8),
    fc.constantFrom('', ':', ' ', '\n', '9', 'CPU7', '-', ',', '\u0000'),
  );
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 5 }), (edits) => {
      let text = TEXT;
      for (const [at, cut, put] of edits) text = text.slice(0, at) + put + text.slice(at + cut);
      const { value } = readProcInterrupts(text, 'f');
      for (const row of value.rows)
        expect(row.counts.length).toBeLessThanOrEqual(value.cpus.length);
    }),
    { numRuns: 1000 },
  );
});
