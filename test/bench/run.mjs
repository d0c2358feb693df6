/**
 * `npm run bench`: how fast the simulator is, as ratios between things timed in the same run.
 *
 * Method: each figure is the median over rounds; in a round the yardstick and the simulator take
 * turns in one process, and time is the CPU time of the process, so that other load matters less.
 * `--rounds N` (default 5), `--seconds N` simulated for the workload (default 200), `--memory` also
 * measures resident memory up to 10^8 activations (minutes).
 */
import { Simulation } from '../../dist/index.js';
import { bareLoop } from './bareLoop.mjs';
import { offRatios } from './off.mjs';
import { pinnedGuestPlan, shippedPlan, workload, workloadPlan } from './plans.mjs';

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const rounds = option('rounds', 5);
const seconds = option('seconds', 200);

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const million = (value) => `${(value / 1e6).toFixed(2)} M/s`;

function timed(work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}

function simulated(plan, limits) {
  const simulation = new Simulation(plan, {
    seed: '1',
    untilNs: Number.POSITIVE_INFINITY,
    ...limits,
  });
  const { seconds: spent } = timed(() => {
    while (!simulation.advance(1_000_000));
  });
  const sum = (pick) => simulation.parts.reduce((total, { m }) => total + pick(m), 0);
  return {
    spent,
    events: sum((m) => m.events),
    completions: sum((m) => m.completions.reduce((a, b) => a + b, 0)),
    preemptions: sum((m) => m.preemptions),
  };
}

const { name, rows } = workload();
const idealPlan = workloadPlan(rows);
const flagship = shippedPlan('flagship');
const guest = pinnedGuestPlan();
const untilUs = seconds * 1e6;
const releases = rows.reduce((sum, [, , periodUs]) => sum + Math.ceil(untilUs / periodUs), 0);

const figures = { bare: [], kernel: [], dispatched: [], flagship: [], guest: [] };
for (let round = 0; round < rounds; round++) {
  const bare = timed(() => bareLoop(rows, untilUs));
  const { releases: r, completions: c, preemptions: p } = bare.result;
  figures.bare.push((r + c + p) / bare.seconds);
  const kernel = simulated(idealPlan, { untilNs: untilUs * 1000 - 1 });
  if (kernel.completions !== c || kernel.preemptions !== p || r !== releases) {
    throw new Error(`the two disagree: ${JSON.stringify({ bare: bare.result, kernel })}`);
  }
  figures.kernel.push((releases + kernel.completions + kernel.preemptions) / kernel.spent);
  figures.dispatched.push(kernel.events / kernel.spent);
  const whole = simulated(flagship, { untilNs: 10e9 });
  figures.flagship.push(whole.events / whole.spent);
  const one = simulated(guest, { activations: 500_000 });
  figures.guest.push(500_000 / one.spent);
}

const rate = Object.fromEntries(Object.entries(figures).map(([key, all]) => [key, median(all)]));
const ratio = (a, b) => (a / b).toFixed(2);
console.log(
  `${name}, ${seconds} simulated s, median of ${rounds} rounds of CPU time, Node ${process.version}`,
);
console.log(`  bare JavaScript loop        ${million(rate.bare)} scheduling events`);
console.log(`  the kernel model            ${million(rate.kernel)} scheduling events`);
console.log(`  ratio                       ${ratio(rate.kernel, rate.bare)}   (at least 0.36)`);
console.log(`  dispatched events           ${million(rate.dispatched)}`);
console.log(`flagship, 10 simulated s`);
console.log(`  dispatched events           ${million(rate.flagship)}`);
console.log(
  `  per dispatched event        ${ratio(rate.flagship, rate.dispatched)}   (at least 0.25)`,
);
console.log(`pinned guest with cyclictest, attribution on`);
console.log(`  activations                 ${million(rate.guest)}   (at least 0.50 M/s)`);

console.log('a mechanism that is off, over the plan that never names it; fastest of the rounds');
for (const { name, ratio: speed } of offRatios(
  (plan) => simulated(plan, { activations: 100_000 }).spent,
  Math.max(rounds, 5),
)) {
  console.log(`  ${name.padEnd(26)}  ${speed.toFixed(3)}`);
}

if (process.argv.includes('--memory')) {
  const simulation = new Simulation(guest, {
    seed: '1',
    untilNs: Number.POSITIVE_INFINITY,
    activations: 1e8,
  });
  const rss = () => `${(process.memoryUsage.rss() / 1048576).toFixed(0)} MiB`;
  let reported = 1e6;
  console.log('resident memory by activations');
  for (let done = false; !done; ) {
    done = simulation.advance(2_000_000);
    const { count } = simulation.parts[0].m.measure.recorders[0].histogram;
    if (count >= reported) {
      console.log(`  ${reported.toExponential(0)}  ${rss()}`);
      reported *= 10;
    }
  }
}
