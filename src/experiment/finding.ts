/**
 * A finding in one line, whose figures are filled in from the results: `slower by a factor of
 * {mean(guest) / mean(host)}`. A figure that stands in the text itself would grow old.
 */
import { formatDuration } from '../base/units.js';
import { dimensionOf, type Expression, evaluate, type Lookup } from './expression.js';
import { parseExpression } from './expressionText.js';
import type { ExpressionFault } from './scanner.js';

export type FindingPart =
  | { readonly text: string }
  | { readonly expression: Expression; readonly at: number };

/** Text with expressions in braces -> parts. */
export function parseFinding(text: string): FindingPart[] | ExpressionFault {
  const parts: FindingPart[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    const expression = parseExpression(match[1]);
    if ('message' in expression) {
      return { ...expression, at: match.index + 1 + expression.at };
    }
    parts.push({ expression, at: match.index + 1 });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** The finding with its figures. */
export function findingText(parts: readonly FindingPart[], lookup: Lookup): string {
  return parts
    .map((part) =>
      'text' in part
        ? part.text
        : valueText(evaluate(part.expression, lookup), dimensionOf(part.expression)),
    )
    .join('');
}

/** A time with its unit or a plain number, with three digits; `-` where there is none. */
export function valueText(value: number, dimension: number): string {
  if (Number.isNaN(value)) return '-';
  if (dimension !== 1) return plainText(value);
  const sign = value < 0 ? '-' : '';
  return `${sign}${formatDuration(Math.round(Math.abs(value)))}`;
}

function plainText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
