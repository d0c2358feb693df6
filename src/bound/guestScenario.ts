/** The ways in which the expiry of a guest's timer may reach its vCPU: each is analysed apart. */
import { usesHrtimer } from '../contract/lapicElsewhere.js';
import { haltsWithExit, type VcpuFigures } from '../contract/lapicTimer.js';
import type { Surroundings } from '../contract/surroundings.js';
import { timerBackend } from '../contract/vcpuExits.js';
import type { GuestPlan } from '../plan/normalized.js';
import { type Detour, detourTo, NO_DETOUR } from './elsewhere.js';

export interface ScenarioFacts {
  readonly around: Surroundings;
  readonly guest: GuestPlan;
}

/** How the timer of the measured thread reaches its guest. */
export interface Scenario {
  /** The guest had halted. */
  readonly halted: boolean;
  /** The timer fired on a housekeeping pCPU. */
  readonly elsewhere: boolean;
}

export function scenariosOf({ around, guest }: ScenarioFacts, mayLeave: boolean): Scenario[] {
  const software = !timerBackend(around.plan, guest).preemptionTimer;
  const scenarios: Scenario[] = [{ halted: false, elsewhere: false }];
  if (haltsWithExit(guest)) scenarios.push({ halted: true, elsewhere: false });
  if (!mayLeave) return scenarios;
  return [
    ...scenarios,
    ...scenarios
      .filter(({ halted }) => halted || software)
      .map(({ halted }) => ({ halted, elsewhere: true })),
  ];
}

/** The way of an expiry over a housekeeping pCPU, where it may take that. */
export function detourOf(
  { around, guest }: ScenarioFacts,
  vcpu: VcpuFigures,
  pcpu: number,
): Detour {
  const { flags } = around.plan.host;
  if (!usesHrtimer(around, guest) || flags.lapicTimerPinned) return NO_DETOUR;
  return detourTo(around, pcpu, vcpu.callbackElsewhere, vcpu.flight);
}
