/** Loads a platform file: text -> platform, or everything that is wrong with the text. */
import type { Diagnostic } from '../base/diagnostics.js';
import { type Law, ZERO_LAW } from '../base/law.js';
import {
  KVM_COSTS,
  type KvmCosts,
  LINUX_COSTS,
  type LinuxCostName,
  type LinuxCosts,
  NETWORK_COSTS,
  type NetworkCosts,
} from './costs.js';
import { type LawContext, parseLaw } from './lawText.js';
import { parseSource } from './parseSource.js';
import type { Cstate, Platform, SmiSource } from './platform.js';
import { Problems } from './problems.js';
import { scaleLaw } from './scaleLaw.js';
import { type PlatformFile, platformSchema } from './schema.js';
import type { Path } from './sourceTree.js';
import { buildTopology } from './topologySpec.js';
import { validate } from './validate.js';

/**
 * Reads the text of a platform file. `file` names it in places.
 * The platform is present iff no diagnostic is an error.
 *
 * @example parsePlatform(text, 'models/platforms/ideal.yaml').platform?.tscMHz // 1000
 */
export function parsePlatform(
  text: string,
  file: string,
): { platform?: Platform; diagnostics: readonly Diagnostic[] } {
  const source = parseSource(text, file);
  if (!source.root) return { diagnostics: source.diagnostics };
  const problems = new Problems(source.root, 'platform');
  problems.diagnostics.push(...source.diagnostics);
  const data = validate(platformSchema, problems);
  const platform = data && new Reader(data, problems).read();
  const { diagnostics } = problems;
  return problems.hasErrors || !platform ? { diagnostics } : { platform, diagnostics };
}

class Reader {
  private readonly context: LawContext;

  constructor(
    private readonly data: PlatformFile,
    private readonly problems: Problems,
  ) {
    const source = `platform file ${data.name}`;
    this.context = { tscMHz: data.cpu.tscMHz, source, status: 'assumed' };
  }

  read(): Platform {
    const { data, problems } = this;
    const { model, vendor, tscMHz, ...facts } = data.cpu;
    const host = this.costs(LINUX_COSTS, data.host, 'host');
    return {
      name: data.name,
      description: data.description,
      cpuModel: model,
      vendor,
      tscMHz,
      topology: buildTopology(data.topology, ['topology'], problems),
      host,
      guest: this.guestCosts(host),
      kvm: this.costs(KVM_COSTS, data.kvm, 'kvm') as KvmCosts,
      network: this.costs(NETWORK_COSTS, data.network, 'network') as NetworkCosts,
      cstates: this.cstates(),
      smi: this.smi(),
      ...this.caches(),
      cpu: facts,
      defaultKernel: data.defaultKernel,
    };
  }

  private law(value: unknown, path: Path): Law {
    const law = parseLaw(value, this.context);
    if ('minNs' in law) return law;
    for (const fault of law) {
      this.problems.error('platform/law', [...path, ...(fault.at ?? [])], fault.message, fault.fix);
    }
    return ZERO_LAW;
  }

  private costs<Name extends string>(
    names: Readonly<Record<Name, string>>,
    laws: Readonly<Record<Name, unknown>>,
    key: string,
  ): Record<Name, Law> {
    const pairs = (Object.keys(names) as Name[]).map(
      (name) => [name, this.law(laws[name], [key, name])] as const,
    );
    return Object.fromEntries(pairs) as Record<Name, Law>;
  }

  private guestCosts(host: LinuxCosts): LinuxCosts {
    const { guest } = this.data;
    const names = Object.keys(LINUX_COSTS) as LinuxCostName[];
    const pairs = names.map((name) => {
      const path = ['guest', name];
      if (guest[name] !== undefined) return [name, this.law(guest[name], path)] as const;
      if (guest.default === undefined) {
        const message = `\`${name}\` is missing`;
        const fix = `price \`${name}\`, or write \`default: host\``;
        this.problems.error('platform/missing', path, message, fix);
      }
      return [name, scaleLaw(host[name], guest.scale ?? 1)] as const;
    });
    return Object.fromEntries(pairs) as Record<LinuxCostName, Law>;
  }

  private cstates(): Cstate[] {
    const seen = new Set<string>();
    return this.data.cstates.map((state, i) => {
      if (seen.has(state.name)) {
        const message = `two C-states are called "${state.name}"`;
        this.problems.error('platform/duplicate', ['cstates', i, 'name'], message, 'rename one');
      }
      seen.add(state.name);
      return {
        name: state.name,
        exit: this.law(state.exit, ['cstates', i, 'exit']),
        targetResidencyNs: state.targetResidency,
      };
    });
  }

  private caches(): Pick<Platform, 'caches'> {
    const { caches } = this.data;
    if (!caches) return {};
    return {
      caches: {
        privateBytes: caches.privateKiB * 1024,
        llcBytes: caches.llcKiB * 1024,
        ways: caches.ways,
        inclusive: caches.inclusive,
        llcHit: this.law(caches.llcHit, ['caches', 'llcHit']),
        memory: this.law(caches.memory, ['caches', 'memory']),
      },
    };
  }

  private smi(): SmiSource | undefined {
    const { smi } = this.data;
    if (smi === 'off') return undefined;
    const every = this.law(smi.every, ['smi', 'every']);
    if (every.minNs < 1) {
      const message = 'SMIs may follow each other without a distance';
      this.problems.error('platform/law', ['smi', 'every'], message, 'give a minimum above 0');
    }
    return { every, duration: this.law(smi.run, ['smi', 'run']) };
  }
}
