/** Packet sources of a switch: laws of distances, bursts, recorded lists. */
import { constantLaw, type Law } from '../base/law.js';
import { nearestName } from '../base/suggest.js';
import type { Problems } from '../platform/problems.js';
import type { Path } from '../platform/sourceTree.js';
import type { InterfacePlan, PacketSourcePlan } from './normalizedSwitch.js';
import { reportDuplicate } from './normalizeThreads.js';
import { parsePacketList } from './packetList.js';
import { readArrival } from './readArrival.js';
import type { PacketsDoc, SwitchDoc } from './schemaSwitches.js';
import type { Scope } from './scope.js';

/** A small frame on 10 Gbit/s takes 67 ns. */
const GAP_NS = 100;

/** Text of a file named at `path`; or why it cannot be had, with what helps. */
export type TextOf = (
  name: string,
  path: Path,
) => { readonly text: string } | { readonly refusal: string; readonly fix: string };

interface Around {
  readonly hostScope: Scope;
  readonly problems: Problems;
  readonly textOf: TextOf;
}

export function readPacketSources(
  doc: SwitchDoc,
  path: Path,
  interfaces: readonly InterfacePlan[],
  around: Around,
): PacketSourcePlan[] {
  const names = new Set<string>();
  return (doc.packets ?? []).map((source, i) => {
    const at = [...path, 'packets', i];
    reportDuplicate(names, source.name, [...at, 'name'], 'packet sources', around);
    const known = interfaces.map(({ name }) => name);
    if (!known.includes(source.interface)) {
      const near = nearestName(source.interface, known);
      const fix = near ? `write ${near}` : `use ${known.join(', ')}`;
      const message = `the switch has no interface "${source.interface}"`;
      around.problems.error('plan/unknown-interface', [...at, 'interface'], message, fix);
    }
    const common = {
      name: source.name,
      interface: source.interface,
      burst: source.burst ?? 1,
      gapNs: source.gap ?? GAP_NS,
    };
    return source.list === undefined
      ? { ...common, ...byLaw(source, at, around) }
      : { ...common, ...byList(source, source.list, at, around) };
  });
}

type When = Pick<PacketSourcePlan, 'every' | 'startNs' | 'listNs' | 'repeatNs'>;

function byLaw(doc: PacketsDoc, path: Path, { hostScope, problems }: Around): When {
  if (doc.repeat !== undefined) {
    const message = '`repeat` without `list` has no meaning';
    problems.error('plan/arrival', [...path, 'repeat'], message, 'remove it');
  }
  const arrival = readArrival(doc, path, hostScope);
  if (!arrival) {
    const message = `packet source ${doc.name} has neither \`every\`, \`rate\` nor \`list\``;
    problems.error('plan/missing', path, message, 'add `every: 1ms`');
  }
  const every = arrival?.every ?? constantLaw(1_000_000_000);
  const startNs = arrival?.startNs;
  return {
    every: atLeast(every, doc.minDistance ?? 1),
    ...(startNs === undefined ? {} : { startNs }),
    repeatNs: 0,
  };
}

/** The law with every value below `ns` raised to it. */
function atLeast(law: Law, ns: number): Law {
  if (law.minNs >= ns) return law;
  return {
    ...law,
    minNs: ns,
    quantiles: law.quantiles.map((q) => ({ p: q.p, ns: Math.max(ns, q.ns) })),
    maxNs: Math.max(ns, law.maxNs),
  };
}

function byList(doc: PacketsDoc, list: string, path: Path, { problems, textOf }: Around): When {
  const nothing = { every: constantLaw(1_000_000_000), listNs: [0], repeatNs: 0 };
  const bad = (message: string, fix: string): When => {
    problems.error('plan/packet-list', [...path, 'list'], message, fix);
    return nothing;
  };
  for (const key of ['every', 'rate', 'start', 'minDistance'] as const) {
    if (doc[key] !== undefined) {
      const message = `\`list\` and \`${key}\` contradict each other`;
      problems.error('plan/arrival', [...path, key], message, 'keep one of them');
    }
  }
  const file = textOf(list, [...path, 'list']);
  if ('refusal' in file) return bad(file.refusal, file.fix);
  const listNs = parsePacketList(file.text);
  if ('line' in listNs) return bad(`${list}:${listNs.line}: ${listNs.message}`, listNs.fix);
  const lastNs = listNs[listNs.length - 1];
  if (doc.repeat !== undefined && doc.repeat <= lastNs) {
    const message = 'the list would start again before its end';
    problems.error(
      'plan/packet-list',
      [...path, 'repeat'],
      message,
      'repeat after its last arrival',
    );
  }
  const spanNs = doc.repeat ?? lastNs;
  return {
    every: constantLaw(Math.max(1, Math.floor(spanNs / listNs.length))),
    listNs,
    repeatNs: doc.repeat ?? 0,
  };
}
