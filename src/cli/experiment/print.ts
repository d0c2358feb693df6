/** Outcomes of experiments as text for a terminal and as JSON. */
import { valueText } from '../../experiment/finding.js';
import type { Held } from '../../experiment/judge.js';
import type { ExperimentSummary } from '../../experiment/summary.js';
import { printable } from '../../report/textTable.js';
import { type ExperimentOutcome, isRight } from './outcome.js';

/** Most differences of one experiment that are printed. */
const MAX_DIFFERENCES = 12;

function heldText({ held, of, range }: Held, dimension: number, what: string): string {
  if (range === undefined) return `no value at ${of} ${what}`;
  const [low, high] = range.map((value) => valueText(value, dimension));
  return `${low === high ? low : `${low} to ${high}`} (${held} of ${of} ${what})`;
}

function claimLines(claim: ExperimentSummary['claims'][number]): string[] {
  const { says, check, given, verdict, over, dimension, nominal, sweep, hangsOn } = claim;
  const swept =
    sweep === undefined
      ? []
      : [
          `${heldText(sweep, dimension, 'points')}${over === 'nominal' ? ', not claimed there' : ''}`,
        ];
  const figures = hangsOn.length > 0 ? [`hangs on ${hangsOn.join(', ')}`] : [];
  return [
    `  ${verdict}: ${says}`,
    `      ${check}${given === undefined ? '' : `, given ${given}`}`,
    `      ${[heldText(nominal, dimension, 'seeds'), ...swept, ...figures].join('; ')}`,
    ...(claim.contradicted === undefined ? [] : [`      ${claim.contradicted}`]),
  ];
}

function outcomeLines(outcome: ExperimentOutcome): string[] {
  const { folder, status, summary } = outcome;
  const { name, title } = folder.experiment;
  if (summary === undefined) return [`${name}  ${title}: not run`];
  const shown = outcome.differences.slice(0, MAX_DIFFERENCES);
  const more = outcome.differences.length - shown.length;
  return [
    `${name}  ${title}`,
    `  ${summary.finding}`,
    ...summary.claims.flatMap(claimLines),
    `  summary: ${status === 'new' ? 'none is stored; --update stores this one' : status}`,
    ...shown.map(({ text, small }) => `      ${small ? 'moved' : 'differs'}: ${text}`),
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}

/** The whole text, experiments apart by blank lines. */
export function experimentsText(version: string, outcomes: readonly ExperimentOutcome[]): string {
  const run = outcomes.filter(({ summary }) => summary !== undefined);
  const wrong = run.filter((outcome) => !isRight(outcome)).map(({ folder }) => folder);
  const claims = run.flatMap(({ summary }) => summary?.claims ?? []);
  const count = (verdict: string): number => claims.filter((one) => one.verdict === verdict).length;
  const lines = [
    `Isochron ${version}: experiments`,
    ...outcomes.flatMap((outcome) => ['', ...outcomeLines(outcome)]),
    '',
    `${run.length} of ${outcomes.length} experiments run; claims: ${count('holds')} hold, ` +
      `${count('contradicted')} contradicted with a reason, ${count('fails')} fail`,
    wrong.length === 0
      ? 'every summary is as stored'
      : `not as stored, or a claim fails: ${wrong.map(({ experiment }) => experiment.name).join(', ')}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** What `--json` prints. */
export function experimentsJson(version: string, outcomes: readonly ExperimentOutcome[]) {
  return {
    version,
    experiments: outcomes.map((outcome) => ({
      name: outcome.folder.experiment.name,
      title: outcome.folder.experiment.title,
      status: outcome.status,
      right: isRight(outcome),
      differences: outcome.differences,
      summary: outcome.summary ?? null,
    })),
  };
}
