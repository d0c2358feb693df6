/** Reads the files that `isochron import` was given: single files, or a copy of /proc and /sys. */
import { statSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostics.js';
import { type HostTree, readHostTree, type TreePart } from './hostTree.js';
import { fileError, readTextFile } from './inputFiles.js';
import { usageError } from './usage.js';

/** A text and the name to call it by in diagnostics. */
export interface NamedText {
  readonly file: string;
  readonly text: string;
}

/** A text that describes a tree, or the tree itself: path -> text. */
export interface NamedTree {
  readonly file: string;
  readonly source: string | ReadonlyMap<string, string>;
}

export interface ImportSources {
  readonly cmdline?: NamedText;
  readonly interrupts?: NamedText;
  readonly irqTree?: NamedTree;
  readonly topology?: NamedTree;
  readonly kvmParameters?: NamedTree;
  readonly domains: readonly NamedText[];
  readonly kernelRelease?: string;
  readonly uptimeSeconds?: number;
  /** Files of a tree that were not read, and why. */
  readonly skipped: readonly Diagnostic[];
}

export interface SourceOptions {
  readonly 'host-dir'?: string;
  readonly cmdline?: string;
  readonly interrupts?: string;
  readonly 'irq-tree'?: string;
  readonly topology?: string;
  readonly 'kvm-parameters'?: string;
  readonly domain?: readonly string[];
  readonly kernel?: string;
  readonly uptimeSeconds?: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const textOf = (file: string): NamedText => ({ file, text: readTextFile(file) });

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Where a directory may stand in for a part of the host, the nearest first. */
const TREE_ROOTS: Readonly<Record<'irq' | 'topology' | 'kvm', readonly string[]>> = {
  irq: ['proc/irq', 'proc', ''],
  topology: ['sys/devices/system', 'sys', ''],
  kvm: ['sys/module', 'sys', ''],
};

function treeOf(path: string, part: keyof typeof TREE_ROOTS, skipped: Diagnostic[]): NamedTree {
  if (!isDirectory(path)) return { file: path, source: readTextFile(path) };
  for (const inside of TREE_ROOTS[part]) {
    const tree = readHostTree(path, [part], inside);
    if (tree.files.size === 0) continue;
    skipped.push(...tree.skipped);
    return { file: path, source: tree.files };
  }
  const names = TREE_ROOTS[part].filter(Boolean).map((name) => `/${name}`);
  throw usageError(
    `${path} holds nothing that a copy of ${names[0]} would`,
    `name a copy of ${names.join(' or ')}, or of the whole host`,
  );
}

const PARTS: readonly TreePart[] = ['proc', 'irq', 'topology', 'kvm'];

function subtree(tree: HostTree, root: string, folder: string): NamedTree | undefined {
  const entries = [...tree.files].filter(([path]) => path.startsWith(folder));
  return entries.length === 0 ? undefined : { file: root, source: new Map(entries) };
}

/** Facts of a whole copy of a host. */
function readHost(root: string): Mutable<Omit<ImportSources, 'domains'>> {
  const tree = readHostTree(root, PARTS);
  const text = (path: string): NamedText | undefined => {
    const found = tree.files.get(path);
    return found === undefined
      ? undefined
      : { file: `${root.replace(/\/$/, '')}/${path}`, text: found };
  };
  if (tree.files.size === 0) {
    throw usageError(
      `${root} holds no copy of /proc or /sys`,
      'name the directory above proc and sys',
    );
  }
  const uptime = Number.parseFloat(text('proc/uptime')?.text ?? '');
  return {
    cmdline: text('proc/cmdline'),
    interrupts: text('proc/interrupts'),
    irqTree: subtree(tree, root, 'proc/irq/'),
    topology: subtree(tree, root, 'sys/devices/system/'),
    kvmParameters: subtree(tree, root, 'sys/module/'),
    kernelRelease: text('proc/sys/kernel/osrelease')?.text.trim(),
    uptimeSeconds: Number.isFinite(uptime) && uptime > 0 ? uptime : undefined,
    skipped: tree.skipped,
  };
}

/**
 * Reads everything that the options name. A single file replaces the same part of `--host-dir`.
 * Throws a DiagnosticsError for what cannot be read.
 */
export function readImportSources(options: SourceOptions): ImportSources {
  const host = options['host-dir'];
  const sources: Mutable<Omit<ImportSources, 'domains'>> =
    host === undefined ? { skipped: [] } : readHost(host);
  const skipped = [...sources.skipped];
  if (options.cmdline !== undefined) sources.cmdline = textOf(options.cmdline);
  if (options.interrupts !== undefined) sources.interrupts = textOf(options.interrupts);
  const irqTree = options['irq-tree'];
  if (irqTree !== undefined) sources.irqTree = treeOf(irqTree, 'irq', skipped);
  if (options.topology !== undefined) {
    sources.topology = treeOf(options.topology, 'topology', skipped);
  }
  const kvmParameters = options['kvm-parameters'];
  if (kvmParameters !== undefined) sources.kvmParameters = treeOf(kvmParameters, 'kvm', skipped);
  if (options.kernel !== undefined) sources.kernelRelease = releaseOf(options.kernel);
  if (options.uptimeSeconds !== undefined) sources.uptimeSeconds = options.uptimeSeconds;
  return { ...sources, skipped, domains: (options.domain ?? []).map(textOf) };
}

/** What a user gives must be a release; what a host's file says may be anything. */
function releaseOf(text: string): string {
  if (/^[0-9]+\.[0-9]+/.test(text)) return text;
  throw usageError(
    `--kernel ${text.slice(0, 80)} is no kernel release`,
    'write what uname -r prints, as in --kernel 6.12.22-rt10',
  );
}
