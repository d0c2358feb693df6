import { removeWords } from '../cmdlineEdit.js';
import { cmdlineAt } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const misspelt: Rule = {
  id: 'cmdline/misspelt',
  severity: 'error',
  title: 'Parameters of the command line and their values are spelt as the kernel knows them',
  rationale:
    'The kernel passes a parameter that it does not know to init without a word, and takes a value that it does ' +
    'not know for none.',
  source: 'Documentation/admin-guide/kernel-parameters.txt',
  partition: true,
  covers: ['plan/cmdline-name', 'plan/cmdline-value'],
  find: ({ kernels }) =>
    kernels.flatMap((view) =>
      view.facts.slips.map(({ message, fix, offset }) => {
        const token = view.tokens.find((t) => t.offset === offset);
        const right = /^write ([A-Za-z_.]+(?:=[a-z,]+)?)$/.exec(fix)?.[1];
        const value = token?.value === undefined ? '' : `=${token.value}`;
        const word = right?.includes('=') ? right : `${right}${value}`;
        return {
          ...cmdlineAt(view, offset),
          message,
          remedy: fix,
          ...(token && right
            ? {
                fix: editCmdline(view, (line) =>
                  `${removeWords(line, (t) => t.key === token.key && t.value === token.value)} ${word}`.trim(),
                ),
              }
            : {}),
        };
      }),
    ),
};
