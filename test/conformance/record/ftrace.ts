/** Text of tracefs -> segments, of one scenario. */
import type { Scenario } from '../scenario.js';
import type { Segment, Why } from '../sequence.js';

const EVENT = /\[([0-9]+)\] \S+ +([0-9]+)\.([0-9]+): ([a-z_]+): (.*)$/;
const SWITCH =
  /^prev_comm=(.*) prev_pid=\d+ prev_prio=-?\d+ prev_state=(\S+) ==> next_comm=(.*) next_pid=\d+/;
const MARK = /^@(\S+) ([0-9]+)$/;

interface Running {
  readonly thread: string;
  readonly fromNs: number;
  readonly fromStep: number;
}

/** `t0Ns`: when the scenario began, by the clock of the trace; `untilNs`: how long it took. */
export function segmentsOf(
  trace: readonly string[],
  scenario: Scenario,
  t0Ns: number,
  untilNs: number,
): Segment[] {
  const steps = new Map(scenario.threads.map(({ name, program }) => [name, program.length]));
  const progress = new Map<string, number>();
  const running = new Map<number, Running>();
  const segments: Segment[] = [];
  const stepOf = (thread: string): number => (steps.has(thread) ? (progress.get(thread) ?? 0) : -1);
  const close = (cpu: number, atNs: number, state: string | undefined): void => {
    const one = running.get(cpu);
    if (!one || atNs < 0) return;
    const toStep = stepOf(one.thread);
    const why = whyOf(state, toStep >= 0 && toStep === steps.get(one.thread));
    segments.push({ cpu, ...one, fromNs: Math.max(0, one.fromNs), toNs: atNs, toStep, why });
  };
  for (const line of trace) {
    const event = EVENT.exec(line);
    if (!event) continue;
    const [, cpuText, seconds, fraction, name, rest] = event;
    const cpu = Number(cpuText);
    const atNs = Number(seconds) * 1e9 + Number(fraction.padEnd(9, '0')) - t0Ns;
    if (name === 'tracing_mark_write') {
      const mark = MARK.exec(rest);
      if (!mark) continue;
      const last = steps.get(mark[1]);
      const repeats = scenario.threads.find((one) => one.name === mark[1])?.every !== undefined;
      // The first step of a new activation is behind it: the last one has ended before.
      progress.set(mark[1], repeats && Number(mark[2]) === last ? 0 : Number(mark[2]));
    }
    const change = name === 'sched_switch' ? SWITCH.exec(rest) : null;
    if (!change) continue;
    const [, previous, state, next] = change;
    const before = shown(previous, scenario, steps);
    if (!running.has(cpu))
      running.set(cpu, { thread: before, fromNs: 0, fromStep: stepOf(before) });
    close(cpu, atNs, state);
    const thread = shown(next, scenario, steps);
    running.set(cpu, { thread, fromNs: atNs, fromStep: stepOf(thread) });
  }
  for (const cpu of running.keys()) close(cpu, untilNs, undefined);
  return segments.sort((a, b) => a.cpu - b.cpu || a.fromNs - b.fromNs || a.toNs - b.toNs);
}

function whyOf(state: string | undefined, complete: boolean): Why {
  if (state === undefined) return 'runs';
  if (state.startsWith('R')) return 'preempted';
  return complete ? 'done' : 'sleeps';
}

/** The guest's part of a scenario: threads and CPUs of the guest, its own trace. */
export function guestSegmentsOf(
  trace: readonly string[],
  { guest, ...scenario }: Scenario,
  t0Ns: number,
  untilNs: number,
): Segment[] {
  if (!guest) return [];
  const inside = { ...scenario, threads: guest.threads };
  return segmentsOf(trace, inside, t0Ns, untilNs).map((one) => ({ ...one, guest: true }));
}

/** What a thread is called in a sequence; '' if it does not belong there. */
function shown(
  comm: string,
  { watch, guest }: Scenario,
  threads: ReadonlyMap<string, number>,
): string {
  if (comm.startsWith('swapper/')) return 'idle';
  const vcpu = /^CPU ([12])\/KVM$/.exec(comm);
  if (vcpu) return guest?.vcpus[vcpu[1] === '1' ? 1 : 2] ? `vcpu${vcpu[1]}` : '';
  if (comm.startsWith('qemu-system')) return guest?.emulator ? 'emulator' : '';
  if (threads.has(comm)) return comm;
  const kind = comm.replace(/\/.*$/, '');
  return watch?.includes(kind) ? kind : '';
}
