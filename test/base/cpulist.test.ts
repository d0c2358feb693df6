import { expect, test } from 'vitest';
import { type CpuListDialect, formatCpuList, parseCpuList } from '../../src/base/cpulist.js';

/** `cpus` joined by spaces, or `column: error`. */
function read(text: string, dialect: CpuListDialect, options = {}): string {
  const result = parseCpuList(text, dialect, options);
  return result.error === undefined ? result.cpus.join(' ') : `${result.column}: ${result.error}`;
}

function fixOf(text: string, dialect: CpuListDialect): string | undefined {
  return parseCpuList(text, dialect).fix;
}

test('kernel: strides, N, all, spaces and empty items', () => {
  expect(read('0-3,8', 'kernel')).toBe('0 1 2 3 8');
  expect(read('0-15:2/4', 'kernel')).toBe('0 1 4 5 8 9 12 13');
  expect(read('0-5:4/4', 'kernel')).toBe('0 1 2 3 4 5');
  expect(read('0-5:0/4', 'kernel')).toBe('');
  expect(read('N,2-N:1/2', 'kernel', { lastCpu: 7 })).toBe('2 4 6 7');
  expect(read('all:1/4', 'kernel', { lastCpu: 7 })).toBe('0 4');
  expect(read(' 1 ,, 3\n', 'kernel')).toBe('1 3');
  expect(read('', 'kernel')).toBe('');
  expect(read('N', 'kernel')).toMatch(/^1: "N" needs/);
  expect(read('0-7:2', 'kernel')).toMatch(/^4: a stride of the kernel/);
  expect(read('0-7:5/4', 'kernel')).toMatch(/^4: 5 of a group of 4/);
  expect(read('0-7:1/0', 'kernel')).toMatch(/^4: a group of 0/);
  expect(read('4:1/2', 'kernel')).toMatch(/^2: a stride follows a range/);
});

test('an exclusion where there is none is mended by the plain list', () => {
  expect(read('1-4,^3', 'kernel')).toMatch(/^5: /);
  expect(fixOf('1-4,^3', 'kernel')).toBe('write 1-2,4');
  expect(fixOf('1-4,!3', 'kubernetes')).toBe('write 1-2,4');
  expect(read('1-8,^3-5', 'libvirt')).toBe('5: ^ excludes one CPU, not a range');
  expect(fixOf('1-8,^3-5', 'libvirt')).toBe('write 1-2,6-8');
});

test('libvirt excludes in turn, Nova last', () => {
  expect(read('1-4,^3', 'libvirt')).toBe('1 2 4');
  expect(read('^3,1-4', 'libvirt')).toBe('1 2 3 4');
  expect(read('^3,1-4', 'nova')).toBe('1 2 4');
  expect(read('^3-5, 1 - 8,,', 'nova')).toBe('1 2 6 7 8');
  expect(read(' 1 , 3 - 4,', 'libvirt')).toBe('1 3 4');
  expect(read('1,,3', 'libvirt')).toMatch(/^3: /);
  expect(read('', 'libvirt')).toBe('1: the list is empty');
  expect(read('1 3', 'libvirt')).toMatch(/^3: /);
});

test('tuned: quotes, both exclusions, masks that swallow their commas', () => {
  expect(read('"1-3,^2,0xf0,,5"', 'tuned')).toBe('1 3 4 5 6 7');
  expect(read('0-7,!2-3', 'tuned')).toBe('0 1 4 5 6 7');
  expect(read('0xf,00000000', 'tuned')).toBe('32 33 34 35');
  expect(read('0xg', 'tuned')).toMatch(/^3: "g"/);
});

test('kubernetes takes nothing but numbers and ranges', () => {
  expect(read('0-3,8', 'kubernetes')).toBe('0 1 2 3 8');
  expect(read('0-3, 8', 'kubernetes')).toBe('5: a space is not allowed here');
  expect(read('0-3,', 'kubernetes')).toMatch(/^5: /);
  expect(read('-1', 'kubernetes')).toMatch(/^1: .*never negative/);
});

test('numa: the prefix inverts or shifts the whole list', () => {
  expect(read('!0-1', 'numa', { lastCpu: 3 })).toBe('2 3');
  expect(read('!0-1,3', 'numa', { lastCpu: 5 })).toBe('2 4 5');
  expect(read('+0,2', 'numa', { allowed: [8, 4, 6] })).toBe('4 8');
  expect(read('+3', 'numa', { allowed: [4] })).toMatch(/beyond the 1 allowed/);
  expect(read('all', 'numa', { lastCpu: 2 })).toBe('0 1 2');
  expect(read('0-3,!1', 'numa')).toMatch(/^5: /);
  expect(read('!0', 'numa')).toMatch(/^1: ! needs/);
});

test('taskset, DPDK and systemd', () => {
  expect(read('0-10:2', 'taskset')).toBe('0 2 4 6 8 10');
  expect(read('0-10:0', 'taskset')).toMatch(/^5: a stride of 0/);
  expect(read('1, 3-5', 'dpdk')).toBe('1 3 4 5');
  expect(read('0-1 3,5', 'systemd')).toBe('0 1 3 5');
});

test('masks: groups of 32 bits and one number', () => {
  expect(read('1,00000001', 'hex-groups')).toBe('0 32');
  expect(read('000007e0', 'hex')).toBe('5 6 7 8 9 10');
  expect(read('0x1F\n', 'hex')).toBe('0 1 2 3 4');
  expect(read('f,1,00000000', 'hex-groups')).toBe('32 64 65 66 67');
  expect(read('fg', 'hex')).toBe('2: "g" is not a hexadecimal digit');
  expect(read('1,z', 'hex-groups')).toBe('3: "z" is not a hexadecimal digit');
  expect(read('1,,1', 'hex-groups')).toBe('3: the mask has no digits here');
  expect(read('0x', 'hex')).toBe('3: the mask has no digits here');
  expect(read('123456789,1', 'hex-groups')).toMatch(/^1: a group has 9 digits/);
  expect(formatCpuList([], 'hex')).toBe('0x0');
  expect(formatCpuList([0, 79], 'hex-groups')).toBe('8000,00000000,00000001');
  expect(formatCpuList([31], 'hex')).toBe('0x80000000');
});

test('large machines, limits, and texts made to hang', () => {
  expect(read('16383', 'libvirt')).toBe('16383');
  expect(read('65536', 'kernel')).toBe('1: CPU 65536 is beyond the limit 65535');
  expect(read('4,9', 'kernel', { limit: 8 })).toBe('3: CPU 9 is beyond the limit 7');
  expect(read('0-99999999999999999999', 'kernel')).toMatch(/^1: /);
  expect(read('7-3', 'taskset')).toBe('1: the range 7-3 descends');
  expect(fixOf('7-3', 'taskset')).toBe('write 3-7');
  expect(read('0-65535,'.repeat(1000), 'kernel')).toMatch(/repeats itself/);
  expect(read(`0x${'f'.repeat(100_000)}`, 'hex')).toMatch(/the limit is 65535/);
});

test('the formatter refuses what is no CPU number', () => {
  expect(() => formatCpuList([-1], 'kernel')).toThrow(RangeError);
  expect(() => formatCpuList([1.5], 'kernel')).toThrow(RangeError);
  expect(formatCpuList([3, 1, 2, 2, 8], 'kernel')).toBe('1-3,8');
});
