/** What a command may use of the process around it, so that tests can replace it. */

/** The part of a stream that the commands use. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Context {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Calls `handler` at the first Ctrl-C rather than ending the process. After the returned function
   * was called, the next Ctrl-C ends it.
   */
  onInterrupt(handler: () => void): () => void;
}

/** Colour only on a terminal, and never against https://no-color.org. */
export function wantsColour(output: Output, env: Context['env']): boolean {
  return output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/**
 * Width for tables: the terminal's, or the COLUMNS that the environment states, within what stays
 * readable; 100 where there is neither.
 */
export function widthOf(output: Output, env: Context['env']): number {
  const stated = /^[0-9]{1,5}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : 100;
  return Math.min(160, Math.max(60, output.columns ?? stated));
}

/**
 * The real process. A Ctrl-C goes to the newest handler that has heard none and is not released;
 * where there is none it ends the process as the signal would have, after `cleanUp`.
 */
export function processContext(cleanUp: () => void): Context {
  const waiting: Array<() => void> = [];
  const listener = (): void => {
    const handler = waiting.pop();
    if (handler !== undefined) {
      handler();
      return;
    }
    cleanUp();
    process.removeListener('SIGINT', listener);
    process.kill(process.pid, 'SIGINT');
  };
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onInterrupt(handler) {
      if (!process.listeners('SIGINT').includes(listener)) process.on('SIGINT', listener);
      waiting.push(handler);
      return () => {
        const at = waiting.indexOf(handler);
        if (at >= 0) waiting.splice(at, 1);
      };
    },
  };
}
