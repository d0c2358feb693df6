/** The commands, in the order in which help lists them. */
import type { Command } from './command.js';
import { boundCommand } from './commands/bound.js';
import { checkCommand } from './commands/check.js';
import { compareCommand } from './commands/compare.js';
import { experimentCommand } from './commands/experiment.js';
import { explainCommand } from './commands/explain.js';
import { importCommand } from './commands/import.js';
import { planCheckCommand } from './commands/planCheck.js';
import { planDiffCommand } from './commands/planDiff.js';
import { planSchemaCommand } from './commands/planSchema.js';
import { platformListCommand } from './commands/platformList.js';
import { platformShowCommand } from './commands/platformShow.js';
import { replayCommand } from './commands/replay.js';
import { runCommand } from './commands/run.js';
import { suggestCommand } from './commands/suggest.js';
import { validateCommand } from './commands/validate.js';
import { worstCommand } from './commands/worst.js';

const TOP = [
  runCommand,
  boundCommand,
  worstCommand,
  replayCommand,
  explainCommand,
  compareCommand,
  importCommand,
  checkCommand,
  suggestCommand,
  validateCommand,
  experimentCommand,
];

/** Commands by the word before them; '' for those of the top level. */
export const GROUPS: ReadonlyArray<{
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}> = [
  { name: '', summary: '', commands: TOP },
  {
    name: 'plan',
    summary: 'Check or compare plans, or print their schema',
    commands: [planCheckCommand, planDiffCommand, planSchemaCommand],
  },
  {
    name: 'platform',
    summary: 'List or show platforms: what a machine and its kernels cost',
    commands: [platformListCommand, platformShowCommand],
  },
];
