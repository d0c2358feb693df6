/**
 * Small specs, held as readable JSON under test/golden/report. The histogram behind them is written
 * out below, so each figure in the files can be checked by eye. UPDATE_GOLDEN=1 writes them anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WorkloadResult } from '../../src/latency/result.js';
import { exceedanceSpec } from '../../src/report/exceedanceSpec.js';
import { histogramSpec } from '../../src/report/histogramSpec.js';
import { pcpuUseSpec } from '../../src/report/pcpuUseSpec.js';
import { worstCausesSpec } from '../../src/report/worstCausesSpec.js';
import { resultFixture } from './fixtures.js';

/** 1000 samples: 900 at 2 us, 90 at 3 us, 9 at 10 us, 1 at 80 us. */
const workload: WorkloadResult = {
  id: 'control',
  title: 'cyclictest in guest plc, vCPU 2',
  latency: {
    count: 1_000,
    minNs: 2_000,
    meanNs: 2_240,
    maxNs: 80_000,
    percentiles: { '50': 2_000, '90': 2_000, '99': 3_000 },
  },
  unfinished: { count: 0, oldestNs: 0 },
  causes: { SMI: 70_000, 'VM entry': 2_170_000 },
  worst: [
    {
      atNs: 5_000_000,
      latencyNs: 80_000,
      attribution: [
        { cause: 'VM entry', ns: 10_000 },
        { cause: 'SMI', ns: 70_000 },
      ],
    },
    { atNs: 1_000_000, latencyNs: 10_000, attribution: [{ cause: 'VM entry', ns: 10_000 }] },
  ],
  requirements: [
    {
      text: 'control max <= 50us',
      statistic: 'max',
      limitNs: 50_000,
      observedNs: 80_000,
      verdict: 'fails',
    },
  ],
  histogram: {
    exact: true,
    upperNs: [2_000, 3_000, 10_000, 80_000],
    counts: [900, 90, 9, 1],
  },
};

const { partition } = resultFixture();
const specs = {
  histogram: histogramSpec(workload),
  exceedance: exceedanceSpec(workload),
  worstCauses: worstCausesSpec(workload),
  pcpuUse: pcpuUseSpec({ ...partition, perPcpu: partition.perPcpu.slice(1, 3) }),
};

describe('vega-lite specs', () => {
  for (const [name, spec] of Object.entries(specs)) {
    it(`${name} is as recorded`, () => {
      const file = new URL(`../golden/report/${name}.json`, import.meta.url);
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(spec, null, 2)}\n`);
      expect(JSON.parse(JSON.stringify(spec))).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    });
  }
});
