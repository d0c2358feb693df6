/**
 * Reads a copy of /proc and /sys below a directory: only the files that an import needs, by an
 * allow-list. The directory may come from anybody, so a symbolic link is followed to a regular file
 * below the directory only, directories never through a link, and devices and pipes not at all.
 */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  realpathSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../base/diagnostics.js';
import {
  decodeText,
  fileError,
  inputError,
  MAX_INPUT_BYTES,
  readBytes,
  systemErrorCode,
} from './inputFiles.js';

/** Paths below the root; `*` stands for any run of characters inside one part of a path. */
const PATTERNS = {
  proc: ['proc/cmdline', 'proc/interrupts', 'proc/uptime', 'proc/sys/kernel/osrelease'],
  irq: [
    'proc/irq/default_smp_affinity',
    'proc/irq/*/smp_affinity_list',
    'proc/irq/*/effective_affinity_list',
    'proc/irq/*/node',
  ],
  topology: [
    'sys/devices/system/cpu/online',
    'sys/devices/system/cpu/present',
    'sys/devices/system/cpu/possible',
    'sys/devices/system/cpu/cpu*/online',
    'sys/devices/system/cpu/cpu*/topology/*',
    'sys/devices/system/cpu/cpu*/cache/index*/*',
    'sys/devices/system/node/online',
    'sys/devices/system/node/node*/cpulist',
  ],
  kvm: ['sys/module/kvm*/parameters/*'],
} as const;

export type TreePart = keyof typeof PATTERNS;

/** 112 CPUs have about 6000 such files, 4096 CPUs about 200 000. */
export const MAX_TREE_FILES = 300_000;
export const MAX_TREE_BYTES = 64 * 1024 * 1024;
/** No file of these parts of /sys is longer than a page. */
const MAX_SMALL_BYTES = 64 * 1024;

export interface HostTree {
  /** Path as on the host, without the leading slash -> text. Ascending by path. */
  readonly files: ReadonlyMap<string, string>;
  /** What was not read, and why. */
  readonly skipped: readonly Diagnostic[];
}

function matcher(part: string): RegExp {
  const escaped = part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]*');
  return new RegExp(`^${escaped}$`);
}

class TreeReader {
  readonly files = new Map<string, string>();
  readonly skipped: Diagnostic[] = [];
  private bytes = 0;
  private readonly realRoot: string;

  constructor(private readonly root: string) {
    try {
      this.realRoot = realpathSync(root);
    } catch (error) {
      throw fileError(root, error);
    }
  }

  /** Reads what `pattern` matches below `path`. `strip` leading parts are the root itself. */
  walk(path: string, pattern: readonly string[], hostPath: string): void {
    const [part, ...rest] = pattern;
    const matches = matcher(part);
    for (const entry of this.entries(path)) {
      if (!matches.test(entry.name)) continue;
      const below = join(path, entry.name);
      const name = hostPath === '' ? entry.name : `${hostPath}/${entry.name}`;
      if (rest.length > 0) {
        if (entry.isDirectory()) this.walk(below, rest, name);
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        this.readOnce(below, name);
      }
    }
  }

  private entries(path: string): Dirent[] {
    try {
      const entries = readdirSync(path, { withFileTypes: true });
      if (entries.length > MAX_TREE_FILES) throw this.tooMany();
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return [];
      if (code === undefined) throw error;
      this.skip(path, `cannot be listed (${code})`);
      return [];
    }
  }

  private readOnce(path: string, name: string): void {
    if (this.files.has(name)) return;
    const real = this.resolve(path);
    if (real === undefined) return;
    if (this.files.size >= MAX_TREE_FILES) throw this.tooMany();
    const text = this.readRegular(
      path,
      real,
      name.startsWith('proc/') ? MAX_INPUT_BYTES : MAX_SMALL_BYTES,
    );
    if (text === undefined) return;
    this.bytes += text.length;
    if (this.bytes > MAX_TREE_BYTES) throw this.tooMany();
    this.files.set(name, text);
  }

  private resolve(path: string): string | undefined {
    try {
      const real = realpathSync(path);
      const root = this.realRoot.endsWith(sep) ? this.realRoot : this.realRoot + sep;
      if (real.startsWith(root)) return real;
      this.skip(path, 'is a link that leads out of the directory');
    } catch (error) {
      this.skip(path, `cannot be read (${systemErrorCode(error) ?? 'unknown error'})`);
    }
    return undefined;
  }

  private readRegular(path: string, real: string, maxBytes: number): string | undefined {
    let descriptor: number | undefined;
    try {
      // Without O_NONBLOCK a pipe in the directory would hang the open.
      descriptor = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK);
      if (!fstatSync(descriptor).isFile()) {
        this.skip(path, 'is no regular file');
        return undefined;
      }
      const bytes = readBytes(descriptor, maxBytes);
      if (bytes !== undefined) return decodeText(path, bytes);
      this.skip(path, `is larger than ${maxBytes / 1024} KiB`);
    } catch (error) {
      // A CPU without some fact answers ENODATA, EINVAL or EIO: the file is there, the fact is not.
      if (error instanceof DiagnosticsError) this.skipped.push(...error.diagnostics);
      else this.skip(path, `cannot be read (${systemErrorCode(error) ?? 'unknown error'})`);
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
    return undefined;
  }

  private skip(path: string, message: string): void {
    const place = { file: path };
    this.skipped.push({ code: 'cli/skipped', severity: 'warning', path: '', message, place });
  }

  private tooMany(): DiagnosticsError {
    return inputError(
      'cli/too-large',
      this.root,
      `holds more than ${MAX_TREE_FILES} files or ${MAX_TREE_BYTES / 1024 / 1024} MiB to read`,
      'give a copy of the /proc and /sys of one host',
    );
  }
}

/**
 * Reads the wanted parts below `root`. `inside` says which folder of the host `root` itself is a
 * copy of, as in `proc/irq`; '' for the whole host.
 */
export function readHostTree(
  root: string,
  parts: readonly TreePart[],
  inside: string = '',
): HostTree {
  const reader = new TreeReader(root);
  const prefix = inside === '' ? [] : inside.split('/');
  for (const part of parts) {
    for (const pattern of PATTERNS[part]) {
      const pieces = pattern.split('/');
      if (prefix.every((name, i) => pieces[i] === name)) {
        reader.walk(root, pieces.slice(prefix.length), inside);
      }
    }
  }
  return { files: reader.files, skipped: reader.skipped };
}
