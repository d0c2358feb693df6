/** Text of tracefs -> what KVM did around the timer of vCPU 1. */
import type { ExitEvent, TimedExitEvent } from '../exits.js';
import { PLACEMENT, type Scenario } from '../scenario.js';

const EVENT = /^ *(.*)-[0-9]+ +\[([0-9]+)\] \S+ +([0-9]+)\.([0-9]+): ([a-z_]+): (.*)$/;
const THREAD = 'CPU 1/KVM';
/** Vector of the guest's timer, and the registers of it: TSC_DEADLINE, LVTT. */
const TIMER_VECTOR = 'IRQ 0xec';
const TIMER_REGISTER = /^msr_(read|write) (6e0|832) /;
/** Cycles; a wait for the deadline that is shorter is none of a scenario's. */
const EARLY = /delta -[0-9]{6,} \(early\)/;

/** `t0Ns`: when the scenario began, by the clock of the trace. */
export function exitEventsOf(
  trace: readonly string[],
  { guest }: Scenario,
  t0Ns: number,
): TimedExitEvent[] {
  const pcpu = (guest?.placement ?? PLACEMENT)[1];
  return trace.flatMap((line) => {
    const event = EVENT.exec(line);
    if (!event) return [];
    const [, comm, cpu, seconds, fraction, name, rest] = event;
    const what = name === 'sched_switch' ? switched(rest) : kvmEvent(comm, name, rest);
    const fires =
      name === 'hrtimer_expire_entry' && Number(cpu) === pcpu && /apic_timer_fn/.test(rest);
    const shown = fires ? 'fires' : what;
    const atNs = Number(seconds) * 1e9 + Number(fraction.padEnd(9, '0')) - t0Ns;
    return shown ? [{ atNs, what: shown }] : [];
  });
}

function switched(rest: string): ExitEvent | undefined {
  if (rest.includes(`next_comm=${THREAD} `)) return 'goes on';
  if (!rest.includes(`prev_comm=${THREAD} `)) return undefined;
  return /prev_state=R/.test(rest) ? 'is preempted' : 'blocks';
}

function kvmEvent(comm: string, name: string, rest: string): ExitEvent | undefined {
  if (comm !== THREAD) return undefined;
  if (name === 'kvm_entry') return 'enters';
  if (name === 'kvm_inj_virq' && rest.startsWith(TIMER_VECTOR)) return 'injects';
  if (name === 'kvm_msr' && TIMER_REGISTER.test(rest)) return 'timer register';
  if (name === 'kvm_wait_lapic_expire' && EARLY.test(rest)) return 'waits';
  if (name !== 'kvm_exit') return undefined;
  if (rest.includes('reason interrupt')) return 'interrupt exit';
  return rest.includes('reason hlt') ? 'halts' : undefined;
}
