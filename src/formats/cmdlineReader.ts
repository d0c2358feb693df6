/**
 * Typed reading of command line tokens, with the account: a parameter that is read is used, its
 * earlier repetitions are ignored because the last one counts, the rest is kept or ignored by table.
 */
import { type CpuListDialect, parseCpuList } from '../base/cpulist.js';
import type { Diagnostic } from '../base/diagnostics.js';
import type { AccountEntry } from './account.js';
import { ignoredReason } from './cmdlineKeys.js';
import type { CmdlineToken } from './cmdlineTokens.js';

export class CmdlineReader {
  readonly diagnostics: Diagnostic[] = [];
  private readonly byKey = new Map<string, CmdlineToken[]>();
  private readonly used = new Set<number>();
  private readonly ignored = new Map<number, string>();

  constructor(
    readonly tokens: readonly CmdlineToken[],
    private readonly lastCpu: number | undefined,
  ) {
    for (const token of tokens) {
      const same = this.byKey.get(token.key);
      if (same) same.push(token);
      else this.byKey.set(token.key, [token]);
    }
  }

  /** Every token of a name, all marked used. */
  all(key: string): readonly CmdlineToken[] {
    const found = this.byKey.get(key) ?? [];
    for (const token of found) this.used.add(token.index);
    return found;
  }

  /** The last token of a name; earlier ones are ignored. */
  last(key: string): CmdlineToken | undefined {
    const found = this.byKey.get(key) ?? [];
    for (const token of found.slice(0, -1)) this.ignore(token, 'repeated: the last one counts');
    const token = found.at(-1);
    if (token) this.used.add(token.index);
    return token;
  }

  /** The value of the last token of a name. */
  text(key: string): string | undefined {
    return this.last(key)?.value;
  }

  /** True if the name stands on the line, with or without a value. */
  flag(key: string): boolean {
    return this.last(key) !== undefined;
  }

  /** A whole number, decimal or 0x. */
  integer(key: string): number | undefined {
    const token = this.last(key);
    if (!token) return undefined;
    const value = token.value ?? '';
    if (/^-?(0x[0-9a-f]{1,12}|\d{1,15})$/i.test(value)) return Number(value);
    this.warn(token, 'cmdline/not-a-number', `"${value}" is not a number: the kernel ignores it`);
    this.ignore(token, 'its value is not a number');
    return undefined;
  }

  /** A CPU list in a dialect. */
  cpus(key: string, dialect: CpuListDialect = 'kernel'): readonly number[] | undefined {
    const token = this.last(key);
    if (!token) return undefined;
    const list = parseCpuList(token.value ?? '', dialect, { lastCpu: this.lastCpu });
    if (list.error === undefined) return list.cpus;
    this.warn(token, 'cmdline/cpu-list', list.error, list.fix);
    this.ignore(token, `its CPU list cannot be read: ${list.error}`);
    return undefined;
  }

  ignore(token: CmdlineToken, reason: string): void {
    this.used.delete(token.index);
    this.ignored.set(token.index, reason);
  }

  warn(token: CmdlineToken, code: string, message: string, fix?: string): void {
    this.diagnostics.push({
      code,
      severity: 'warning',
      path: token.key,
      message,
      ...(fix === undefined ? {} : { fix }),
      place: token.place,
    });
  }

  /** One entry a token, in order. */
  account(): AccountEntry[] {
    return this.tokens.map((token) => {
      const path = `token[${token.index}] ${token.key}`;
      if (this.used.has(token.index)) return { path, disposition: 'used' };
      const reason = this.ignored.get(token.index) ?? ignoredReason(token.key);
      return reason === undefined
        ? { path, disposition: 'kept' }
        : { path, disposition: 'ignored', reason };
    });
  }
}
