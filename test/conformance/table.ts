/** The account of what is recorded: docs/conformance.md, generated. */
import { readRecordings } from './fixture.js';
import { RULES } from './rules.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/all.js';
import { orderOf } from './sequence.js';

/** Kernels of a scenario in groups that recorded the same order. */
export function kernelGroups({ name }: Scenario): string[][] {
  const groups = new Map<string, string[]>();
  for (const { kernel, lines } of readRecordings(name)) {
    const order = lines.map(orderOf).join('\n');
    groups.set(order, [...(groups.get(order) ?? []), kernel]);
  }
  return [...groups.values()];
}

/** Scenarios whose order differs between recorded kernels. */
export function scenariosThatDiffer(): Scenario[] {
  return SCENARIOS.filter((scenario) => kernelGroups(scenario).length > 1);
}

export function conformanceTable(): string {
  const versions = new Map(
    SCENARIOS.flatMap(({ name }) => readRecordings(name).map((one) => [one.kernel, one.version])),
  );
  const kernels = [...versions.keys()].sort((a, b) => (a < b ? -1 : 1));
  const differing = scenariosThatDiffer();
  const recordings = SCENARIOS.reduce((sum, { name }) => sum + readRecordings(name).length, 0);
  return [
    '# What recorded kernels say about the simulator',
    '',
    `${SCENARIOS.length} scenarios, ${recordings} recordings. Generated from \`test/conformance\`: do not edit.`,
    'The simulator must order every one of them as the kernel did, the known differences excepted.',
    '',
    '| kernel | version |',
    '|---|---|',
    ...kernels.map((kernel) => `| ${kernel} | ${versions.get(kernel)} |`),
    '',
    '## Rules and the scenarios that exercise them',
    '',
    '| rule | says | scenarios |',
    '|---|---|---|',
    ...RULES.filter(({ name }) => usersOf(name).length > 0).map(
      ({ name, says }) => `| ${name} | ${says} | ${usersOf(name).join(', ')} |`,
    ),
    '',
    '## Rules without a recording',
    '',
    '| rule | says | why |',
    '|---|---|---|',
    ...RULES.filter(({ name }) => usersOf(name).length === 0).map(
      ({ name, says, unrecorded }) => `| ${name} | ${says} | ${unrecorded ?? 'missing'} |`,
    ),
    '',
    '## Scenarios on which kernels differ',
    '',
    '| scenario | shows | kernels that agree |',
    '|---|---|---|',
    ...differing.map((scenario) => {
      const groups = kernelGroups(scenario).map((group) => group.join(' and '));
      return `| ${scenario.name} | ${scenario.shows} | ${groups.join('; ')} |`;
    }),
    '',
    '## Known differences between kernels and the simulator',
    '',
    '| scenario | kernels | why |',
    '|---|---|---|',
    ...SCENARIOS.flatMap(({ name, differs }) => {
      const reasons = new Map<string, string[]>();
      for (const [kernel, why] of Object.entries(differs ?? {})) {
        reasons.set(why, [...(reasons.get(why) ?? []), kernel]);
      }
      return [...reasons].map(([why, on]) => `| ${name} | ${on.join(', ')} | ${why} |`);
    }),
    '',
  ].join('\n');
}

function usersOf(rule: string): string[] {
  return SCENARIOS.filter(({ rules }) => rules.includes(rule)).map(({ name }) => name);
}
