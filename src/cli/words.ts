/** The words of the command line, where yargs would take them for something else. */
import type { Command } from './command.js';
import { STANDARD_INPUT } from './inputFiles.js';

/**
 * Words as yargs understands them. It takes `--for -10s` for two options; `--for=-10s` is refused
 * with the right words.
 */
export function readableWords(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    const isValue = /^-[0-9.]/.test(arg) && before !== undefined && /^--[a-z-]+$/.test(before);
    if (isValue) joined[joined.length - 1] = `${before}=${arg}`;
    // yargs makes an empty word of a single dash.
    else joined.push(arg === '-' ? STANDARD_INPUT : arg);
  }
  return joined;
}

/** yargs makes a list of an option that is given twice; a command that expects one refuses it. */
export function refuseRepeats(command: Command, args: Record<string, unknown>): true {
  for (const [name, option] of Object.entries(command.options)) {
    if (option.array !== true && Array.isArray(args[name])) {
      throw new Error(`--${name} is given more than once`);
    }
    if (option.type === 'string' && args[name] === '') throw new Error(`--${name} needs a value`);
  }
  return true;
}
