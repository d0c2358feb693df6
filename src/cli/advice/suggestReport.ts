/** What `isochron suggest` prints. */
import type { Outlook, Search, Suggestion } from '../../advise/suggest.js';
import { formatCpuList } from '../../base/cpulist.js';
import { formatDuration } from '../../base/units.js';
import { formatPatches } from '../../plan/edit.js';
import type { NormalizedPlan } from '../../plan/normalized.js';
import { alignColumns } from '../table.js';

const list = (cpus: readonly number[]): string =>
  cpus.length === 0 ? 'none' : formatCpuList(cpus, 'kernel');

const boundText = ({ boundNs }: Outlook): string =>
  boundNs === null ? 'no bound' : formatDuration(boundNs);

const table = (rows: ReadonlyArray<readonly string[]>): string => alignColumns(rows).trimEnd();

/** pCPUs that stay open to best-effort work. */
const open = (plan: NormalizedPlan): number =>
  plan.topology.pcpus.length - plan.host.isolatedDomain.length;

export function suggestText(plan: NormalizedPlan, now: readonly Outlook[], search: Search): string {
  const { best, critical, tried, exhaustive } = search;
  const lines = [
    `plan ${plan.name}: ${critical.length} critical vCPUs and threads, ${plan.topology.pcpus.length} pCPUs`,
    '',
  ];
  if (!best) {
    lines.push('No partition is valid: there are not enough cores on their NUMA nodes.', '');
    return lines.join('\n');
  }
  const after = best.placed.prepared.plan ?? plan;
  lines.push(
    best.meets
      ? 'Suggested partition: every requirement is met by its bound'
      : 'No partition is known to meet every requirement; the closest one',
    table([
      ['', 'now', 'suggested'],
      [
        '  isolated pCPUs',
        String(plan.host.isolatedDomain.length),
        String(after.host.isolatedDomain.length),
      ],
      ['', list(plan.host.isolatedDomain), list(after.host.isolatedDomain)],
      ['  for best effort', String(open(plan)), String(open(after))],
    ]),
    '',
    'Placement',
    table(
      best.placement.map(({ what, pcpu }) => [
        `  ${what.name}`,
        `pCPU ${pcpu}`,
        what.pcpu === pcpu
          ? 'as now'
          : what.pcpu === undefined
            ? 'was not pinned'
            : `was ${what.pcpu}`,
      ]),
    ),
    '',
    'Requirements  (by bounds; a percentile is met where its maximum is)',
    table([
      ['', 'now', 'suggested'],
      ...best.outlook.map((one, i) => [`  ${one.text}`, boundText(now[i]), boundText(one)]),
    ]),
    ...reasonsOf(best),
    '',
    'Change',
    formatPatches(best.placed.patches).trimEnd() || 'none: the plan has this partition already',
    '',
    ...(best.meets
      ? []
      : [
          'Each is alone on its core there; sharing would only add to the bounds, so it was not tried.',
        ]),
    exhaustive && best.meets
      ? `${tried} partitions were tried; every one that isolates fewer pCPUs holds a pair that cannot share.`
      : exhaustive
        ? ''
        : `${tried} partitions were tried; the budget ended the search, --budget raises it.`,
    '',
  );
  return lines.join('\n');
}

/** Why a requirement is not met: no bound, or what its bound mostly consists of. */
function reasonsOf({ outlook }: Suggestion): string[] {
  const reasons = [...new Set(outlook.flatMap((one) => one.reasons))];
  const above = outlook.filter(({ boundNs, limitNs }) => boundNs !== null && boundNs > limitNs);
  return [
    ...(reasons.length === 0
      ? []
      : ['', 'No bound because', ...reasons.map((text) => `  ${text}`)]),
    ...(above.length === 0 ? [] : ['', 'Above the limit, mostly by']),
    ...above.map(({ text, terms }) => {
      const parts = terms.map(({ name, ns }) => `${name} ${formatDuration(ns)}`);
      return `  ${text}: ${parts.join(', ')}`;
    }),
    ...irremovable(above),
  ];
}

/** What no partition takes away, and which limits this one would meet. */
function irremovable(above: readonly Outlook[]): string[] {
  if (above.length === 0) return [];
  // Of a percentile only its samples can tell: SMIs are rare.
  const hopeless = above.filter((one) => one.statistic === 'max' && one.smiNs > one.limitNs);
  const largestNs = Math.max(...hopeless.map(({ smiNs }) => smiNs));
  return [
    ...(hopeless.length === 0
      ? []
      : [
          '',
          `No partition can remove SMIs: ${formatDuration(largestNs)} of firmware alone are above the limit of`,
          ...hopeless.map(({ text }) => `  ${text}`),
          'Switch their sources off in the firmware, or state the shorter SMIs that were measured (host.smi).',
        ]),
    '',
    'Limits that this partition would meet',
    ...above.map(({ text, boundNs }) => {
      const shown = text.replace(/ <= .*$/, '');
      return `  ${shown} <= ${formatDuration(1000 * Math.ceil((boundNs ?? 0) / 1000))}`;
    }),
  ];
}

export function suggestJson(plan: NormalizedPlan, now: readonly Outlook[], search: Search): object {
  const { best, critical, tried, exhaustive } = search;
  return {
    plan: plan.name,
    planHash: plan.hash,
    critical: critical.map(({ name, pcpu }) => ({ name, pcpu: pcpu ?? null })),
    now: { isolated: plan.host.isolatedDomain, requirements: now },
    suggested: best
      ? {
          meets: best.meets,
          isolated: best.placed.isolated,
          placement: best.placement.map(({ what, pcpu }) => ({ name: what.name, pcpu })),
          requirements: best.outlook,
          patches: best.placed.patches,
        }
      : null,
    tried,
    exhaustive,
  };
}
