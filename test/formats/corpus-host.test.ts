import { expect } from 'vitest';
import { mergeIrqs, readIrqAffinity } from '../../src/formats/irqAffinity.js';
import { readKernelCmdline } from '../../src/formats/kernelCmdline.js';
import { readKvmParameters } from '../../src/formats/kvmParameters.js';
import { readProcInterrupts } from '../../src/formats/procInterrupts.js';
import { corpusFiles, corpusTest, corpusText } from './hostCorpus.js';

/** The documentation beside the real files: prose must be refused, not half read. */
const isProse = (file: string) => /\.(rst|txt)$/.test(file);

corpusTest('every kernel command line is read, every other file refused with its reason', () => {
  const refused: Record<string, string> = {};
  let read = 0;
  for (const file of corpusFiles('kernel-cmdline')) {
    const { value, diagnostics, account } = readKernelCmdline(
      corpusText(`kernel-cmdline/${file}`),
      file,
    );
    const error = diagnostics.find((d) => d.severity === 'error');
    if (error) {
      refused[file] = error.code;
      continue;
    }
    read += 1;
    expect(value.tokens.length, file).toBeGreaterThan(5);
    expect(account.length, file).toBe(value.tokens.length);
    expect(value.kernelRelease, file).toMatch(/^5\.14\.0-/);
  }
  expect(read).toBeGreaterThanOrEqual(2);
  for (const [file, code] of Object.entries(refused)) {
    expect(isProse(file), file).toBe(true);
    expect(code, file).toBe('cmdline/not-a-command-line');
  }
});

corpusTest('every /proc/interrupts is read without a lost row', () => {
  let read = 0;
  for (const file of corpusFiles('proc-interrupts').filter((name) => !name.endsWith('.tsv'))) {
    const text = corpusText(`proc-interrupts/${file}`);
    const { value, diagnostics, account } = readProcInterrupts(text, file);
    if (isProse(file)) {
      expect(
        diagnostics.map((d) => d.code),
        file,
      ).toEqual(['interrupts/row']);
      expect(value.rows).toEqual([]);
      continue;
    }
    read += 1;
    expect(diagnostics, file).toEqual([]);
    const lines = text.split('\n').filter((line) => line.trim() !== '').length;
    expect(value.rows.length, file).toBe(lines - 1);
    expect(account.length, file).toBe(lines - 1);
    for (const row of value.rows) {
      if (row.irq !== undefined) expect(row.chip, `${file} ${row.label}`).toBeTruthy();
      expect([1, value.cpus.length]).toContain(row.counts.length);
    }
    expect(value.rows.find((row) => row.label === 'LOC')?.description).toBe(
      'Local timer interrupts',
    );
  }
  expect(read).toBeGreaterThanOrEqual(4);
});

corpusTest('every affinity tree is read and joins its /proc/interrupts', () => {
  const trees = corpusFiles('proc-interrupts').filter((name) => name.endsWith('.tsv'));
  expect(trees.length).toBeGreaterThanOrEqual(2);
  for (const file of trees) {
    const tree = readIrqAffinity(corpusText(`proc-interrupts/${file}`), file);
    expect(tree.diagnostics, file).toEqual([]);
    const host = file.replace(/[^/]+$/, 'interrupts');
    const { value } = readProcInterrupts(corpusText(`proc-interrupts/${host}`), host);
    const merged = mergeIrqs(value, tree.value);
    // Every interrupt that is shown has a directory; some directories have no handler yet.
    expect(
      merged.filter((facts) => facts.row && !facts.affinity),
      file,
    ).toEqual([]);
    expect(merged.length, file).toBe(tree.value.irqs.length);
    expect(tree.value.defaultAffinity?.length, file).toBe(value.cpus.length);
  }
});

corpusTest('prose about KVM parameters is refused', () => {
  // The corpus has no dump of real parameters: those forms are tested on hand-made texts.
  const files = corpusFiles('kvm-params');
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const { value, diagnostics } = readKvmParameters(corpusText(`kvm-params/${file}`), file);
    expect(
      diagnostics.map((d) => d.code),
      file,
    ).toEqual(['kvm/not-parameters']);
    expect(value.raw.size, file).toBe(0);
  }
});
