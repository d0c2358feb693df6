/** The plans that the bench runs, prepared by the built package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { preparePlan } from '../../dist/index.js';

const models = new URL('../../models/', import.meta.url);
const shared = new URL('../../../shared/bench/', import.meta.url);

const io = (read) => ({
  readText: read,
  platformText: (name) => {
    const file = new URL(`platforms/${name}.yaml`, models);
    return existsSync(file) ? { text: readFileSync(file, 'utf8'), file: file.pathname } : undefined;
  },
  platformNames: () =>
    readdirSync(new URL('platforms/', models)).map((name) => name.replace(/\.yaml$/, '')),
});

function prepared(file, read) {
  const { plan, diagnostics } = preparePlan(file, io(read));
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join('\n'));
  return plan;
}

export function shippedPlan(name) {
  const file = new URL(`plans/${name}.yaml`, models).pathname;
  return prepared(file, (path) => readFileSync(path, 'utf8'));
}

/**
 * Rows [pcpu, rank, periodUs, wcetUs] of a workload of 40 tasks on 4 pCPUs: the published one where
 * it is at hand, else one of the same shape.
 */
export function workload() {
  const file = new URL('w40x4.txt', shared);
  if (existsSync(file)) {
    const lines = readFileSync(file, 'utf8').split('\n');
    const rows = lines
      .filter((line) => /^\d/.test(line))
      .map((line) => line.split(/\s+/).map(Number));
    return { name: 'w40x4', rows };
  }
  const rows = [];
  for (let pcpu = 0; pcpu < 4; pcpu++) {
    for (let rank = 0; rank < 10; rank++) {
      const periodUs = 2000 + 1500 * rank * rank + 700 * pcpu;
      rows.push([pcpu, rank, periodUs, Math.floor(periodUs * 0.07)]);
    }
  }
  return { name: '40 tasks on 4 pCPUs', rows };
}

/** The workload as a plan on `ideal`; pCPU n of the workload is pCPU n + 1, without a tick. */
export function workloadPlan(rows) {
  const yaml = [
    'isochron: 1',
    'name: bench',
    'platform: ideal',
    'host:',
    '  kernel: { preset: 6.12-rt }',
    '  cmdline: nohz_full=1-7',
    '  sysctl: { kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0 }',
    'workloads:',
    ...rows.map(
      ([cpu, rank, periodUs, wcetUs]) =>
        `  - { id: t${cpu}-${rank}, kind: periodic, on: host, cpus: ${cpu + 1}, policy: 'fifo:${90 - rank}', period: ${periodUs}us, run: ${wcetUs}us, start: 0ns }`,
    ),
  ].join('\n');
  return prepared('bench.yaml', () => yaml);
}

/**
 * One guest with one realtime vCPU, alone on an isolated pCPU, running cyclictest; with lines of its own
 * under the host and under the guest.
 */
export function pinnedGuestPlan({ host = [], guest = [] } = {}) {
  const realtime = 'sysctl: { kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0 }';
  const yaml = [
    'isochron: 1',
    'name: pinned',
    'platform: skylake-sp-6.12-rt',
    'host:',
    '  kernel: { preset: 6.12-rt }',
    '  cmdline: isolcpus=managed_irq,domain,4 nohz_full=4 rcu_nocbs=4 idle=poll tsc=reliable',
    `  ${realtime}`,
    '  fairServerOff: 4',
    '  kvm: { halt_poll_ns: 0, ple_gap: 0 }',
    ...host.map((line) => `  ${line}`),
    'guests:',
    '  - name: rt',
    "    vcpus: [{ id: 0, cpus: 4, policy: 'fifo:1' }]",
    '    kernel: { preset: 6.12-rt }',
    '    cmdline: idle=poll tsc=reliable',
    `    ${realtime}`,
    ...guest.map((line) => `    ${line}`),
    'workloads:',
    "  - { id: latency, kind: cyclictest, on: rt, cpus: 0, policy: 'fifo:95', interval: 1ms }",
  ].join('\n');
  return prepared('pinned.yaml', () => yaml);
}
