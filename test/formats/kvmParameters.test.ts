import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readKvmParameters } from '../../src/formats/kvmParameters.js';

const read = (source: string | ReadonlyMap<string, string>) => readKvmParameters(source, 'kvm');
const values = (source: string | ReadonlyMap<string, string>) => {
  const { raw, ...fields } = read(source).value;
  return { ...fields, raw: Object.fromEntries(raw) };
};

test('every form of the same facts', () => {
  const expected = {
    haltPollNs: 0,
    lapicTimerAdvanceNs: -1,
    kvmclockPeriodicSync: false,
    preemptionTimer: true,
    raw: {
      'kvm.halt_poll_ns': '0',
      'kvm.lapic_timer_advance_ns': '-1',
      'kvm.kvmclock_periodic_sync': 'N',
      'kvm_intel.preemption_timer': 'Y',
    },
  };
  const names = [
    'kvm/parameters/halt_poll_ns',
    'kvm/parameters/lapic_timer_advance_ns',
    'kvm/parameters/kvmclock_periodic_sync',
    'kvm_intel/parameters/preemption_timer',
  ];
  const texts = ['0', '-1', 'N', 'Y'];
  const paths = names.map((name) => `/sys/module/${name}`);
  expect(values(new Map(paths.map((path, i) => [path, `${texts[i]}\n`])))).toEqual(expected);
  expect(values(paths.map((path, i) => `${path}:${texts[i]}`).join('\n'))).toEqual(expected);
  expect(
    values(
      'halt_poll_ns\t0\nlapic_timer_advance_ns\t-1\nkvmclock_periodic_sync\tN\npreemption_timer\tY\n',
    ),
  ).toEqual(expected);
  expect(
    values(
      '# comment\noptions kvm halt_poll_ns=0 \\\n lapic_timer_advance_ns=-1 kvmclock_periodic_sync=0\noptions kvm-intel preemption_timer\noptions snd x=1\nblacklist nouveau\n',
    ),
  ).toEqual({
    ...expected,
    raw: { ...expected.raw, 'kvm.kvmclock_periodic_sync': '0' },
  });
});

test('booleans in all their spellings, numbers, and what is neither', () => {
  for (const text of ['Y', 'y', '1', 'on', 'force', 'auto']) {
    expect(values(`nx_huge_pages\t${text}`).nxHugePages).toBe(true);
  }
  for (const text of ['N', 'n', '0', 'off', 'never']) {
    expect(values(`nx_huge_pages\t${text}`).nxHugePages).toBe(false);
  }
  const bad = read('options kvm halt_poll_ns=off nx_huge_pages=maybe');
  expect(bad.diagnostics.map((d) => d.severity)).toEqual(['warning', 'warning']);
  expect(bad.account.map((e) => e.disposition)).toEqual(['ignored', 'ignored']);
  expect(bad.value.haltPollNs).toBeUndefined();
});

test('unknown parameters are kept, near misses are named, repetitions end with the last', () => {
  const { value, diagnostics, account } = read(
    'options kvm halt_pol_ns=0 tdp_mmu=Y halt_poll_ns=1 halt_poll_ns=2',
  );
  expect(value.haltPollNs).toBe(2);
  expect(diagnostics.map((d) => d.fix)).toEqual(['write halt_poll_ns']);
  expect(account.map((e) => `${e.path} ${e.disposition}`)).toEqual([
    'kvm.halt_pol_ns kept',
    'kvm.tdp_mmu kept',
    'kvm.halt_poll_ns used',
    'kvm.halt_poll_ns ignored',
    'kvm.halt_poll_ns used',
  ]);
});

test('what holds no parameter is refused', () => {
  for (const text of [
    '',
    'Some prose about halt polling.\n\nMore prose, with words.\n',
    '\u0000\u0001',
  ]) {
    expect(read(text).diagnostics.some((d) => d.severity === 'error')).toBe(true);
  }
});

test('no text throws or hangs', () => {
  const piece = fc.constantFrom(
    'options',
    ' ',
    '\t',
    'kvm',
    'kvm_intel',
    '=',
    'ple_gap',
    '__proto__',
    '1',
    ':',
    '/',
    '\n',
    '\\\n',
    '.',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const { value, account } = read(pieces.join(''));
      expect(account.length).toBeGreaterThanOrEqual(value.raw.size);
    }),
    { numRuns: 1000 },
  );
});
