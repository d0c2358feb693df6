/** The form of a command: what it takes as data, what it does as a function. */
import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import type { Context } from './context.js';
import type { ExitCode } from './exitCodes.js';

export type OptionTable = Readonly<Record<string, Options>>;
type PositionalTable = Readonly<Record<string, PositionalOptions>>;

interface CommandParts<O extends OptionTable, P extends PositionalTable> {
  /** In yargs form, as in `run <plan>`. */
  readonly command: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly positionals: P;
  readonly options: O;
  readonly examples: ReadonlyArray<readonly [command: string, meaning: string]>;
  run(
    args: InferredOptionTypes<O> & InferredOptionTypes<P>,
    context: Context,
  ): ExitCode | Promise<ExitCode>;
}

/** A command whose argument types are forgotten, so that all fit one list. */
export interface Command extends Omit<CommandParts<OptionTable, PositionalTable>, 'run'> {
  run(args: never, context: Context): ExitCode | Promise<ExitCode>;
}

/** Ties the type of a command's arguments to its tables of options. */
export function defineCommand<O extends OptionTable, P extends PositionalTable>(
  parts: CommandParts<O, P>,
): Command {
  return parts;
}

/** Options that several commands share. */
export const JSON_OPTION = {
  json: { type: 'boolean', default: false, describe: 'Print JSON on standard output' },
} as const satisfies OptionTable;

export const ACCEPT_ASSUMED_OPTION = {
  'accept-assumed': {
    type: 'boolean',
    default: false,
    describe: 'Exit with 0, not 5, where a guarantee rests on assumed figures',
  },
} as const satisfies OptionTable;

export const EXIT_ZERO_OPTION = {
  'exit-zero': {
    type: 'boolean',
    default: false,
    describe: 'Exit with 0 whatever the verdicts are',
  },
} as const satisfies OptionTable;
