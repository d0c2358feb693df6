/**
 * Reads text that a user names. Everything may be wrong with it: missing, a directory, endless,
 * binary. Each is a diagnostic with a place and a fix, never a crash or a hang.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Diagnostic, DiagnosticsError } from '../base/diagnostics.js';

/** Largest input file. /proc/interrupts of a 112-CPU host has 2.4 MB; 16 MiB is far beyond any. */
export const MAX_INPUT_BYTES = 16 * 1024 * 1024;

const CHUNK_BYTES = 64 * 1024;

/** Names standard input; the command line takes `-` for it. */
export const STANDARD_INPUT = '/dev/stdin';

const RETRY_MS = 5;

/** Reads a piece; waits where the other end of a pipe has nothing yet. */
function readPiece(descriptor: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk, 0, chunk.length, null);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

/** A DiagnosticsError of one error about a file or an option. */
export function inputError(
  code: string,
  file: string,
  message: string,
  fix: string,
  at?: { readonly line: number; readonly column: number },
): DiagnosticsError {
  const diagnostic: Diagnostic = {
    code,
    severity: 'error',
    path: '',
    message,
    fix,
    place: { file, ...at },
  };
  return new DiagnosticsError([diagnostic]);
}

const FIXES: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  ENOENT: ['no such file', 'check the spelling and the directory that you run this in'],
  ENOTDIR: ['no such file: a part of the path is a file', 'check the spelling of the path'],
  EACCES: ['no permission', 'change the permissions, or copy the file to where you may read it'],
  EPERM: ['no permission', 'change the permissions, or copy the file to where you may read it'],
  EISDIR: ['is a directory', 'name a file'],
  ELOOP: ['is a symbolic link to itself', 'name the file that you mean'],
  ENOSPC: ['no space left on the device', 'free some space, or write elsewhere'],
  EROFS: ['the file system is read-only', 'write elsewhere'],
};

/** The error code of a failed system call, or undefined for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && 'syscall' in error ? error.code : undefined;
}

/** A failed system call as a diagnostic about `file`; any other error is handed back as it is. */
export function fileError(file: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === undefined) return error;
  const [message, fix] = FIXES[code] ?? [`the system refuses it (${code})`, 'see the message'];
  return inputError('cli/file', file, message, fix);
}

/** All bytes of an open file, or undefined if there are more than `maxBytes`. */
export function readBytes(descriptor: number, maxBytes: number): Buffer | undefined {
  // The size that the kernel states is no guide: files of /proc state 0, those of /sys 4096.
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const count = readPiece(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks, total);
    total += count;
    if (total > maxBytes) return undefined;
    chunks.push(chunk.subarray(0, count));
  }
}

function placeOfByte(bytes: Buffer, index: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < index; i++) {
    if (bytes[i] === 0x0a) {
      line += 1;
      lineStart = i + 1;
    }
  }
  return { line, column: index - lineStart + 1 };
}

/** Bytes as UTF-8 text. Throws a DiagnosticsError with the place of the first byte that is none. */
export function decodeText(file: string, bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const nul = bytes.indexOf(0);
  if (nul < 0 && isUtf8(bytes)) return text.replace(/^\uFEFF/, '');
  const replaced = text.indexOf('\uFFFD');
  const replacedAt = replaced < 0 ? bytes.length : Buffer.byteLength(text.slice(0, replaced));
  const at = placeOfByte(bytes, nul < 0 ? replacedAt : Math.min(nul, replacedAt));
  throw inputError(
    'cli/not-text',
    file,
    'is not UTF-8 text',
    'give the text file itself, not a binary or compressed copy; save it as UTF-8',
    at,
  );
}

/**
 * Reads a text file of at most `maxBytes`; `/dev/stdin` may be any pipe. Pipes are welcome
 * (`<(virsh dumpxml plc)`).
 * Throws a DiagnosticsError if it cannot be read, is too large or is not UTF-8.
 *
 * @example readTextFile('plan.yaml') // 'name: plc\n...'
 */
export function readTextFile(file: string, maxBytes: number = MAX_INPUT_BYTES): string {
  let descriptor: number | undefined;
  let bytes: Buffer | undefined;
  try {
    descriptor = file === STANDARD_INPUT ? 0 : openSync(file, 'r');
    if (fstatSync(descriptor).isDirectory()) {
      throw inputError('cli/file', file, 'is a directory', 'name a file');
    }
    bytes = readBytes(descriptor, maxBytes);
  } catch (error) {
    throw fileError(file, error);
  } finally {
    if (descriptor !== undefined && descriptor !== 0) closeSync(descriptor);
  }
  if (bytes === undefined) {
    throw inputError(
      'cli/too-large',
      file,
      `is larger than ${Math.round(maxBytes / 1024)} KiB`,
      'check that it is the file that you mean: no plan or configuration file is that large',
      { line: 1, column: 1 },
    );
  }
  return decodeText(file, bytes);
}
