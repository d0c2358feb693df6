/** `isochron import`: the files of a host and of its guests become a plan. */
import { statSync } from 'node:fs';
import { type Diagnostic, DiagnosticsError } from '../../base/diagnostics.js';
import type { FileAccount } from '../../formats/importModel.js';
import { defineCommand, JSON_OPTION } from '../command.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { readImportSources, type SourceOptions } from '../importSources.js';
import { inputError } from '../inputFiles.js';
import { hasErrors } from '../loadPlan.js';
import { checkTargets, writeFiles } from '../outputFiles.js';
import { packageVersion, platformNames } from '../packageFiles.js';
import { loadPlatform } from '../platforms.js';
import { diagnosticToJson, jsonText, printable, printDiagnostics } from '../printDiagnostics.js';
import { alignColumns } from '../table.js';
import { parseUptime, usageError } from '../usage.js';

const OPTIONS = {
  'host-dir': {
    type: 'string',
    describe: 'Directory above a copy of /proc and /sys; / for this host',
  },
  cmdline: { type: 'string', describe: 'Kernel command line, as /proc/cmdline' },
  interrupts: { type: 'string', describe: 'Copy of /proc/interrupts' },
  'irq-tree': {
    type: 'string',
    describe: 'Copy of /proc/irq: a directory, or a file of path<TAB>value',
  },
  topology: {
    type: 'string',
    describe: 'lscpu -p or -J, lstopo XML, or a copy of /sys/devices/system',
  },
  'kvm-parameters': {
    type: 'string',
    describe: 'Parameters of kvm modules: name value, or a copy of /sys/module',
  },
  domain: {
    type: 'string',
    array: true,
    describe: 'libvirt domain XML of one guest; may be repeated',
  },
  'accept-tcg': {
    type: 'boolean',
    default: false,
    describe: 'Read a domain of type qemu (emulation) as if it ran on KVM',
  },
  platform: { type: 'string', describe: 'Platform to price the host by [default: by the kernel]' },
  kernel: { type: 'string', describe: 'Kernel release, as uname -r prints it' },
  uptime: { type: 'string', describe: 'Time since boot, as in 3d: turns counts into rates' },
  name: { type: 'string', describe: 'Name of the plan' },
  output: { type: 'string', alias: 'o', describe: 'Write the plan to this file' },
  force: { type: 'boolean', default: false, describe: 'Overwrite the file of --output' },
  account: {
    type: 'boolean',
    default: false,
    describe: 'Say what was read of each file, and what for',
  },
  ...JSON_OPTION,
} as const;

interface ImportArguments extends Omit<SourceOptions, 'uptimeSeconds'> {
  readonly 'accept-tcg': boolean;
  readonly platform?: string;
  readonly uptime?: string;
  readonly name?: string;
  readonly output?: string;
  readonly force: boolean;
  readonly account: boolean;
  readonly json: boolean;
}

const SOURCE_NAMES = [
  'host-dir',
  'cmdline',
  'interrupts',
  'irq-tree',
  'topology',
  'kvm-parameters',
  'domain',
] as const;

function refuseNothing(args: ImportArguments): void {
  if (SOURCE_NAMES.some((name) => args[name] !== undefined && args[name]?.length !== 0)) return;
  throw usageError(
    'there is nothing to import',
    'name at least one file, as in --domain guest.xml',
  );
}

/** The platforms to choose from: those of the package, or the one that was asked for by path. */
function platformChoices(asked: string | undefined) {
  return (asked === undefined ? platformNames() : [asked]).map(loadPlatform);
}

function accountText(account: readonly FileAccount[]): string {
  return account
    .map(({ file, entries }) => {
      const rows = entries.map((e) => [`  ${e.disposition}`, e.path, e.reason ?? '']);
      return `${file}\n${alignColumns(rows)}`;
    })
    .join('');
}

function print(args: ImportArguments, context: Context, result: PrintedImport): void {
  if (args.json) {
    const { yaml, diagnostics, account } = result;
    context.stdout.write(
      jsonText({
        version: packageVersion(),
        plan: yaml,
        diagnostics: diagnostics.map(diagnosticToJson),
        ...(args.account ? { account } : {}),
      }),
    );
    return;
  }
  if (args.output === undefined) context.stdout.write(result.yaml);
  else {
    context.stderr.write(`wrote ${args.output}\n`);
    context.stderr.write(`isochron check ${args.output} finds what breaks a realtime partition\n`);
  }
  // Beside a plan on standard output the account would spoil it.
  const target = args.output === undefined ? context.stderr : context.stdout;
  if (args.account) target.write(printable(accountText(result.account)));
}

/** A plan that was edited by hand is not lost to a second import. */
function refuseExisting(path: string | undefined): void {
  if (path === undefined || !statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  throw inputError('cli/output', path, 'exists already', 'name another file, or write --force');
}

interface PrintedImport {
  readonly yaml: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly account: readonly FileAccount[];
}

/** What to do about any file that its reader refuses, where the reader says nothing better. */
const GENERAL_FIX = 'give the whole file, as the system or tool wrote it';

function withFix(diagnostic: Diagnostic): Diagnostic {
  const needs = diagnostic.severity === 'error' && diagnostic.fix === undefined;
  return needs ? { ...diagnostic, fix: GENERAL_FIX } : diagnostic;
}

async function runImport(args: ImportArguments, context: Context): Promise<ExitCode> {
  refuseNothing(args);
  const uptimeSeconds = args.uptime === undefined ? undefined : parseUptime(args.uptime);
  checkTargets([args.output], []);
  if (!args.force) refuseExisting(args.output);
  const sources = readImportSources({ ...args, uptimeSeconds });
  // Loaded here, so that --help and completion need not wait for the readers.
  const { importPlan } = await import('../../formats/importPlan.js');
  const { readTopology } = await import('../topologySource.js');
  const { topology, skipped, ...inputs } = sources;
  const read = topology && { reading: readTopology(topology), file: topology.file };
  const { yaml, account, ...result } = importPlan(
    { ...inputs, ...(read ? { topology: read } : {}) },
    {
      acceptTcg: args['accept-tcg'],
      platforms: platformChoices(args.platform),
      ...(args.name === undefined ? {} : { name: args.name }),
    },
  );
  const diagnostics = [...skipped, ...result.diagnostics.map(withFix)];
  if (yaml === undefined || hasErrors(diagnostics)) throw new DiagnosticsError(diagnostics);
  printDiagnostics(diagnostics, context.stderr, context.env);
  if (args.output !== undefined) writeFiles([{ path: args.output, data: yaml }]);
  print(args, context, { yaml, diagnostics, account });
  return EXIT.ok;
}

export const importCommand = defineCommand({
  command: 'import',
  summary: 'Turn the files of a host and of its guests into a plan',
  positionals: {},
  options: OPTIONS,
  examples: [
    ['$0 import --host-dir / --domain plc.xml -o plan.yaml', 'From this host and one guest'],
    ['$0 import --cmdline cmdline --domain a.xml --domain b.xml', 'From single files'],
    ['$0 import --host-dir copy --account', 'Also say what was read of each file'],
  ],
  run: runImport,
});
