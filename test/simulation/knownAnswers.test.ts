/** Workloads whose exact answer two independent programs and response-time analysis agree on. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { preparePlan } from '../../src/plan/load.js';
import { Simulation } from '../../src/simulation/simulation.js';
import { modelText } from '../models/models.js';

const BENCH = resolve('../shared/bench');
const SECONDS = 1000;
/** Seconds of work on an idle machine; other tests may share it. */
const TIMEOUT_MS = 300_000;

function answer(name: string) {
  const rows = readFileSync(`${BENCH}/${name}.txt`, 'utf8')
    .split('\n')
    .filter((line) => /^[0-9]/.test(line))
    .map((line) => line.trim().split(/\s+/).map(Number));
  // pCPU n is n + 1 here: pCPU 0 keeps house, the others are free of the tick.
  const jobs = rows.map(
    ([pcpu, rank, periodUs, runUs]) =>
      `  - {id: t${pcpu}-${rank}, kind: periodic, on: host, cpus: ${pcpu + 1}, policy: "fifo:${90 - rank}", period: ${periodUs}us, run: ${runUs}us, start: 0ns}`,
  );
  const text = `isochron: 1
name: ${name}
platform: ideal
host:
  sysctl: {kernel.sched_rt_runtime_us: -1}
  kernel: {preset: "6.12", preemption: rt, flags: {fairServer: false}}
  cmdline: nohz_full=1-7
workloads:
${jobs.join('\n')}
`;
  const { plan } = preparePlan('known.yaml', {
    readText: () => text,
    platformText: () => ({ text: modelText('platforms/ideal.yaml'), file: 'ideal.yaml' }),
    platformNames: () => ['ideal'],
  });
  if (!plan) throw new Error('the plan does not load');
  // Releases count in [0, 1000 s).
  const simulation = new Simulation(plan, { seed: '1', untilNs: SECONDS * 1e9 - 1 });
  while (!simulation.advance(1_000_000));
  const sum = (of: (m: (typeof simulation.parts)[number]['m']) => number): number =>
    simulation.parts.reduce((total, { m }) => total + of(m), 0);
  return {
    releases: rows.reduce((n, [, , periodUs]) => n + Math.ceil((SECONDS * 1e6) / periodUs), 0),
    completions: sum((m) => m.completions.reduce((a, b) => a + b, 0)),
    preemptions: sum((m) => m.preemptions),
    responseUs:
      simulation.result().workloads.reduce((n, { latency }) => n + latency.maxNs, 0) / 1000,
  };
}

const absent = !existsSync(BENCH);
if (absent) console.log(`skipped: ${BENCH} is not there`);

test.skipIf(absent)(
  '10 tasks on one pCPU',
  () => {
    expect(answer('w10x1')).toEqual({
      releases: 1_400_500,
      completions: 1_400_498,
      preemptions: 664_804,
      responseUs: 47_469,
    });
  },
  TIMEOUT_MS,
);

test.skipIf(absent)(
  '40 tasks on four pCPUs',
  () => {
    expect(answer('w40x4')).toEqual({
      releases: 7_518_822,
      completions: 7_518_820,
      preemptions: 3_309_389,
      responseUs: 250_175,
    });
  },
  TIMEOUT_MS,
);
