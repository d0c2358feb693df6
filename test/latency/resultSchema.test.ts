import { describe, expect, it } from 'vitest';
import { LatencyRecorder } from '../../src/latency/recorder.js';
import type { RunResult } from '../../src/latency/result.js';
import { runResultJsonSchema, runResultSchema } from '../../src/latency/resultSchema.js';

function result(): RunResult {
  const recorder = new LatencyRecorder({ causeNames: ['exit'], seed: '1' });
  for (let i = 0; i < 300; i++) recorder.record(1_500, 10, Float64Array.of(1_500));
  const spec = { statistic: '99.999', limitNs: 2_000, text: 'w p99.999 <= 2us' };
  return {
    version: '0.1.0',
    planName: 'p',
    planHash: 'ab',
    seed: '1',
    fingerprint: 'cd',
    simulatedNs: 1_000,
    complete: true,
    workloads: [recorder.toWorkloadResult('w', 'cyclictest', [spec])],
    partition: {
      pcpus: 1,
      isolated: 0,
      nohzFull: 0,
      idle: 0.5,
      polling: 0,
      realtime: 0.5,
      bestEffortCapacity: 0.5,
      perPcpu: [{ pcpu: 0, isolated: false, nohzFull: false, busy: 0.5, polling: 0, idle: 0.5 }],
    },
    assumptions: [],
  };
}

describe('runResultSchema', () => {
  it('accepts what a recorder gives, through JSON and back', () => {
    const read: unknown = JSON.parse(JSON.stringify(result()));
    expect(runResultSchema.parse(read)).toEqual(result());
  });

  it('refuses unknown keys, missing keys and impossible figures', () => {
    const base = result();
    const { seed: _, ...seedless } = base;
    const broken: unknown[] = [
      { ...base, sed: '1' },
      seedless,
      { ...base, simulatedNs: -1 },
      { ...base, simulatedNs: 1.5 },
      { ...base, partition: { ...base.partition, idle: 1.5 } },
      { ...base, workloads: [{ ...base.workloads[0], worst: [{ atNs: 1 }] }] },
    ];
    for (const value of broken) expect(runResultSchema.safeParse(value).success).toBe(false);
  });

  it('gives a JSON Schema that names every key and allows no other', () => {
    const schema = runResultJsonSchema();
    expect(schema.$schema).toContain('2020-12');
    expect(schema.additionalProperties).toBe(false);
    // These stand in results that have some.
    const optional = ['switches', 'tails', 'exceedances'];
    const names = Object.keys(schema.properties as object);
    expect(names.filter((name) => !optional.includes(name))).toEqual(Object.keys(result()));
    expect(names).toEqual(expect.arrayContaining(optional));
  });
});
