/** Runs the rules over a prepared plan. */
import type { Diagnostic, Place } from '../base/diagnostics.js';
import { nearestName } from '../base/suggest.js';
import { editPlan, type Patch } from '../plan/edit.js';
import type { PreparedPlan } from '../plan/load.js';
import { formatPath, placeOf } from '../platform/sourceTree.js';
import { RULES } from './registry.js';
import type { Finding, Rule } from './rule.js';
import { makeSubject } from './subject.js';

/** A finding with its rule, its place and its repair as patches on the merged plan. */
export interface RuleFinding {
  readonly rule: Rule;
  readonly finding: Finding;
  /** As in `guests[0].vcpus[1].cpus`. */
  readonly path: string;
  readonly place: Place;
  /** Empty where the rule has no repair. */
  readonly patches: readonly Patch[];
}

export interface IgnoredRule {
  readonly rule: string;
  /** The plan's, or `--ignore`. */
  readonly reason: string;
}

export interface CheckReport {
  /** By severity, then by rule, then by place. */
  readonly findings: readonly RuleFinding[];
  /** Rules that were switched off. */
  readonly ignored: readonly IgnoredRule[];
  /** Warnings of the loader that no rule says better, and misspelt rules. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface CheckOptions {
  /** Ids of rules to leave out, in addition to those that the plan switches off. */
  readonly ignore?: readonly string[];
}

const ORDER = { error: 0, warning: 1, info: 2 } as const;

/** The rule of an id. */
export const ruleOf = (id: string): Rule | undefined => RULES.find((rule) => rule.id === id);

/**
 * Checks a plan that could be prepared against every rule that is not switched off.
 *
 * @example checkPlan(preparePlan('plan.yaml', io)).findings.length // 0 if the plan keeps all rules
 * @throws RangeError if the plan has errors: they come first
 */
export function checkPlan(prepared: PreparedPlan, options: CheckOptions = {}): CheckReport {
  const { plan, document, source } = prepared;
  if (!plan || !document || !source) throw new RangeError('a plan with errors cannot be checked');
  const stated = document.check?.ignore ?? [];
  const ignored: IgnoredRule[] = [
    ...stated,
    ...(options.ignore ?? []).map((rule) => ({ rule, reason: '--ignore' })),
  ];
  const off = new Set(ignored.map(({ rule }) => rule));
  const active = RULES.filter(({ id }) => !off.has(id));
  const subject = makeSubject(plan, document);
  const findings = active.flatMap((rule) =>
    rule.find(subject).map((finding): RuleFinding => {
      const { path, offset, fix } = finding;
      return {
        rule,
        finding,
        path: formatPath(path),
        place: placeOf(source, path, offset ?? 0),
        patches: fix ? editPlan(document, fix).patches : [],
      };
    }),
  );
  const covered = new Set(active.flatMap(({ covers }) => covers ?? []));
  const left = prepared.diagnostics.filter(({ code }) => !covered.has(code));
  const unknown = stated.flatMap(({ rule }, i): Diagnostic[] =>
    ruleOf(rule)
      ? []
      : [
          {
            ...unknownRule(rule),
            path: `check.ignore[${i}].rule`,
            place: placeOf(source, ['check', 'ignore', i, 'rule']),
          },
        ],
  );
  return { findings: inOrder(findings), ignored, diagnostics: [...left, ...unknown] };
}

/** What is said of an id that no rule has. */
export function unknownRule(id: string): Diagnostic {
  const near = nearestName(
    id,
    RULES.map((rule) => rule.id),
  );
  return {
    code: 'check/unknown-rule',
    severity: 'warning',
    path: '',
    message: `there is no rule "${id.slice(0, 100)}"`,
    fix: near ? `write ${near}` : 'isochron check --list shows all rules',
  };
}

function inOrder(findings: readonly RuleFinding[]): RuleFinding[] {
  const keyed = findings.map((finding, index) => ({ finding, index }));
  keyed.sort(
    (a, b) =>
      ORDER[a.finding.rule.severity] - ORDER[b.finding.rule.severity] ||
      // Findings of one rule stay together, in the order in which it made them.
      a.index - b.index,
  );
  return keyed.map(({ finding }) => finding);
}
