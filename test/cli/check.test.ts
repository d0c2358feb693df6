import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { smallPlanWith } from './smallPlan.js';
import { runCli, temporaryFolder } from './startCli.js';

function planFile(text: string, name = 'plan.yaml'): { cwd: string; file: string } {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), text);
  return { cwd, file: name };
}

const TRAP = smallPlanWith(
  'isolcpus=2-3 nohz_full=2-3',
  'isolcpus=managed_irq,2-3 nohz_full=2-3 # kept',
);

describe('isochron check', () => {
  test('prints findings with place, reason and fix, and ends with 8', () => {
    const { cwd, file } = planFile(TRAP);
    const { code, stdout, stderr } = runCli(['check', file], { cwd });
    expect(code).toBe(8);
    expect(stdout).toContain('isolation/domain-flag');
    expect(stdout).toContain('plan.yaml:5:');
    expect(stdout).toContain('why: ');
    expect(stdout).toContain('fix: write isolcpus=domain,managed_irq,2-3');
    expect(stderr).toContain('isochron check --fix repairs');
    // The rule says more than the warning of the loader.
    expect(stderr).not.toContain('plan/isolcpus-flags');
  });

  test('is silent about the flagship plan', () => {
    const { code, stdout, stderr } = runCli(['check', 'models/plans/flagship.yaml']);
    expect([code, stdout, stderr]).toEqual([0, 'models/plans/flagship.yaml: no findings\n', '']);
  });

  test('prints JSON with patches', () => {
    const { cwd, file } = planFile(TRAP);
    const { code, stdout } = runCli(['check', '--json', file], { cwd });
    expect(code).toBe(8);
    const { plans } = JSON.parse(stdout) as {
      plans: Array<{ findings: Array<{ rule: string; patches: unknown[]; line: number }> }>;
    };
    const found = plans[0].findings.find(({ rule }) => rule === 'isolation/domain-flag');
    expect(found).toMatchObject({ severity: 'error', line: 5, file: 'plan.yaml' });
    expect(found?.patches).toHaveLength(1);
  });

  test('leaves out rules that the plan or the user switches off', () => {
    const off = `${TRAP}check:\n  ignore: [{ rule: isolation/domain-flag, reason: a cpuset isolates }]\n`;
    const { cwd, file } = planFile(off);
    const { stdout } = runCli(['check', '--ignore', 'kvm/halt-polling', file], { cwd });
    expect(stdout).toContain('isolation/domain-flag: a cpuset isolates');
    expect(stdout).not.toContain('isolcpus= has flags');
    expect(stdout).toContain('kvm/halt-polling: --ignore');
    const wrong = runCli(['check', '--ignore', 'kvm/halt-poling', file], { cwd });
    expect([wrong.code, wrong.stderr.includes('write kvm/halt-polling')]).toEqual([2, true]);
  });

  test('ends with 2 where a plan cannot be read, and checks the others', () => {
    const { cwd, file } = planFile(TRAP);
    writeFileSync(join(cwd, 'bad.yaml'), 'isochron: 1\nname: 3\n');
    const { code, stdout, stderr } = runCli(['check', 'bad.yaml', file], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('bad.yaml');
    expect(stdout).toContain('plan.yaml: ');
  });

  test.each([
    [['check'], 'isochron check needs a plan'],
    [['check', '--dry-run', 'x'], 'write --fix --dry-run'],
    [['check', '--json', '--sarif', 'x'], 'exclude each other'],
    [['check', '--fix', '-'], 'cannot write to standard input'],
  ])('refuses %s', (args, message) => {
    const { code, stderr } = runCli(args);
    expect([code, stderr.includes(message)], stderr).toEqual([2, true]);
  });
});

describe('isochron check --fix', () => {
  test('writes the repaired plan, with the comments of the user', () => {
    const { cwd, file } = planFile(TRAP);
    const dry = runCli(['check', '--fix', '--dry-run', file], { cwd });
    expect(dry.stdout).toContain('+  cmdline: isolcpus=domain,managed_irq,2-3');
    expect(readFileSync(join(cwd, file), 'utf8')).toBe(TRAP);
    const { stderr } = runCli(['check', '--fix', file], { cwd });
    expect(stderr).toMatch(/plan\.yaml: repaired [0-9]+ findings/);
    const written = readFileSync(join(cwd, file), 'utf8');
    expect(written).toContain('isolcpus=domain,managed_irq,2-3');
    expect(written).toContain('# kept');
    const again = runCli(['check', '--fix', file], { cwd });
    expect(again.stderr).toContain('nothing to repair');
    expect(readFileSync(join(cwd, file), 'utf8')).toBe(written);
  });

  test('leaves what stands in a base to the base', () => {
    const { cwd } = planFile(TRAP, 'base.yaml');
    writeFileSync(join(cwd, 'plan.yaml'), 'isochron: 1\nextends: base.yaml\nname: mine # mine\n');
    const { stderr } = runCli(['check', '--fix', 'plan.yaml'], { cwd });
    expect(stderr).toContain('these belong into a file that it extends');
    const written = readFileSync(join(cwd, 'plan.yaml'), 'utf8');
    expect(written).toContain('name: mine # mine');
    expect(written).toContain('isolcpus=domain,managed_irq,2-3');
    expect(readFileSync(join(cwd, 'base.yaml'), 'utf8')).toBe(TRAP);
  });
});

describe('isochron check --sarif', () => {
  test('has what SARIF 2.1.0 requires', () => {
    const { cwd, file } = planFile(TRAP, 'my plan.yaml');
    const { code, stdout } = runCli(['check', '--sarif', file], { cwd });
    expect(code).toBe(8);
    const log = JSON.parse(stdout) as {
      version: string;
      runs: Array<{
        tool: { driver: { name: string; rules: Array<{ id: string }> } };
        results: Array<{
          ruleId: string;
          ruleIndex?: number;
          level: string;
          message: { text: string };
          locations: Array<{
            physicalLocation: {
              artifactLocation: { uri: string };
              region?: { startLine: number; startColumn: number };
            };
          }>;
        }>;
      }>;
    };
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toHaveLength(1);
    const [{ tool, results }] = log.runs;
    expect(tool.driver.name).toBe('isochron');
    expect(results.length).toBeGreaterThan(3);
    for (const result of results) {
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.message.text.length).toBeGreaterThan(20);
      if (result.ruleIndex !== undefined) {
        expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      }
      const { artifactLocation, region } = result.locations[0].physicalLocation;
      expect(artifactLocation.uri).toBe('my%20plan.yaml');
      if (region) expect(Math.min(region.startLine, region.startColumn)).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('isochron check --list and --explain', () => {
  test('name every rule and say why', () => {
    const list = runCli(['check', '--list']);
    expect(list.code).toBe(0);
    expect(list.stdout.trim().split('\n').length).toBeGreaterThanOrEqual(40);
    const { code, stdout } = runCli(['check', '--explain', 'isolation/smt-sibling']);
    expect(code).toBe(0);
    expect(stdout).toContain('Source: ');
    const json = JSON.parse(runCli(['check', '--list', '--json']).stdout) as { rules: unknown[] };
    expect(json.rules.length).toBe(list.stdout.trim().split('\n').length);
    expect(runCli(['check', '--explain', 'nothing']).code).toBe(2);
  });
});
