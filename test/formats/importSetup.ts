/** Platforms and plan checking for the tests of the importer, from the files in models/. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformChoice } from '../../src/formats/importModel.js';
import { type PlanIo, type PreparedPlan, preparePlan } from '../../src/plan/load.js';
import { parsePlatform } from '../../src/platform/load.js';

const FOLDER = join(import.meta.dirname, '../../models/platforms');
const texts = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => [file.replace('.yaml', ''), readFileSync(join(FOLDER, file), 'utf8')]),
);

/** Every platform of models/. */
export const platforms: PlatformChoice[] = [...texts].map(([name, text]) => {
  const { platform } = parsePlatform(text, name);
  if (!platform) throw new Error(`the platform ${name} cannot be read`);
  return platform;
});

/** Checks a plan given as text, as `isochron plan check` does. */
export function prepare(yaml: string): PreparedPlan {
  const io: PlanIo = {
    readText: () => yaml,
    platformText: (name) => {
      const text = texts.get(name);
      return text === undefined ? undefined : { text, file: `${name}.yaml` };
    },
    platformNames: () => [...texts.keys()],
  };
  return preparePlan('imported.yaml', io);
}
