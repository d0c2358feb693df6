import { describe, expect, test } from 'vitest';
import { wantsColour, widthOf } from '../../src/cli/context.js';

const terminal = { write: () => true, isTTY: true, columns: 300 };
const pipe = { write: () => true };

describe('wantsColour', () => {
  test.each([
    [true, terminal, {}],
    [true, terminal, { NO_COLOR: '' }],
    [false, terminal, { NO_COLOR: '1' }],
    [false, terminal, { TERM: 'dumb' }],
    [false, pipe, {}],
  ])('%s', (expected, output, env) => {
    expect(wantsColour(output, env)).toBe(expected);
  });
});

describe('widthOf', () => {
  test('is that of the terminal within limits, else COLUMNS, else 100', () => {
    expect(widthOf(terminal, {})).toBe(160);
    expect(widthOf({ ...terminal, columns: 20 }, {})).toBe(60);
    expect(widthOf({ ...terminal, columns: 111 }, {})).toBe(111);
    expect(widthOf(pipe, {})).toBe(100);
    expect(widthOf(pipe, { COLUMNS: '130' })).toBe(130);
    expect(widthOf(pipe, { COLUMNS: 'wide' })).toBe(100);
    expect(widthOf(terminal, { COLUMNS: '130' })).toBe(160);
  });
});
