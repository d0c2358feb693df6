/** `isochron platform show`: every figure of a platform with its range, status and source. */
import type { Law } from '../../base/law.js';
import { formatDuration } from '../../base/units.js';
import { KVM_COSTS, LINUX_COSTS, NETWORK_COSTS } from '../../platform/costs.js';
import type { Platform } from '../../platform/platform.js';
import { defineCommand, JSON_OPTION } from '../command.js';
import { EXIT } from '../exitCodes.js';
import { packageVersion } from '../packageFiles.js';
import { loadPlatform } from '../platforms.js';
import { jsonText, printable } from '../printDiagnostics.js';
import { alignColumns } from '../table.js';

/** The value half of all draws stay below; for a law without such a quantile its maximum. */
function medianNs(law: Law): number {
  return law.quantiles.find((q) => q.p >= 0.5)?.ns ?? law.maxNs;
}

function row(name: string, law: Law): string[] {
  const durations = [law.minNs, medianNs(law), law.maxNs].map((ns) => formatDuration(ns));
  return [`  ${name}`, ...durations, law.status, law.source];
}

function section(title: string, laws: ReadonlyArray<readonly [string, Law]>): string[][] {
  if (laws.length === 0) return [];
  const head = [title, 'min', 'median', 'max', 'status', 'source'];
  return [head, ...laws.map(([name, law]) => row(name, law))];
}

function describePlatform(platform: Platform): string {
  const { cpu, topology } = platform;
  const count = (key: 'core' | 'socket'): number =>
    new Set(topology.pcpus.map((pcpu) => pcpu[key])).size;
  const facts = Object.entries(cpu).map(([name, value]) => `${name} ${value ? 'yes' : 'no'}`);
  const head = [
    `${platform.name}: ${platform.description}`,
    `${platform.cpuModel}, TSC ${platform.tscMHz} MHz, kernel ${platform.defaultKernel}`,
    `${count('socket')} sockets, ${count('core')} cores, ${topology.pcpus.length} pCPUs`,
    facts.join(', '),
  ];
  const smi = platform.smi;
  const rows = [
    ...section('host', costRows(LINUX_COSTS, platform.host)),
    ...section('guest', costRows(LINUX_COSTS, platform.guest)),
    ...section('kvm', costRows(KVM_COSTS, platform.kvm)),
    ...section('network', costRows(NETWORK_COSTS, platform.network)),
    ...section(
      'C-state exits',
      platform.cstates.map((c) => [c.name, c.exit] as const),
    ),
    ...section(
      'SMIs',
      smi === undefined
        ? []
        : [
            ['every', smi.every],
            ['duration', smi.duration],
          ],
    ),
  ];
  return printable(`${head.join('\n')}\n\n${alignColumns(rows, [1, 2, 3])}`);
}

function costRows<Name extends string>(
  names: Readonly<Record<Name, string>>,
  laws: Readonly<Record<Name, Law>>,
): Array<readonly [string, Law]> {
  return (Object.keys(names) as Name[]).map((name) => [name, laws[name]] as const);
}

export const platformShowCommand = defineCommand({
  command: 'show <name>',
  summary: 'Show every figure of a platform with its status and source',
  positionals: {
    name: { type: 'string', demandOption: true, describe: 'Name, or path of a platform file' },
  },
  options: JSON_OPTION,
  examples: [
    ['$0 platform show ideal', 'A platform of this package'],
    ['$0 platform show ./my-server.yaml', 'A file of your own'],
  ],
  run(args, context) {
    const platform = loadPlatform(args.name);
    context.stdout.write(
      args.json ? jsonText({ version: packageVersion(), platform }) : describePlatform(platform),
    );
    return EXIT.ok;
  },
});
