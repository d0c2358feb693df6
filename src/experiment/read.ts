/** Text of `experiment.yaml` -> experiment, or everything that is wrong with it. */
import type { Diagnostic } from '../base/diagnostics.js';
import { nearestName } from '../base/suggest.js';
import { DEFAULT_PERCENTILES } from '../latency/percentiles.js';
import type { Patch } from '../plan/patch.js';
import { parseSource } from '../platform/parseSource.js';
import { Problems } from '../platform/problems.js';
import type { Path } from '../platform/sourceTree.js';
import { validate } from '../platform/validate.js';
import type { Claim, Experiment, RunLength, Variant } from './experiment.js';
import { type Call, type Comparison, callsOf } from './expression.js';
import { parseComparison } from './expressionText.js';
import { type FindingPart, parseFinding } from './finding.js';
import type { ExpressionFault } from './scanner.js';
import { type EditDoc, type ExperimentDoc, experimentSchema } from './schema.js';

/**
 * Reads an experiment. `name` is that of its folder, `file` names it in places. The experiment is
 * present iff no diagnostic is an error.
 *
 * @example readExperiment(text, 'halt-modes', 'halt-modes/experiment.yaml').experiment?.claims
 */
export function readExperiment(
  text: string,
  name: string,
  file: string,
): { experiment?: Experiment; diagnostics: readonly Diagnostic[] } {
  const source = parseSource(text, file);
  if (!source.root) return { diagnostics: source.diagnostics };
  const problems = new Problems(source.root, 'experiment');
  problems.diagnostics.push(...source.diagnostics);
  const data = validate(experimentSchema, problems);
  const experiment = data && new Reader(data, problems).read(name);
  const { diagnostics } = problems;
  return problems.hasErrors || !experiment ? { diagnostics } : { experiment, diagnostics };
}

class Reader {
  private readonly names: readonly string[];

  constructor(
    private readonly data: ExperimentDoc,
    private readonly problems: Problems,
  ) {
    this.names = data.variants.map((variant) => variant.name);
  }

  read(name: string): Experiment {
    const { title, question, sources, assumed, run, sweep, figure } = this.data;
    return {
      name,
      title,
      question,
      sources,
      variants: this.variants(),
      run: this.length(run, ['run']),
      seeds: Array.from({ length: run.seeds }, (_, i) => String(i + 1)),
      sweep:
        sweep === 'off'
          ? { points: 0 }
          : { ...this.length(sweep, ['sweep']), points: sweep.points },
      claims: this.claims(),
      assumed,
      finding: this.finding(),
      figureWorkload: figure?.workload,
      figureScale: figure?.scale,
    };
  }

  private length(written: { activations?: number; for?: number }, path: Path): RunLength {
    if (written.activations === undefined && written.for === undefined) {
      const fix = 'write `activations: 5000` or `for: 10s`';
      this.problems.error('experiment/endless', path, 'nothing ends the runs', fix);
    }
    return { activations: written.activations, untilNs: written.for };
  }

  private variants(): Variant[] {
    const { base, edits = [], variants } = this.data;
    const known = new Map<string, Patch[]>();
    return variants.map((variant, i) => {
      const path = ['variants', i];
      if (known.has(variant.name)) {
        const message = `two variants are called "${variant.name}"`;
        this.problems.error('experiment/duplicate', [...path, 'name'], message, 'rename one');
      }
      const before = variant.after === undefined ? [] : known.get(variant.after);
      if (before === undefined) {
        const message = `no earlier variant is called "${variant.after}"`;
        const fix = 'name one that stands above';
        this.problems.error('experiment/unknown-variant', [...path, 'after'], message, fix);
      }
      const own = [...(before ?? []), ...(variant.edits ?? []).map(patchOf)];
      known.set(variant.name, own);
      const { published } = variant;
      return {
        name: variant.name,
        title: variant.title ?? variant.name,
        base: variant.base ?? base,
        edits: [...edits.map(patchOf), ...own],
        published: published && {
          minNs: published.min,
          maxNs: published.max,
          source: published.source,
        },
      };
    });
  }

  private claims(): Claim[] {
    const claims: Claim[] = [];
    this.data.claims.forEach(({ says, check, given, over, contradicted }, i) => {
      const path = ['claims', i, 'check'];
      const comparison = this.comparison(check, path);
      const condition = given && this.comparison(given, ['claims', i, 'given']);
      if (comparison === undefined) return;
      const scope = over ?? (contradicted === undefined ? 'sweep' : 'nominal');
      if (scope !== 'nominal' && this.data.sweep === 'off') {
        const message = 'the claim is to hold over the sweep, and the sweep is off';
        this.problems.error('experiment/no-sweep', path, message, 'write `over: nominal`');
      }
      claims.push({
        says,
        check,
        comparison,
        given: given && condition ? { text: given, comparison: condition } : undefined,
        over: scope,
        contradicted,
      });
    });
    return claims;
  }

  private comparison(text: string, path: Path): Comparison | undefined {
    const comparison = parseComparison(text);
    if ('message' in comparison) {
      this.fault(path, comparison);
      return undefined;
    }
    this.knownCalls(comparison.operands.flatMap(callsOf), path, 0);
    return comparison;
  }

  private finding(): FindingPart[] {
    const parts = parseFinding(this.data.finding);
    if ('message' in parts) {
      this.fault(['finding'], parts);
      return [];
    }
    for (const part of parts) {
      if ('expression' in part) this.knownCalls(callsOf(part.expression), ['finding'], part.at);
    }
    return parts;
  }

  private fault(path: Path, { message, fix, at }: ExpressionFault): void {
    this.problems.error('experiment/expression', path, message, fix, at);
  }

  private knownCalls(calls: readonly Call[], path: Path, offset: number): void {
    for (const { variant, percentile, at } of calls) {
      if (!this.names.includes(variant)) {
        const near = nearestName(variant, this.names);
        const fix = near ? `write ${near}` : `use one of ${this.names.join(', ')}`;
        const message = `there is no variant "${variant}"`;
        this.problems.error('experiment/unknown-variant', path, message, fix, offset + at);
      }
      if (percentile !== undefined && !DEFAULT_PERCENTILES.includes(percentile)) {
        const fix = `use one of p${DEFAULT_PERCENTILES.join(', p')}`;
        const message = `p${percentile} is not kept`;
        this.problems.error('experiment/percentile', path, message, fix, offset + at);
      }
    }
  }
}

/** JSON pointer to the path of an immer patch. */
function patchOf(edit: EditDoc): Patch {
  const path = edit.path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^(?:0|[1-9][0-9]{0,5})$/.test(part) ? Number(part) : part));
  return edit.op === 'remove' ? { op: 'remove', path } : { op: edit.op, path, value: edit.value };
}
