import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/latency/histogram.js';
import { Simulation } from '../../src/simulation/simulation.js';
import { BUSY } from './busyPlan.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Memory {
  readonly heapBytes: number;
  readonly bufferBytes: number;
}

/** What is alive after a full collection. */
function memory(): Memory {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heapBytes: heapUsed, bufferBytes: arrayBuffers };
}

/** Bytes of all columns of a run that a snapshot can see. */
function columnBytes(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + columnBytes(part), 0);
}

function advanceTo(simulation: Simulation, toNs: number): void {
  while (simulation.nowNs < toNs) simulation.advance(10_000);
}

describe('memory', () => {
  it('of a run does not grow with simulated time', () => {
    const simulation = new Simulation(BUSY, { seed: '7', untilNs: Number.POSITIVE_INFINITY });
    advanceTo(simulation, 200e6);
    const columns = columnBytes(simulation.snapshot());
    const events = simulation.parts[0].m.events;
    const before = memory();
    advanceTo(simulation, 2_000e6);
    const after = memory();
    expect(simulation.parts[0].m.events).toBeGreaterThan(9 * events);
    expect(columnBytes(simulation.snapshot())).toBe(columns);
    // One number kept per event would be 8 bytes for each of over a million events.
    expect(after.heapBytes - before.heapBytes).toBeLessThan(1_000_000);
    // Histograms open cells where they had none: 8 KiB for each us of new latencies.
    expect(after.bufferBytes - before.bufferBytes).toBeLessThan(3_000_000);
  });

  it('of a histogram is below 2 MB, and below 2.5 kB without samples', () => {
    const before = memory();
    const empty = Array.from({ length: 100 }, () => new Histogram());
    const idle = memory();
    expect(idle.heapBytes - before.heapBytes).toBeLessThan(100 * 2_500);
    const histogram = empty[0];
    // All cells, all values, then all buckets.
    for (let ns = 0; ns < 65_536; ns++) histogram.record(ns);
    for (let i = 0; i < 49_152; i++) histogram.record(70_000 + 1_000 * i);
    expect(histogram.exact).toBe(true);
    expect(memory().bufferBytes - before.bufferBytes).toBeLessThan(1_700_000);
    for (let ns = 65_536; ns < 2 ** 52; ns = Math.ceil(ns * 1.0005)) histogram.record(ns);
    expect(histogram.exact).toBe(false);
    const full = memory();
    expect(full.bufferBytes - before.bufferBytes).toBeLessThan(1_000_000);
    expect(empty).toHaveLength(100);
  });
});
