/**
 * Tokens of a kernel command line, in order, duplicates and quotes kept.
 * Source: Linux lib/cmdline.c next_arg: spaces split outside double quotes, the first `=` ends the
 * name, `a-b` and `a_b` are one name, `--` ends the kernel's part. Leaves out: bootconfig.
 */
import type { Diagnostic, Place } from '../base/diagnostics.js';

export interface CmdlineToken {
  /** The text as written, quotes included. */
  readonly raw: string;
  /** The name with `-` written `_`: what tokens are compared by. */
  readonly key: string;
  /** What follows the `=`, quotes removed as the kernel does; absent without `=`. */
  readonly value?: string;
  readonly index: number;
  readonly place: Place;
}

export interface CmdlineTokens {
  readonly tokens: readonly CmdlineToken[];
  /** What follows `--`: arguments of init. */
  readonly initArguments: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Longest text accepted; x86 itself keeps 2048 characters. */
const MAX_LENGTH = 65_536;
const X86_LENGTH = 2048;
/** A file of more lines than this is some other file. */
const MAX_LINES = 4;

/** Splits a command line. A text that cannot be one gives no tokens and an error. */
export function splitCmdline(text: string, file: string): CmdlineTokens {
  const refusal = refuse(text, file);
  if (refusal) return { tokens: [], initArguments: [], diagnostics: [refusal] };
  const diagnostics: Diagnostic[] = [];
  const tokens: CmdlineToken[] = [];
  const initArguments: string[] = [];
  let ended = false;
  let line = 1;
  let lineStart = 0;
  for (let at = 0; at < text.length; ) {
    if (isSpace(text[at])) {
      if (text[at] === '\n') {
        line += 1;
        lineStart = at + 1;
      }
      at += 1;
      continue;
    }
    const { end, open } = tokenEnd(text, at);
    const raw = text.slice(at, end);
    const place = { file, line, column: at - lineStart + 1 };
    if (open) diagnostics.push(openQuote(raw, place));
    if (ended) initArguments.push(raw);
    else if (raw === '--') ended = true;
    else tokens.push(makeToken(raw, tokens.length, place));
    at = end;
  }
  if (text.trim().length > X86_LENGTH) {
    diagnostics.push({
      code: 'cmdline/cut',
      severity: 'warning',
      path: '',
      message: `longer than the ${X86_LENGTH} characters that x86 keeps: the rest is cut at boot`,
      place: { file, line: 1, column: X86_LENGTH + 1 },
    });
  }
  return { tokens, initArguments, diagnostics };
}

function refuse(text: string, file: string): Diagnostic | undefined {
  const problem = (message: string, fix?: string): Diagnostic => ({
    code: 'cmdline/not-a-command-line',
    severity: 'error',
    path: '',
    message,
    ...(fix ? { fix } : {}),
    place: { file, line: 1, column: 1 },
  });
  const fix = 'bring the text of /proc/cmdline';
  if (text.length > MAX_LENGTH) return problem(`longer than ${MAX_LENGTH} characters`, fix);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
  if (/[\u0000-\u0008\u000E-\u001F]/.test(text.trimEnd())) {
    return problem('control characters: this is no text', fix);
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '').length;
  if (lines > MAX_LINES) return problem(`${lines} lines: a command line is one line`, fix);
  return undefined;
}

function isSpace(c: string): boolean {
  return c === ' ' || (c >= '\t' && c <= '\r');
}

function tokenEnd(text: string, start: number): { end: number; open: boolean } {
  let quoted = false;
  let at = start;
  for (; at < text.length && (quoted || !isSpace(text[at])); at += 1) {
    if (text[at] === '"') quoted = !quoted;
  }
  return { end: at, open: quoted };
}

function openQuote(raw: string, place: Place): Diagnostic {
  return {
    code: 'cmdline/open-quote',
    severity: 'warning',
    path: raw.slice(0, 40),
    message: 'a double quote is never closed: the kernel takes everything after it as one value',
    fix: 'close the quote',
    place,
  };
}

function makeToken(raw: string, index: number, place: Place): CmdlineToken {
  let text = raw;
  // A quote before the name encloses the whole token, one after the `=` only the value.
  if (text.startsWith('"'))
    text = text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined);
  const equals = text.indexOf('=', 1);
  const name = equals < 0 ? text : text.slice(0, equals);
  const key = name.replaceAll('-', '_');
  if (equals < 0) return { raw, key, index, place };
  let value = text.slice(equals + 1);
  if (value.startsWith('"'))
    value = value.slice(1, value.endsWith('"') && value.length > 1 ? -1 : undefined);
  return { raw, key, value, index, place };
}
