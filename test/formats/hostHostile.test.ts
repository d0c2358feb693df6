/**
 * Texts made to crash or hang a reader. None may throw; a hang ends in the timeout of the test.
 * Each once made a naive version slow (quadratic) or overflow its stack.
 */
import { expect, test } from 'vitest';
import { CPU_LIST_DIALECTS, parseCpuList } from '../../src/base/cpulist.js';
import type { Reading } from '../../src/formats/account.js';
import { readIrqAffinity } from '../../src/formats/irqAffinity.js';
import { readKernelCmdline } from '../../src/formats/kernelCmdline.js';
import { readKvmParameters } from '../../src/formats/kvmParameters.js';
import { readProcInterrupts } from '../../src/formats/procInterrupts.js';
import { readLscpu } from '../../src/formats/topologyLscpu.js';
import { readLstopo } from '../../src/formats/topologyLstopo.js';
import { readSysfsTopology } from '../../src/formats/topologySysfs.js';

const TEXTS: Readonly<Record<string, string>> = {
  spaces: ' '.repeat(1e6),
  newlines: '\n'.repeat(1e6),
  'header words': 'CPU '.repeat(1e6),
  'one long row': `CPU0 CPU1\n${' 1: '.repeat(5e5)}`,
  'one long tail': `CPU0\n1: 1 ${'a '.repeat(1e6)}`,
  digits: '1'.repeat(1e6),
  commas: ','.repeat(1e6),
  masks: '0x'.repeat(1e6),
  strides: '0-1:1/2,'.repeat(1e5),
  paths: `${'a/'.repeat(1e6)}\t1`,
  pairs: 'a:b\n'.repeat(1e5),
  options: 'options kvm '.repeat(1e5),
  continuations: '\\\n'.repeat(1e5),
  braces: '{'.repeat(1e6),
  tags: '<'.repeat(1e6),
  'one file again and again': 'proc/irq/1/smp_affinity_list\t0-65535\n'.repeat(3000),
  'many nodes': `CPU(s): 65000\nThread(s) per core: 2\n${Array.from({ length: 3000 }, (_, i) => `NUMA node${i} CPU(s): 0-65535`).join('\n')}`,
  prototype: '__proto__=1 constructor=2 __proto__:3\n__proto__\t4\n',
  binary: '\u0000\uFFFF\uD800',
};

const READERS: Readonly<Record<string, (text: string) => Reading<unknown>>> = {
  cmdline: (text) => readKernelCmdline(text, 'f'),
  interrupts: (text) => readProcInterrupts(text, 'f'),
  'irq tree': (text) => readIrqAffinity(text, 'f'),
  'kvm parameters': (text) => readKvmParameters(text, 'f'),
  lscpu: (text) => readLscpu(text, 'f'),
  lstopo: (text) => readLstopo(text, 'f'),
  sysfs: (text) => readSysfsTopology(text, 'f'),
};

test.each(Object.keys(READERS))('%s survives every text', (name) => {
  for (const text of Object.values(TEXTS)) {
    const { diagnostics } = READERS[name](text);
    for (const d of diagnostics) expect(d.message.length).toBeLessThan(1000);
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect({}.constructor).toBe(Object);
});

test.each(CPU_LIST_DIALECTS)('a %s list survives every text', (dialect) => {
  for (const text of Object.values(TEXTS)) {
    const result = parseCpuList(text, dialect, { lastCpu: 7 });
    if (result.error !== undefined) expect(result.error.length).toBeLessThan(1000);
  }
});
