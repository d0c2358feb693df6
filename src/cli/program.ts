/**
 * Builds the yargs program from the list of commands and runs the one that was asked for.
 * yargs only parses: the chosen command runs afterwards, so that its errors never pass through
 * yargs and usage errors look like all others.
 */
import yargs, { type Argv } from 'yargs';
import { DiagnosticsError } from '../base/diagnostics.js';
import { nearestName } from '../base/suggest.js';
import type { Command } from './command.js';
import { GROUPS } from './commandList.js';
import { type Context, widthOf } from './context.js';
import { EXIT, EXIT_CODE_MEANINGS, type ExitCode } from './exitCodes.js';
import { packageVersion } from './packageFiles.js';
import { diagnosticToJson, jsonText, printDiagnostics } from './printDiagnostics.js';
import { usageError } from './usage.js';
import { readableWords, refuseRepeats } from './words.js';

type Action = (context: Context) => ExitCode | Promise<ExitCode>;

const EPILOGUE = [
  'Exit codes:',
  ...EXIT_CODE_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`),
].join('\n');

/** Every option of every command, for suggestions. */
function optionNames(): string[] {
  const names = GROUPS.flatMap((g) => g.commands.flatMap((c) => Object.keys(c.options)));
  return [...new Set([...names, 'help', 'version'])];
}

function addCommand(parent: Argv, command: Command, choose: (action: Action) => void): void {
  parent.command({
    command: command.command,
    describe: command.summary,
    builder: (y: Argv) => {
      for (const [name, positional] of Object.entries(command.positionals)) {
        y.positional(name, positional);
      }
      return y
        .options(command.options)
        .example(command.examples.map(([text, meaning]) => [text, meaning]))
        .check((args) => refuseRepeats(command, args));
    },
    handler: (args) => choose((context) => command.run(args as never, context)),
  });
}

function buildProgram(choose: (action: Action) => void, width: number): Argv {
  const program = yargs([])
    .scriptName('isochron')
    .locale('en')
    .exitProcess(false)
    .wrap(width)
    .parserConfiguration({ 'dot-notation': false, 'parse-positional-numbers': false })
    .usage('$0 <command>\n\nPredicts the latency of a realtime KVM partition plan.')
    .version(packageVersion())
    .strict()
    .fail(false)
    .demandCommand(1, 'no command is given')
    .completion(
      'completion',
      'Print a completion script: for bash, or SHELL=zsh isochron completion',
    )
    .epilogue(EPILOGUE);
  for (const group of GROUPS) {
    if (group.name === '') {
      for (const command of group.commands) addCommand(program, command, choose);
      continue;
    }
    program.command({
      command: group.name,
      describe: group.summary,
      builder: (y: Argv) => {
        for (const command of group.commands) addCommand(y, command, choose);
        return y.demandCommand(1, `isochron ${group.name} needs a command`);
      },
      handler: () => undefined,
    });
  }
  return program;
}

const HELP = 'isochron --help lists the commands, isochron <command> --help the options';

/** Names that a word on the command line may have meant: options, or commands where it stands. */
function candidates(word: string, args: readonly string[]): string[] {
  if (!args.includes(word)) return optionNames().map((name) => `--${name}`);
  const group = GROUPS.find((g) => g.name !== '' && g.name === args[0] && word !== args[0]);
  const commands = (group ?? GROUPS[0]).commands.map((c) => c.command.split(' ')[0]);
  return group ? commands : [...commands, ...GROUPS.map((g) => g.name), 'completion'];
}

/** A message of yargs as a usage error with what to write instead. */
function toUsageError(error: unknown, args: readonly string[]): unknown {
  if (!(error instanceof Error) || error instanceof DiagnosticsError) return error;
  if (error.message.startsWith('Not enough non-option')) {
    const missing = missingArgument(args);
    if (missing !== undefined) return missing;
  }
  const unknown = /^Unknown (?:argument|command)s?: ([^,]+)/.exec(error.message)?.[1];
  if (unknown === undefined) return usageError(error.message, HELP);
  const word = args.includes(unknown) ? unknown : `--${unknown}`;
  const near = nearestName(word, candidates(unknown, args));
  const message = `unknown ${args.includes(unknown) ? 'command or argument' : 'option'}: ${word}`;
  return usageError(message, near === undefined ? HELP : `did you mean ${near}? ${HELP}`);
}

/** What a command without all of its arguments is told. */
function missingArgument(args: readonly string[]): unknown {
  const group = GROUPS.find((g) => g.name !== '' && g.name === args[0]);
  const word = group ? args[1] : args[0];
  const commands = (group ?? GROUPS[0]).commands;
  const found = commands.find((c) => c.command.split(' ')[0] === word);
  if (found === undefined) return undefined;
  const before = group ? `${group.name} ` : '';
  const needs = Object.keys(found.positionals).map((name) => name.toUpperCase());
  const written = found.command.replace(/[<[](.*?)[>\]]/g, (_all, name: string) =>
    name.toUpperCase(),
  );
  return usageError(
    `isochron ${before}${word} needs ${needs.join(' and ')}`,
    `write isochron ${before}${written}; isochron ${before}${word} --help has examples`,
  );
}

async function parseAndRun(args: readonly string[], context: Context): Promise<ExitCode> {
  let chosen: Action | undefined;
  let printed = '';
  const choose = (action: Action): void => {
    chosen = action;
  };
  try {
    await buildProgram(choose, widthOf(context.stdout, context.env)).parseAsync(
      readableWords(args),
      {},
      (error: unknown, _args: unknown, output: string) => {
        if (error) throw error;
        if (output !== '') printed = output;
      },
    );
  } catch (error) {
    throw toUsageError(error, args);
  }
  if (printed !== '') context.stdout.write(`${printed}\n`);
  return chosen === undefined ? EXIT.ok : chosen(context);
}

/**
 * Runs the command line `args` (without node and script) and gives the exit code. Errors of input
 * and usage are printed with place and fix; any other error is a defect and is printed as one.
 */
export async function runProgram(args: readonly string[], context: Context): Promise<ExitCode> {
  try {
    return await parseAndRun(args, context);
  } catch (error) {
    if (error instanceof DiagnosticsError) {
      printDiagnostics(error.diagnostics, context.stderr, context.env);
      if (args.includes('--json')) {
        const diagnostics = error.diagnostics.map(diagnosticToJson);
        context.stdout.write(jsonText({ version: packageVersion(), diagnostics }));
      }
      return EXIT.input;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.stderr.write(
      `isochron ${packageVersion()}: internal error, please report it\n${text}\n`,
    );
    return EXIT.internal;
  }
}
