/** The killer of a mutant: the first recorded scenario that the simulator no longer orders alike. */
import { compare } from '../conformance/compare.js';
import { SCENARIOS } from '../conformance/scenarios/all.js';

/** Name and kernel of the first scenario that fails; '' if none does. */
export function firstFailure(): string {
  for (const scenario of SCENARIOS) {
    try {
      for (const { kernel, difference } of compare(scenario)) {
        if (difference !== '' && scenario.differs?.[kernel] === undefined) {
          return `${scenario.name} on ${kernel}`;
        }
      }
    } catch (error) {
      return `${scenario.name}: ${(error as Error).message.split('\n')[0]}`;
    }
  }
  return '';
}
