import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CPU_LIST_DIALECTS, formatCpuList, parseCpuList } from '../../src/base/cpulist.js';

const cpuSet = fc
  .uniqueArray(fc.oneof(fc.nat(12), fc.nat(200), fc.nat(16_400)), { minLength: 1, maxLength: 40 })
  .map((cpus) => cpus.sort((a, b) => a - b));

test.each(CPU_LIST_DIALECTS)('%s: what is written is read back', (dialect) => {
  fc.assert(
    fc.property(cpuSet, (cpus) => {
      const text = formatCpuList(cpus, dialect);
      expect(text).not.toMatch(/[\^!]/);
      expect(parseCpuList(text, dialect)).toEqual({ cpus });
    }),
  );
});

interface Item {
  readonly first: number;
  readonly length: number;
  readonly exclude: boolean;
}
const item = fc.record({
  first: fc.nat(20),
  length: fc.integer({ min: 1, max: 6 }),
  exclude: fc.boolean(),
});
const write = ({ first, length, exclude }: Item) =>
  `${exclude ? '^' : ''}${first}${length > 1 ? `-${first + length - 1}` : ''}`;
const members = ({ first, length }: Item) => Array.from({ length }, (_, i) => first + i);
const ascending = (cpus: Iterable<number>) => [...cpus].sort((a, b) => a - b);

test('libvirt applies items one after the other', () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 8 }), (drawn) => {
      const items = drawn.map((i) => (i.exclude ? { ...i, length: 1 } : i));
      const expected = new Set<number>();
      for (const i of items) {
        for (const cpu of members(i)) i.exclude ? expected.delete(cpu) : expected.add(cpu);
      }
      const result = parseCpuList(items.map(write).join(','), 'libvirt');
      expect(result).toEqual({ cpus: ascending(expected) });
    }),
  );
});

test('Nova and tuned subtract the union of the exclusions from the union of the rest', () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 8 }), (items) => {
      const out = new Set(items.filter((i) => i.exclude).flatMap(members));
      const kept = items.filter((i) => !i.exclude).flatMap(members);
      const cpus = ascending(new Set(kept.filter((cpu) => !out.has(cpu))));
      const text = items.map(write).join(',');
      expect(parseCpuList(text, 'nova')).toEqual({ cpus });
      expect(parseCpuList(text, 'tuned')).toEqual({ cpus });
      expect(parseCpuList(text.replaceAll('^', '!'), 'tuned')).toEqual({ cpus });
    }),
  );
});

test('the two strides mean different things', () => {
  const draw = fc.tuple(fc.nat(20), fc.nat(40), fc.integer({ min: 1, max: 9 }), fc.nat(9));
  fc.assert(
    fc.property(draw, ([first, length, group, usedDrawn]) => {
      const last = first + length;
      const used = Math.min(usedDrawn, group);
      const range = Array.from({ length: length + 1 }, (_, i) => i);
      const kernel = range.filter((i) => i % group < used).map((i) => first + i);
      const taskset = range.filter((i) => i % group === 0).map((i) => first + i);
      expect(parseCpuList(`${first}-${last}:${used}/${group}`, 'kernel')).toEqual({ cpus: kernel });
      expect(parseCpuList(`${first}-${last}:${group}`, 'taskset')).toEqual({ cpus: taskset });
    }),
  );
});

test('no text throws, and every problem has a column inside the text or just after it', () => {
  const piece = fc.constantFrom(
    '0',
    '7',
    '12',
    '-',
    ',',
    '^',
    '!',
    ':',
    '/',
    'N',
    'all',
    ' ',
    '0x',
    'f',
    '+',
    '\n',
    '٣',
    '@',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.constantFrom(...CPU_LIST_DIALECTS),
      (pieces, dialect) => {
        const text = pieces.join('');
        const result = parseCpuList(text, dialect, { lastCpu: 15 });
        if (result.error !== undefined) {
          expect(result.column).toBeGreaterThanOrEqual(1);
          expect(result.column).toBeLessThanOrEqual(text.length + 1);
        } else {
          expect(result.cpus).toEqual(ascending(new Set(result.cpus)));
          // Reading the written form gives the same set: nothing was understood by half.
          if (result.cpus.length > 0) {
            expect(parseCpuList(formatCpuList(result.cpus, dialect), dialect)).toEqual(result);
          }
        }
      },
    ),
    { numRuns: 3000 },
  );
});
