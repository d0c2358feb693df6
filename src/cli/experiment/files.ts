/** The files that are made from the outcome of experiments. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Experiment } from '../../experiment/experiment.js';
import { experimentFigure } from '../../experiment/figure.js';
import { indexMarkdown, resultMarkdown, withGenerated } from '../../experiment/markdown.js';
import type { ExperimentSummary } from '../../experiment/summary.js';
import { inputError, readTextFile } from '../inputFiles.js';
import type { OutputFile } from '../outputFiles.js';
import { jsonText } from '../printDiagnostics.js';
import { experimentNames, loadExperiments, SHIPPED, storedSummary } from './folders.js';
import type { ExperimentOutcome } from './outcome.js';

interface Done {
  readonly experiment: Experiment;
  readonly path: string;
  readonly summary: ExperimentSummary;
}

/** Outcomes that have a summary. */
export function doneOf(outcomes: readonly ExperimentOutcome[]): Done[] {
  return outcomes.flatMap(({ folder: { experiment, path }, summary }) =>
    summary === undefined ? [] : [{ experiment, path, summary }],
  );
}

async function svgOf({ experiment, summary }: Done): Promise<string> {
  const { renderSvg } = await import('../../report/svg.js');
  return `${await renderSvg(experimentFigure(experiment, summary))}\n`;
}

function readmeWith(file: string, generated: string): OutputFile {
  const text = withGenerated(readTextFile(file), generated);
  if (text !== undefined) return { path: file, data: text };
  const message = 'has no marks between which the result is written';
  const fix = 'write <!-- made by isochron experiment --update --> and <!-- end --> under Finding';
  throw inputError('cli/experiment', file, message, fix);
}

/** Summary, figure and the made part of the README, for `--update`. */
export async function updatedFiles(done: Done): Promise<OutputFile[]> {
  const { experiment, path, summary } = done;
  return [
    { path: join(path, 'expected.json'), data: jsonText(summary) },
    { path: join(path, 'figure.vl.json'), data: jsonText(experimentFigure(experiment, summary)) },
    { path: join(path, 'figure.svg'), data: await svgOf(done) },
    readmeWith(join(path, 'README.md'), resultMarkdown(experiment, summary)),
  ];
}

/** The index of the shipped experiments, with the fresh summaries of those that were run. */
export function updatedIndex(done: readonly Done[]): OutputFile[] {
  const fresh = new Map(done.map(({ path, summary }) => [resolve(path), summary]));
  const file = join(SHIPPED, 'README.md');
  if (!existsSync(file) || !done.some(({ path }) => resolve(dirname(path)) === resolve(SHIPPED))) {
    return [];
  }
  const all = loadExperiments(experimentNames()).flatMap(({ path, experiment }) => {
    const summary = fresh.get(resolve(path)) ?? storedSummary(path);
    return summary === undefined ? [] : [{ experiment, summary }];
  });
  return [readmeWith(file, indexMarkdown(all))];
}

/** Every figure as SVG in one folder. */
export async function figureFiles(done: readonly Done[], folder: string): Promise<OutputFile[]> {
  const files: OutputFile[] = [];
  for (const one of done) {
    files.push({ path: join(folder, `${one.experiment.name}.svg`), data: await svgOf(one) });
  }
  return files;
}

/** All experiments on one page. */
export async function pageFile(done: readonly Done[], path: string): Promise<OutputFile> {
  const { experimentPage } = await import('../../experiment/page.js');
  const parts = [];
  for (const one of done) parts.push({ ...one, svg: await svgOf(one) });
  return { path, data: experimentPage(parts) };
}
