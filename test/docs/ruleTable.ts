/** The rules as a Markdown table, for docs/rules.md. */
import { RULES } from '../../src/rules/registry.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** One row a rule: id, severity, what must hold, why, source, and whether a test shows its cost. */
export function ruleTable(): string {
  const rows = RULES.map(({ id, severity, title, rationale, source, cannotShow }) =>
    [`\`${id}\``, severity, title, rationale, source, cannotShow ?? 'shown'].map(cell).join(' | '),
  );
  const head = 'rule | severity | what must hold | why | source | in the simulator';
  return [`| ${head} |`, '|---|---|---|---|---|---|', ...rows.map((row) => `| ${row} |`)].join(
    '\n',
  );
}
