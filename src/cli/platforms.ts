/** Loads a platform by its name or path, for the commands that take one. */
import { DiagnosticsError } from '../base/diagnostics.js';
import { parsePlatform } from '../platform/load.js';
import type { Platform } from '../platform/platform.js';
import { platformFix, platformText } from './packageFiles.js';
import { usageError } from './usage.js';

/**
 * The platform `name`: one of the package, or a file by its path from the current directory.
 * Throws a DiagnosticsError.
 */
export function loadPlatform(name: string): Platform {
  const source = platformText(name, '.');
  if (source === undefined) {
    throw usageError(`there is no platform "${name.slice(0, 80)}"`, platformFix(name));
  }
  const { platform, diagnostics } = parsePlatform(source.text, source.file);
  if (platform === undefined) throw new DiagnosticsError(diagnostics);
  return platform;
}
