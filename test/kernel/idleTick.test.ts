import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/simulation/simulation.js';
import { TraceRecorder } from '../../src/simulation/trace.js';
import { planFromYaml } from '../plan/builder.js';

/** Ticks on pCPU 1, which idles but for one short activation, in 50 ms at 1000 Hz. */
function ticks(cmdline: string, preset = '6.12-rt'): number {
  const plan = planFromYaml(`
isochron: 1
name: idle tick
platform: tiny
host:
  kernel: { preset: '${preset}', hz: 1000 }
  cmdline: ${cmdline}
  sysctl: { kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0 }
workloads:
  - { id: job, kind: periodic, on: host, cpus: 1, policy: 'fifo:1', period: 20ms, run: 10us, start: 1ms }
`);
  const simulation = new Simulation(plan, { seed: '1', untilNs: 50_000_000 });
  const [part] = simulation.parts;
  const recorder = new TraceRecorder(part);
  part.m.trace = recorder;
  while (!simulation.advance(100_000));
  return recorder.lines.filter(({ step }) => step === 'C_TICK').length;
}

describe('the tick of an idle CPU', () => {
  it('stops in HLT and MWAIT', () => {
    expect(ticks('quiet')).toBeLessThan(3);
  });

  // kernel/sched/idle.c do_idle: cpu_idle_force_poll -> tick_nohz_idle_restart_tick.
  it('goes on with idle=poll, on a nohz_full CPU too', () => {
    expect(ticks('idle=poll')).toBeGreaterThan(45);
    expect(ticks('idle=poll nohz_full=1')).toBeGreaterThan(45);
  });

  it('stopped with idle=poll before 4.17', () => {
    expect(ticks('idle=poll', '4.4-rt')).toBeLessThan(3);
  });

  it('never stops with nohz=off, which makes nohz_full void', () => {
    expect(ticks('nohz=off')).toBeGreaterThan(45);
    expect(ticks('nohz=off nohz_full=1')).toBeGreaterThan(45);
  });
});
