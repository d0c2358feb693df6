/** Usage errors: an option or argument that is wrong, said with what to write instead. */
import { type Diagnostic, DiagnosticsError } from '../base/diagnostics.js';
import { parseDuration } from '../base/units.js';

/** A DiagnosticsError about the command line itself. */
export function usageError(message: string, fix: string): DiagnosticsError {
  const diagnostic: Diagnostic = {
    code: 'cli/usage',
    severity: 'error',
    path: '',
    message,
    fix,
    place: { file: 'command line' },
  };
  return new DiagnosticsError([diagnostic]);
}

/**
 * A count as users write it: `100000`, `1e6`. Throws a usage error outside `min`..`max`.
 *
 * @example parseCount('--activations', '1e6', 1, 1e12) // 1000000
 */
export function parseCount(option: string, text: string, min: number, max: number): number {
  const value = /^[0-9]{1,16}(?:e[0-9]{1,2})?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw usageError(
    `${option} is "${text.slice(0, 40)}", which is no whole number from ${min} to ${max}`,
    `write a plain count, as in ${option} ${Math.min(max, Math.max(min, 1000))}`,
  );
}

/** A duration of an option, longer than 0. Throws a usage error. */
export function parseSpan(option: string, text: string): number {
  const ns = parseDuration(text);
  if (typeof ns === 'number' && ns > 0) return ns;
  if (/^[0-9]+(?:\.[0-9]+)?$/.test(text)) {
    throw usageError(`${option} "${text.slice(0, 40)}" has no unit`, `write ${option} ${text}s`);
  }
  throw usageError(
    `${option}: ${typeof ns === 'number' ? 'a span of 0 holds nothing' : ns}`,
    `write a number and a unit, as in ${option} 10s`,
  );
}

const UPTIME_SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

/** Time since boot in seconds: `3d`, `12h`, `90min`, `4000s`. Throws a usage error. */
export function parseUptime(text: string): number {
  const match = /^([0-9]{1,9})(s|min|h|d)$/.exec(text);
  const seconds = match === null ? 0 : Number(match[1]) * UPTIME_SECONDS[match[2]];
  if (seconds > 0) return seconds;
  throw usageError(
    `--uptime is "${text.slice(0, 40)}", which is no time since boot`,
    'write a number and a unit, as in --uptime 3d (s, min, h, d)',
  );
}
