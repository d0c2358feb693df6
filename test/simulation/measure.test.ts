import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/simulation/simulation.js';
import { BUSY } from './busyPlan.js';

describe('MeasureColumns', () => {
  it('knows at every event how many latencies are on the way to another lane', () => {
    const simulation = new Simulation(BUSY, { seed: '7', untilNs: 10_000_000 });
    let most = 0;
    do {
      for (const { m } of simulation.parts) {
        const { pathLane, home, away } = m.measure;
        const apart = pathLane.filter((lane, window) => lane !== home[window]).length;
        if (away !== apart) throw new Error(`${away} away, ${apart} found at ${m.nowNs} ns`);
        most = Math.max(most, away);
      }
    } while (!simulation.advance(1));
    // A run in which none ever was on the way would say nothing.
    expect(most).toBeGreaterThan(0);
  });
});
