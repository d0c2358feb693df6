/**
 * Sums of primitives against published figures for the whole path. No primitive was chosen to hit
 * a row of the validation; these sums only say that the parts add up to something physical.
 */
import { describe, expect, it } from 'vitest';
import type { Platform } from '../../src/platform/platform.js';
import { medianNs, shippedPlatform, sumOfMediansNs } from './models.js';

const MACHINES = [
  'haswell-ep-4.4-rt',
  'icelake-sp-6.12-rt',
  'ocp-worker-5.14-rt',
  'opnfv-lab-4.4-rt62',
  'skylake-sp-6.12-rt',
];
const cycles = (platform: Platform, ns: number) => (ns * platform.tscMHz) / 1000;

/** Timer interrupt on an idle=poll CPU until the woken thread has read the clock. */
function bareMetalTimerNs({ host }: Platform): number {
  return sumOfMediansNs(
    host.irqEntry,
    host.hrtimerInterrupt,
    host.hrtimerCallback,
    host.wakeup,
    host.clockeventProgram,
    host.contextSwitch,
    host.userReturn,
    host.clockRead,
  );
}

/** Host timer interrupt until the first guest instruction of a vCPU that slept. */
function haltWakeNs({ host, kvm }: Platform): number {
  const timer = [
    host.irqEntry,
    host.hrtimerInterrupt,
    host.hrtimerCallback,
    host.clockeventProgram,
  ];
  const wake = [kvm.vcpuKick, host.wakeup, host.contextSwitch, kvm.vcpuLoad];
  return sumOfMediansNs(...timer, ...wake, kvm.entryPrepare, kvm.entry);
}

const roundTripNs = ({ kvm }: Platform) =>
  sumOfMediansNs(kvm.exit, kvm.handleExit, kvm.entryPrepare, kvm.entry);

describe.each(MACHINES)('sums of medians on %s', (name) => {
  const platform = shippedPlatform(name);
  const { host, kvm } = platform;

  it('timer interrupt to user code: 1.5 to 3 us, what tuned bare metal shows as 2 us', () => {
    expect(bareMetalTimerNs(platform)).toBeGreaterThan(1500);
    expect(bareMetalTimerNs(platform)).toBeLessThan(3000);
  });

  it('a tick steals 1.33-1.47 us at 3.2 GHz from a user loop (AMD UG1586, sysjitter)', () => {
    const ns = sumOfMediansNs(
      host.irqEntry,
      host.hrtimerInterrupt,
      host.tick,
      host.clockeventProgram,
    );
    // Each of four figures is rounded to a whole ns: up to 3 cycles in all.
    expect(cycles(platform, ns)).toBeGreaterThan(1330 * 3.2 - 3);
    expect(cycles(platform, ns)).toBeLessThan(1470 * 3.2 + 3);
  });

  it('an IPI between polling CPUs takes 0.5 to 2 us to the handler', () => {
    const ns = sumOfMediansNs(host.reschedIpi, host.ipiFlight, host.irqEntry);
    expect(ns).toBeGreaterThan(500);
    expect(ns).toBeLessThan(2000);
  });

  it('a cold exit costs 3 to 10 us', () => {
    const coldNs = kvm.exit.maxNs + kvm.handleExit.maxNs + kvm.entryPrepare.maxNs + kvm.entry.maxNs;
    expect(coldNs).toBeGreaterThan(3000);
    expect(coldNs).toBeLessThan(10_000);
  });

  it('a posted interrupt arrives within the 1.32 us of an IPI without exits (IPI virtualization)', () => {
    expect(medianNs(kvm.postedIpi)).toBeLessThan(1320);
  });
});

describe('VM exits', () => {
  it('Skylake-SP: 1529-1559 cycles a VMCALL, 1800 with the mitigations of 2019', () => {
    const platform = shippedPlatform('skylake-sp-6.12-rt');
    const ns = roundTripNs(platform);
    expect(cycles(platform, ns)).toBeGreaterThan(1529);
    expect(cycles(platform, ns)).toBeLessThan(1559 + 6);
    const mitigatedNs = ns + medianNs(platform.kvm.exitMitigation);
    expect(Math.abs(cycles(platform, mitigatedNs) - 1800)).toBeLessThan(8);
    expect(Math.abs(mitigatedNs * (2600 / 2500) - 720)).toBeLessThan(5);
  });

  it('Ice Lake-SP: 1018-1102 cycles, a CPUID on recent machines', () => {
    const platform = shippedPlatform('icelake-sp-6.12-rt');
    expect(cycles(platform, roundTripNs(platform))).toBeGreaterThan(1018);
    expect(cycles(platform, roundTripNs(platform))).toBeLessThan(1102);
  });

  it('Haswell: 700 cycles and more from the wait to the world switch', () => {
    const platform = shippedPlatform('haswell-ep-4.4-rt');
    expect(cycles(platform, medianNs(platform.kvm.entryPrepare))).toBeGreaterThan(698);
  });

  it('a virtual IPI stays below the 4238 cycles from sender to acknowledgement on Skylake-SP', () => {
    const platform = shippedPlatform('skylake-sp-6.12-rt');
    const { guest, kvm } = platform;
    const sender = [guest.reschedIpi, kvm.exit, kvm.exitMitigation, kvm.handleExit, kvm.inject];
    const ns = sumOfMediansNs(...sender, kvm.postedIpi, guest.irqEntry);
    expect(cycles(platform, ns)).toBeGreaterThan(2000);
    expect(cycles(platform, ns)).toBeLessThan(4238);
  });
});

describe('waking a halted vCPU', () => {
  it('4.4, host idle=poll: near 5824 cycles from deadline to guest (commit 8577370fb0cb)', () => {
    const platform = shippedPlatform('haswell-ep-4.4-rt');
    // The published kernel has no realtime patch; its shortest runs are 4466-5228 cycles.
    expect(cycles(platform, haltWakeNs(platform))).toBeGreaterThan(4466);
    expect(cycles(platform, haltWakeNs(platform))).toBeLessThan(1.25 * 5824);
  });

  it.each(['haswell-ep-4.4-rt', 'skylake-sp-6.12-rt'])(
    '%s: 4 to 8 us from the HLT exit over sleep and wake to the guest, without polling',
    (name) => {
      const platform = shippedPlatform(name);
      const { host, kvm } = platform;
      const sleep = [
        kvm.exit,
        kvm.exitMitigation,
        kvm.handleExit,
        host.hrtimerArm,
        host.contextSwitch,
      ];
      const tracking = 2 * medianNs(host.contextTracking);
      const ns = sumOfMediansNs(...sleep, kvm.l1dFlush) + tracking + haltWakeNs(platform);
      expect(ns).toBeGreaterThan(4000);
      expect(ns).toBeLessThan(8000);
    },
  );
});
