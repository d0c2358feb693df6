/** Whether the simulator orders a scenario as the recorded kernels did. */
import { readRecordings } from './fixture.js';
import { RULES } from './rules.js';
import type { KernelName, Scenario } from './scenario.js';
import { firstDifference, sideBySide } from './sideBySide.js';
import { simulatedLines } from './simulated.js';

export interface Comparison {
  readonly kernel: KernelName;
  /** Empty: they agree. Else both sequences and the rules concerned. */
  readonly difference: string;
}

/** Compares a scenario with each of its recordings. */
export function compare(scenario: Scenario): Comparison[] {
  return readRecordings(scenario.name).map(({ kernel, lines }) => {
    const simulated = simulatedLines(scenario, kernel);
    const at = firstDifference(lines, simulated, scenario.withinMs);
    if (at < 0) return { kernel, difference: '' };
    const rules = RULES.filter(({ name }) => scenario.rules.includes(name));
    const text = rules.map(({ name, section, says }) => `  ${name} (${section}): ${says}`);
    return {
      kernel,
      difference: [
        `${scenario.name} on ${kernel}: ${scenario.shows}`,
        sideBySide(lines, simulated, at),
        'Rules that it is about:',
        ...text,
      ].join('\n'),
    };
  });
}
