import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KVM_COSTS, LINUX_COSTS, NETWORK_COSTS } from '../../src/platform/costs.js';
import { parsePlatform } from '../../src/platform/load.js';
import { platformJsonSchema } from '../../src/platform/schema.js';
import { tinyPlatformText } from '../../src/testing/tinyPlatform.js';

const models = new URL('../../models/platforms/', import.meta.url);
const read = (text: string) => parsePlatform(text, 'p.yaml');

test.each(readdirSync(models).filter((f) => f.endsWith('.yaml')))('%s loads', (file) => {
  const { platform, diagnostics } = parsePlatform(
    readFileSync(new URL(file, models), 'utf8'),
    file,
  );
  expect(diagnostics).toEqual([]);
  expect(platform?.name).toBe(file.replace('.yaml', ''));
});

test('on the ideal platform nothing costs anything', () => {
  const { platform } = read(readFileSync(new URL('ideal.yaml', models), 'utf8'));
  const laws = [platform?.host, platform?.guest, platform?.kvm, platform?.network].flatMap((l) =>
    Object.values(l ?? {}),
  );
  const count = (costs: object): number => Object.keys(costs).length;
  expect(laws).toHaveLength(2 * count(LINUX_COSTS) + count(KVM_COSTS) + count(NETWORK_COSTS));
  expect(laws.every((law) => law.maxNs === 0)).toBe(true);
  expect(platform?.topology.pcpus).toHaveLength(8);
});

test('a guest starts from the host, scaled; its own figures win', () => {
  const text = tinyPlatformText({ cost: '100ns' }).replace('scale: 1.5}', 'scale: 1.5, tick: 7ns}');
  const { platform } = read(text);
  expect(platform?.guest.wakeup.maxNs).toBe(150);
  expect(platform?.guest.tick.maxNs).toBe(7);
});

test('every primitive must be priced', () => {
  const { platform, diagnostics } = read(tinyPlatformText().replace('  softirq: 0ns\n', ''));
  expect(platform).toBeUndefined();
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({
    code: 'platform/missing',
    path: 'host.softirq',
    severity: 'error',
  });
  const partial = read(tinyPlatformText().replace('{default: host, scale: 1.5}', '{tick: 1ns}'));
  expect(partial.diagnostics).toHaveLength(Object.keys(LINUX_COSTS).length - 1);
});

test('a misspelt cost is suggested', () => {
  const { diagnostics } = read(tinyPlatformText().replace('  tick:', '  tikc:'));
  const unknown = diagnostics.find((d) => d.code === 'platform/unknown-key');
  expect(unknown).toMatchObject({ path: 'host.tikc', fix: 'write `tick`' });
});

test('a bad law is placed at its part', () => {
  const { diagnostics } = read(
    tinyPlatformText().replace('  tick: 0ns', '  tick: {min: 3ns, max: 1}'),
  );
  expect(diagnostics[0]).toMatchObject({ code: 'platform/law', path: 'host.tick.max' });
  expect(diagnostics[0].place?.column).toBeGreaterThan(18);
});

test('two C-states of one name, and SMIs without a distance, are refused', () => {
  const text = tinyPlatformText()
    .replace('name: C1E', 'name: C1')
    .replace('smi: off', 'smi: {every: 0s..1s, run: 10us}');
  expect(read(text).diagnostics.map((d) => d.path)).toEqual(['cstates[1].name', 'smi.every']);
});

test('the JSON Schema describes every cost and allows cycles', () => {
  const schema = JSON.stringify(platformJsonSchema());
  for (const name of [LINUX_COSTS, KVM_COSTS, NETWORK_COSTS].flatMap((c) => Object.keys(c))) {
    expect(schema).toContain(`"${name}"`);
  }
  expect(schema).toContain('cycles');
});
