/**
 * What a scenario is: threads with programs on a small machine, short enough to be read at a
 * glance. One description becomes a plan for the simulator and an input of the recorder.
 */

/** Kernels that are recorded; each is a package of Debian, see record/kernels.ts. */
export const KERNELS = ['6.1-rt', '6.12-rt', '6.1', '6.12'] as const;
export type KernelName = (typeof KERNELS)[number];

export interface ScenarioThread {
  readonly name: string;
  readonly policy: string;
  /** CPU list, as in `1` or `1-2`; CPU 0 belongs to the recorder. */
  readonly cpus: string;
  /** Begins this long after the scenario, as in `5ms`. */
  readonly start: string;
  /** Distance between activations; absent: the program runs once. */
  readonly every?: string;
  /** Steps as in a plan: `run 5ms`, `lock a`, ... */
  readonly program: readonly string[];
}

/** The second serial port interrupts: `irq/3-ttyS1` on PREEMPT_RT. */
export interface ScenarioIrq {
  readonly cpu: number;
  readonly start: string;
  /** Policy of its thread on PREEMPT_RT; absent: what the kernel gives it. */
  readonly policy?: string;
}

export interface ScenarioKernelThread {
  readonly name: 'ksoftirqd' | 'ktimers';
  readonly cpu: number;
  readonly policy: string;
}

/** A guest of three vCPUs; vCPU 0 keeps its house, the others are isolated and `nohz_full`. */
export interface ScenarioGuest {
  /** Policies of the threads of vCPUs 1 and 2, as in `{ 1: 'fifo:10' }`; absent: it idles. */
  readonly vcpus: Readonly<Partial<Record<1 | 2, string>>>;
  /** Its threads; `cpus` are vCPUs. */
  readonly threads: readonly ScenarioThread[];
  readonly kernelThreads?: readonly ScenarioKernelThread[];
  /** pCPUs of vCPU 0, 1 and 2; default 0, 1, 2. Scenarios of one placement share a boot. */
  readonly placement?: readonly [number, number, number];
  /** QEMU's main loop; default: on CPU 0, and no part of the sequence. */
  readonly emulator?: {
    readonly cpu: number;
    readonly policy: string;
    /** It carries out a long command under QEMU's big lock; about how long that takes. */
    readonly command?: { readonly start: string; readonly run: string };
  };
  /** Default 0: a halted vCPU blocks at once. */
  readonly haltPollNs?: number;
  /** Parameters of kvm.ko when it is loaded; scenarios with the same share a boot. */
  readonly kvm?: Readonly<Record<string, string | number>>;
  /** kvm.halt_poll_ns_grow_start: the first window of halt polling. */
  readonly haltPollStartNs?: number;
  /** What the sequence has of vCPU 1's exits: those that concern its timer. */
  readonly exits?: boolean;
  readonly timerMigration?: 0 | 1;
  readonly cmdline?: string;
}

/** Whether the tick of a CPU runs from one time to another. */
export interface TickWindow {
  readonly cpu: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Scenario {
  readonly name: string;
  /** One sentence: what the recording shows. */
  readonly shows: string;
  /** Rules of the simulator that it exercises, by the names in rules.ts. */
  readonly rules: readonly string[];
  /** Length of the recording, as in `80ms`. */
  readonly until: string;
  readonly threads: readonly ScenarioThread[];
  readonly guest?: ScenarioGuest;
  readonly irq?: ScenarioIrq;
  readonly kernelThreads?: readonly ScenarioKernelThread[];
  /** Default -1: realtime threads are not throttled. */
  readonly rtRuntimeUs?: number;
  /** Default 1 s. */
  readonly rtPeriodUs?: number;
  /** Default true: the fair server of every CPU is off, so that fair threads only starve. */
  readonly fairServer?: boolean;
  readonly timerMigration?: 0 | 1;
  /** Kernel threads that belong to the sequence: `ksoftirqd`, `ktimers`, `irq`. */
  readonly watch?: readonly string[];
  /** Kernel command line of the scenario's own; scenarios of one line share a boot. */
  readonly cmdline?: string;
  /** Default: all. */
  readonly kernels?: readonly KernelName[];
  /** Compares when each segment begins too, to within this many ms. */
  readonly withinMs?: number;
  /** Lines of the timers that expire too: sleeps, and whether a CPU ticks in a window. */
  readonly ticks?: readonly TickWindow[];
  /** False: the turns of its threads differ from run to run, and are no part of the sequence. */
  readonly turns?: boolean;
  /** Kernels on which the simulator is known to differ, and why. */
  readonly differs?: Readonly<Partial<Record<KernelName, string>>>;
}

/** CPU 3 is isolated and tickless, CPUs 1 and 2 are ordinary. */
export const CMDLINE = 'isolcpus=domain,managed_irq,3 nohz_full=3 rcu_nocbs=3 irqaffinity=0';

/** Of guests. Timers stay where they are armed, unless a scenario says otherwise. */
export const GUEST_CMDLINE =
  'isolcpus=domain,managed_irq,1-2 nohz_full=1-2 rcu_nocbs=1-2 irqaffinity=0';

export const PLACEMENT = [0, 1, 2] as const;

/** `thread('a', 'fifo:10', 1, '5ms', 'run 5ms')`: a thread of CPU 1 that begins at 5 ms. */
export function thread(
  name: string,
  policy: string,
  cpus: number | string,
  start: string,
  ...program: readonly string[]
): ScenarioThread {
  return { name, policy, cpus: String(cpus), start, program };
}

/** A guest whose threads are on vCPU 1, the thread of that under `policy` on the host. */
export function onVcpu1(policy: string, ...threads: readonly ScenarioThread[]): ScenarioGuest {
  return { vcpus: { 1: policy }, threads };
}

/** Kernels on which a scenario is recorded. */
export function kernelsOf(scenario: Scenario): readonly KernelName[] {
  return scenario.kernels ?? KERNELS;
}
