/** Files that may break a rule of test/arch, each with the reason. An unused entry fails too. */

export interface Exception {
  readonly file: string;
  readonly rule: string;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [];
