/** The promises that hold for any text: a value, or an error with a reason; never a throw. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { readTopology } from '../../src/cli/topologySource.js';
import { importPlan } from '../../src/formats/importPlan.js';
import { preparePlan } from '../../src/plan/load.js';
import { parsePlatform } from '../../src/platform/load.js';
import { mutated } from './mutation.js';

const PLATFORMS = 'models/platforms';
const PLANS = 'models/plans';
const EXAMPLE = 'docs/example';

const texts = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));

const example = (name: string): string => readFileSync(`${EXAMPLE}/${name}`, 'utf8');

function prepare(text: string) {
  return preparePlan('fuzz.yaml', {
    readText: (path) => {
      if (path !== 'fuzz.yaml') throw new Error('no such file');
      return text;
    },
    platformText: (name) => {
      const file = `${PLATFORMS}/${name}.yaml`;
      const known = readdirSync(PLATFORMS).includes(`${name}.yaml`);
      return known ? { text: readFileSync(file, 'utf8'), file } : undefined;
    },
    platformNames: () => ['ideal'],
  });
}

type Problems = ReadonlyArray<{ readonly severity: string; readonly message: string }>;

/** A value if and only if there is no error. */
function valueOrError(value: unknown, diagnostics: Problems): void {
  const failed = diagnostics.some((d) => d.severity === 'error');
  if ((value === undefined) !== failed) {
    throw new Error(failed ? 'a value in spite of errors' : 'neither a value nor an error');
  }
}

export const PLAN_TEXTS = mutated(texts(PLANS));

export function checkPlan(text: string): void {
  const { plan, diagnostics } = prepare(text);
  valueOrError(plan, diagnostics);
}

export const PLATFORM_TEXTS = mutated(texts(PLATFORMS));

export function checkPlatform(text: string): void {
  const { platform, diagnostics } = parsePlatform(text, 'fuzz.yaml');
  valueOrError(platform, diagnostics);
}

const mostly = (text: string): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: fc.constant(text), weight: 1 }, { arbitrary: mutated([text]), weight: 1 });

export const HOST_FILES = fc.record({
  cmdline: mostly(example('cmdline')),
  interrupts: mostly(example('interrupts')),
  irqTree: mostly(example('irq-affinity.tsv')),
  topology: mostly(example('lscpu.csv')),
  kvmParameters: mostly(example('kvm-parameters')),
  domain: mostly(example('plc.xml')),
});

const platforms = [parsePlatform(texts(PLATFORMS)[0], 'platform.yaml').platform].flatMap(
  (platform) => platform ?? [],
);

/** An import that succeeds must give a plan that can be run. */
export function checkImport(files: Readonly<Record<string, string>>): void {
  const text = (name: string) => ({ text: files[name], file: name });
  const tree = (name: string) => ({ source: files[name], file: name });
  const { yaml, diagnostics } = importPlan(
    {
      cmdline: text('cmdline'),
      interrupts: text('interrupts'),
      irqTree: tree('irqTree'),
      topology: { reading: readTopology(tree('topology')), file: 'topology' },
      kvmParameters: tree('kvmParameters'),
      domains: [text('domain')],
      uptimeSeconds: 86_400,
    },
    { platforms },
  );
  valueOrError(yaml, diagnostics);
  if (yaml === undefined) return;
  const { plan, diagnostics: problems } = prepare(yaml);
  if (plan === undefined) {
    throw new Error(`the import cannot be run: ${problems.map((d) => d.message).join('; ')}`);
  }
}
