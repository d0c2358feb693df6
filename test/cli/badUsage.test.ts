import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SMALL_PLAN } from './smallPlan.js';
import { namesIn, runCli, temporaryFolder } from './startCli.js';

function folderWithPlan(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'plan.yaml'), SMALL_PLAN);
  return folder;
}

describe('wrong usage gives exit 2, a fix and no output', () => {
  test.each([
    ['no command', [], /no command/],
    ['a misspelt command', ['rnu', 'plan.yaml'], /did you mean run\?/],
    ['a command that does not exist', ['fly'], /unknown command or argument: fly/],
    ['a misspelt subcommand', ['plan', 'chekc', 'plan.yaml'], /did you mean check\?/],
    ['no subcommand', ['platform'], /needs a command/],
    ['no plan', ['run'], /needs PLAN/],
    ['two plans', ['run', 'plan.yaml', 'plan.yaml'], /plan\.yaml/],
    ['a misspelt option', ['run', 'plan.yaml', '--actvations', '5'], /did you mean --activations/],
    ['an option twice', ['run', 'plan.yaml', '--seed', '1', '--seed', '2'], /more than once/],
    ['an option without value', ['run', 'plan.yaml', '--for'], /--for/],
    ['no count', ['run', 'plan.yaml', '--activations', 'many'], /--activations is "many"/],
    ['a negative count', ['run', 'plan.yaml', '--activations=-5'], /--activations/],
    ['a huge count', ['run', 'plan.yaml', '--activations', '1e99'], /--activations/],
    ['a span without unit', ['run', 'plan.yaml', '--for', '10'], /no unit/],
    ['a negative span', ['run', 'plan.yaml', '--for=-10s'], /never negative/],
    ['a span of nothing', ['run', 'plan.yaml', '--for', '0s'], /span of 0/],
    ['too many worst samples', ['run', 'plan.yaml', '--worst', '1e6'], /--worst/],
    ['a directory as file', ['run', 'plan.yaml', '--html', '.'], /is a directory/],
    ['a file as directory', ['run', 'plan.yaml', '--svg', 'plan.yaml'], /is not a directory/],
    ['an unknown platform', ['platform', 'show', 'idael'], /did you mean ideal/],
    ['a platform outside', ['platform', 'show', '../../package'], /no such file/],
    ['nothing to import', ['import'], /nothing to import/],
    ['no release', ['import', '--cmdline', 'plan.yaml', '--kernel', 'foo'], /no kernel release/],
  ])('%s', (_name, args, message) => {
    const folder = folderWithPlan();
    const { code, stdout, stderr } = runCli(args, { cwd: folder });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^ {2}fix: /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(namesIn(folder)).toEqual(['plan.yaml']);
  });

  test('--json gives the same as JSON', () => {
    const { code, stdout } = runCli(['run', 'plan.yaml', '--json', '--sede', '1']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [
        { code: 'cli/usage', severity: 'error', message: expect.stringMatching(/sede/) },
      ],
    });
  });
});

describe('what cannot be written', () => {
  test('is refused with a place', () => {
    const folder = folderWithPlan();
    const args = ['run', 'plan.yaml', '--activations', '10', '--html', 'plan.yaml/a.html'];
    const { code, stderr } = runCli(args, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('plan.yaml/a.html');
    expect(namesIn(folder)).toEqual(['plan.yaml']);
  });
});
