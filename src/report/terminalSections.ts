/** The sections of the terminal report other than the latency table. Lines without line ends. */
import { formatDuration } from '../base/units.js';
import type { RequirementResult, RunResult } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { percentText, sortedShares, usText } from './figures.js';
import { type PcpuRole, partitionOf, ROLE_MEANINGS, roleText } from './partition.js';
import type { Paint } from './terminalPaint.js';
import { alignTable, bar, padEnd, printable, shorten, textWidth, wrap } from './textTable.js';
import { neededText, observedText } from './verdictText.js';

const WORST_SHOWN = 4;
const CAUSES_SHOWN = 6;
const BAR_WIDTH_MAX = 32;
const ASSUMPTIONS_SHOWN = 5;
const ROLES = Object.keys(ROLE_MEANINGS) as PcpuRole[];

export function headingSection(result: RunResult, width: number, paint: Paint): string[] {
  const name = shorten(printable(result.planName), Math.max(8, width - 30));
  const state = result.complete
    ? ''
    : paint.yellow('INCOMPLETE: the run was stopped, the figures cover what was simulated so far');
  return [
    `${paint.bold(`Isochron ${printable(result.version)}`)}  plan ${paint.cyan(name)}`,
    ...(state === '' ? [] : [state]),
    paint.dim(
      `simulated ${formatDuration(result.simulatedNs)}  seed ${printable(result.seed)}  ` +
        `plan hash ${printable(result.planHash)}  fingerprint ${printable(result.fingerprint)}`,
    ),
  ];
}

/** Where the witness is what fails a requirement, it says so. */
function witnessText({ witnessNs, observedNs, limitNs }: RequirementResult): string[] {
  if (witnessNs === undefined || witnessNs <= limitNs) return [];
  return (observedNs ?? 0) > limitNs ? [] : [`witness ${usText(witnessNs)} us`];
}

export function requirementSection(result: RunResult, width: number, paint: Paint): string[] {
  const all = result.workloads.flatMap((workload) =>
    workload.requirements.map((requirement) => ({ workload, requirement })),
  );
  if (all.length === 0) return [paint.bold('Requirements'), '  the plan states none'];
  const mark = ({ verdict }: RequirementResult): string => {
    if (verdict === 'fails') return paint.red(padEnd('FAILS', 18));
    const good = verdict === 'met' || verdict === 'guaranteed';
    return (good ? paint.green : paint.yellow)(padEnd(verdict, 18));
  };
  return [
    paint.bold('Requirements') +
      paint.dim('  (met: by the samples of this run; guaranteed: by the bound)'),
    ...all.flatMap(({ workload, requirement }) => {
      const { text, observedNs } = requirement;
      const words = observedNs === null ? [] : [`observed ${observedText(requirement, workload)}`];
      words.push(...witnessText(requirement));
      const observed = words.length === 0 ? '' : `  ${words.join(', ')}`;
      const room = Math.max(8, width - 22 - observed.length);
      const needed = neededText(requirement, workload, result);
      return [
        `  ${mark(requirement)}  ${shorten(printable(text), room)}${observed}`,
        ...(needed === ''
          ? []
          : wrap(needed, width - 22).map((line) => `${' '.repeat(22)}${line}`)),
      ];
    }),
  ];
}

/** The causes of the worst sample of the workloads with the largest latencies. */
export function worstSection(result: RunResult, width: number, paint: Paint): string[] {
  const order = result.workloads
    .map((workload, index) => ({ workload, index }))
    .filter(({ workload }) => workload.worst.length > 0)
    .sort(
      (a, b) => b.workload.worst[0].latencyNs - a.workload.worst[0].latencyNs || a.index - b.index,
    );
  const shown = order.slice(0, WORST_SHOWN);
  const lines = shown.flatMap(({ workload }) => {
    const { latencyNs, atNs, attribution } = workload.worst[0];
    const shares = sortedShares(attribution);
    const top = shares.slice(0, CAUSES_SHOWN);
    const rest = shares.slice(CAUSES_SHOWN).reduce((sum, { ns }) => sum + ns, 0);
    if (rest > 0) top.push({ cause: `${shares.length - CAUSES_SHOWN} other causes`, ns: rest });
    const title = `Worst sample of ${shorten(printable(workload.id), 40)}`;
    return [
      `${paint.bold(title)}  ${usText(latencyNs)} us at ${formatDuration(atNs, 9)}`,
      ...causeLines(top, latencyNs, width, paint),
    ];
  });
  const hidden = order.length - shown.length;
  if (hidden > 0)
    lines.push(paint.dim(`  worst samples of ${hidden} more workloads: --html, --json`));
  return lines;
}

function causeLines(
  shares: ReadonlyArray<{ readonly cause: string; readonly ns: number }>,
  latencyNs: number,
  width: number,
  paint: Paint,
): string[] {
  const figures = alignTable(
    shares.map(({ ns }) => [
      '',
      `${usText(ns)} us`,
      percentText(latencyNs > 0 ? ns / latencyNs : 0),
    ]),
  );
  const room = width - (figures[0] ? textWidth(figures[0]) : 0) - 4;
  const barWidth = Math.max(0, Math.min(BAR_WIDTH_MAX, Math.floor(room / 2)));
  const nameWidth = Math.max(8, room - barWidth - 2);
  const names = shares.map(({ cause }) => shorten(printable(cause), nameWidth));
  const widest = Math.max(0, ...names.map(textWidth));
  return shares.map(({ ns }, i) => {
    const blocks = bar(latencyNs > 0 ? ns / latencyNs : 0, barWidth);
    return `  ${padEnd(names[i], widest)}${figures[i]}  ${paint.cyan(blocks)}`.trimEnd();
  });
}

export function partitionSection(
  result: RunResult,
  plan: NormalizedPlan,
  width: number,
  paint: Paint,
): string[] {
  const { pcpus, isolated, nohzFull, idle, polling, realtime, bestEffortCapacity } =
    result.partition;
  const parts = partitionOf(plan);
  const roles = ROLES.map((role) => ({
    role,
    members: parts.filter((part) => part.role === role),
  })).filter(({ members }) => members.length > 0);
  const worth = (share: number) => `${(share * pcpus).toFixed(2)} pCPUs' worth`;
  return [
    paint.bold('What the partition costs'),
    ...[
      ['isolated', `${isolated} of ${pcpus} pCPUs`],
      ['without tick (nohz_full)', `${nohzFull} of ${pcpus} pCPUs`],
      ['idle', `${percentText(idle)}, ${worth(idle)}`],
      ['burnt in polling', `${percentText(polling)}, ${worth(polling)}`],
      ['realtime work', `${percentText(realtime)}, ${worth(realtime)}`],
      ['best-effort capacity left', `${bestEffortCapacity.toFixed(2)} pCPUs' worth`],
    ].map(([name, figure]) => `  ${padEnd(name, 27)}${figure}`),
    ...roles.flatMap(({ role, members }) => {
      const head = `  ${padEnd(role, 13)} ${String(members.length).padStart(4)}  `;
      const lines = wrap(roleText(role, members), width - head.length);
      return lines.map((line, i) =>
        paint.dim(`${i === 0 ? head : ' '.repeat(head.length)}${line}`),
      );
    }),
  ];
}

export function assumptionSection(result: RunResult, width: number, paint: Paint): string[] {
  const [first, ...others] = result.assumptions.map(printable);
  if (first === undefined) return [];
  const shown = others.slice(0, ASSUMPTIONS_SHOWN - 1);
  const hidden = others.length - shown.length;
  const room = Math.max(8, width - 2);
  return [
    `${paint.bold(`Assumed figures and settings: ${result.assumptions.length}`)}`,
    // The first says how far all figures can be trusted, so it is never cut.
    ...wrap(first, room).map((line) => `  ${shorten(line, room)}`),
    ...shown.map((text) => `  ${shorten(text, room)}`),
    ...(hidden > 0 ? [paint.dim(`  and ${hidden} more: --html and --json list all`)] : []),
  ];
}
