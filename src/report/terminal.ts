/** A result as text for a terminal. */
import type { RunResult } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { boundSection } from './terminalBound.js';
import { latencySection } from './terminalLatency.js';
import { paintFor } from './terminalPaint.js';
import {
  assumptionSection,
  headingSection,
  partitionSection,
  requirementSection,
  worstSection,
} from './terminalSections.js';
import { switchSection } from './terminalSwitches.js';

export interface TerminalOptions {
  /** Columns of the terminal; below 40 is taken as 40. */
  readonly width: number;
  readonly colour: boolean;
}

const WIDTH_MIN = 40;

/**
 * The whole report, ending in a line feed. `plan` is the plan that the result came from.
 *
 * @example renderTerminal(result, plan, { width: 100, colour: false })
 */
export function renderTerminal(
  result: RunResult,
  plan: NormalizedPlan,
  { width, colour }: TerminalOptions,
): string {
  const paint = paintFor(colour);
  const columns = Math.max(WIDTH_MIN, width);
  const sections = [
    headingSection(result, columns, paint),
    latencySection(result, plan, columns, paint),
    boundSection(result, columns, paint),
    requirementSection(result, columns, paint),
    worstSection(result, columns, paint),
    switchSection(result, columns, paint),
    partitionSection(result, plan, columns, paint),
    assumptionSection(result, columns, paint),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}
