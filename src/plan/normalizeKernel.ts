/** One kernel instance, host or guest: preset, command line and sysctls made into a KernelPlan. */
import { nearestName } from '../base/suggest.js';
import { readClock } from './clocksource.js';
import { type CmdlineFacts, type ListOnCmdline, readCmdline } from './commandLine.js';
import { type IdleFacts, readIdle } from './idle.js';
import type { KernelFlags, PreemptionModel } from './kernelFlags.js';
import type { KernelPlan } from './normalized.js';
import { type IrqDefaults, readIrqs } from './normalizeIrqs.js';
import { readRcu } from './normalizeRcu.js';
import { readPerCpuThreads, readThreads } from './normalizeThreads.js';
import { KERNEL_PRESET_NAMES, type NamedPreset, presetFor } from './presets.js';
import type { KernelFieldsDoc } from './schemaKernel.js';
import { type Scope, without } from './scope.js';

export interface KernelReading {
  readonly plan: KernelPlan;
  readonly cmdline: CmdlineFacts;
  readonly preset: NamedPreset;
  readonly irqDefaults: IrqDefaults;
  /** True if nohz_full= itself stands on the line (isolcpus=nohz is not enough for timers). */
  readonly hasNohzFull: boolean;
}

/** `rtRuntimeNs` of a kernel whose realtime runtime is not limited. */
export const UNLIMITED_RUNTIME = -1;

export function readKernel(
  doc: KernelFieldsDoc,
  defaultPreset: string,
  idleFacts: IdleFacts,
  scope: Scope,
): KernelReading {
  const cmdline = readCmdline(doc.cmdline ?? '');
  const { preset, preemption } = readPreset(doc, cmdline, defaultPreset, scope);
  const flags: KernelFlags = { ...preset.flags, ...definedOnly(doc.kernel?.flags ?? {}) };
  const sets = readCpuSets(cmdline, scope);
  const free = without(scope.cpus, sets.isolatedDomain);
  const ordinary = free.length > 0 ? free : scope.cpus;
  const rt = preemption === 'rt';
  const perCpu = (names: string[], priority: number) =>
    readPerCpuThreads(
      doc.kernelThreads,
      names,
      rt ? priority : 0,
      [...scope.path, 'kernelThreads'],
      scope,
    );
  const { sets: cpuSets, irqaffinity, unmanaged } = splitSets(sets);
  const irqDefaults = {
    cpus: irqaffinity.length > 0 ? irqaffinity : scope.cpus,
    threaded: rt || cmdline.threadirqs,
    all: scope.cpus,
    unmanaged,
  };
  const plan: KernelPlan = {
    flags,
    preemption,
    hz: doc.kernel?.hz ?? preset.hz,
    forcedThreads: rt || cmdline.threadirqs,
    cpus: scope.cpus,
    nohz: !cmdline.nohzOff,
    clockUnstable: readClock(doc.clocksource, cmdline).unstable,
    machineCheckPoll: !cmdline.words.has('mce=off') && !cmdline.words.has('mce=ignore_ce'),
    ...cpuSets,
    ...readSysctls(doc, scope),
    fairServerOff:
      doc.fairServerOff === undefined
        ? []
        : scope.readCpus(doc.fairServerOff, [...scope.path, 'fairServerOff']),
    ...readIdle(doc, cmdline, idleFacts, scope),
    ksoftirqd: perCpu(['ksoftirqd'], preset.ksoftirqdPriority),
    ktimers: perCpu(['ktimers', 'ktimersoftd'], preset.ktimersPriority),
    rcuc: perCpu(['rcuc'], Math.min(99, cmdline.rcuKthreadPriority ?? preset.rcucPriority)),
    rcu: readRcu(doc, scope),
    threads: readThreads(doc.threads, [...scope.path, 'threads'], scope, ordinary),
    irqs: readIrqs(doc.irqs, [...scope.path, 'irqs'], scope, irqDefaults),
  };
  return { plan, cmdline, preset, irqDefaults, hasNohzFull: cmdline.nohzFull !== undefined };
}

const definedOnly = <T extends object>(flags: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  ) as Partial<T>;

function readPreset(
  doc: KernelFieldsDoc,
  cmdline: CmdlineFacts,
  defaultPreset: string,
  scope: Scope,
): { preset: NamedPreset; preemption: PreemptionModel } {
  const name = doc.kernel?.preset ?? defaultPreset;
  const known = presetFor(name);
  if (!known) {
    const near = nearestName(name, KERNEL_PRESET_NAMES);
    const fix = near ? `write "${near}"` : `use ${KERNEL_PRESET_NAMES.join(', ')}`;
    const path = [...scope.path, 'kernel', 'preset'];
    scope.problems.error('plan/preset', path, `no kernel preset is called "${name}"`, fix);
  }
  if (doc.kernel?.preset === undefined) {
    scope.assume(['kernel', 'preset'], `kernel ${name}, the platform's default`);
  }
  const stated = doc.kernel?.preemption ?? byCmdline(cmdline, known?.preemption === 'rt');
  const preset = presetFor(name, stated) ?? presetFor('6.12', stated);
  if (!preset) throw new Error('the preset 6.12 is missing');
  if (doc.kernel?.preemption === undefined && stated === undefined) {
    scope.assume(['kernel', 'preemption'], `${preset.preemption}, as in kernel preset ${name}`);
  }
  if (doc.kernel?.hz === undefined) {
    scope.assume(['kernel', 'hz'], `${preset.hz}, as in kernel preset ${name}`);
  }
  return { preset, preemption: preset.preemption };
}

/** preempt= chooses among the models of PREEMPT_DYNAMIC; a PREEMPT_RT kernel has no choice. */
function byCmdline(cmdline: CmdlineFacts, isRt: boolean): PreemptionModel | undefined {
  if (isRt) return undefined;
  const models = ['none', 'voluntary', 'full', 'lazy'] as const;
  return models.find((model) => model === cmdline.preempt);
}

interface CpuSets {
  readonly isolatedDomain: readonly number[];
  readonly nohzFull: readonly number[];
  readonly rcuNocbs: readonly number[];
  readonly irqaffinity: readonly number[];
  /** CPUs that managed interrupts avoid. */
  readonly unmanaged: readonly number[];
}

const splitSets = ({ irqaffinity, unmanaged, ...sets }: CpuSets) => ({
  sets,
  irqaffinity,
  unmanaged,
});

function readCpuSets(cmdline: CmdlineFacts, scope: Scope): CpuSets {
  const path = [...scope.path, 'cmdline'];
  const read = (list?: ListOnCmdline) =>
    list ? scope.readCpus(list.text, path, list.offset, list.key) : [];
  warnTraps(cmdline, scope);
  const bootCpu = scope.cpus[0];
  let nohzFull = read(cmdline.nohzFull);
  if (nohzFull.includes(bootCpu)) {
    const message = `the boot CPU ${bootCpu} keeps its tick; the kernel takes it out of nohz_full`;
    const fix = `leave CPU ${bootCpu} out of nohz_full=`;
    scope.problems.warning('plan/boot-cpu', path, message, fix, cmdline.nohzFull?.offset);
    nohzFull = without(nohzFull, [bootCpu]);
  }
  const tickless = cmdline.isolcpusNohz ? without(read(cmdline.isolcpusNohz), [bootCpu]) : [];
  const union = (a: readonly number[], b: readonly number[]) =>
    scope.cpus.filter((cpu) => a.includes(cpu) || b.includes(cpu));
  return {
    isolatedDomain: read(cmdline.isolatedDomain),
    nohzFull: cmdline.nohzOff ? [] : union(nohzFull, tickless),
    rcuNocbs: union(read(cmdline.rcuNocbs), nohzFull),
    irqaffinity: read(cmdline.irqaffinity),
    unmanaged: read(cmdline.isolcpusManaged),
  };
}

function warnTraps(cmdline: CmdlineFacts, scope: Scope): void {
  const path = [...scope.path, 'cmdline'];
  const trap = cmdline.isolcpusWithoutDomain;
  if (trap) {
    const message =
      'isolcpus= with flags but without `domain` does not take CPUs off the scheduler domains';
    const fix = `write isolcpus=domain,managed_irq,${trap.text}`;
    scope.problems.warning('plan/isolcpus-flags', path, message, fix, trap.offset);
  }
  for (const { flag, offset } of cmdline.unknownIsolcpusFlags) {
    const message = `isolcpus= knows no flag "${flag}"; the kernel skips it`;
    const near = nearestName(flag, ['domain', 'managed_irq', 'nohz']);
    const fix = near ? `write ${near}` : 'use domain, managed_irq, nohz';
    scope.problems.warning('plan/isolcpus-flags', path, message, fix, offset);
  }
  for (const { kind, message, fix, offset } of cmdline.slips) {
    scope.problems.warning(`plan/cmdline-${kind}`, path, message, fix, offset);
  }
  for (const { key, text, offset } of cmdline.ignored) {
    const message = `a second ${key}= with another list (${text}) is ignored by the kernel`;
    scope.problems.warning('plan/cmdline-repeat', path, message, `keep one ${key}=`, offset);
  }
}

function readSysctls(doc: KernelFieldsDoc, scope: Scope) {
  const sysctl = doc.sysctl ?? {};
  const periodUs = sysctl['kernel.sched_rt_period_us'] ?? 1_000_000;
  const runtimeUs = sysctl['kernel.sched_rt_runtime_us'] ?? Math.min(950_000, periodUs);
  if (runtimeUs > periodUs) {
    const message = `the realtime runtime ${runtimeUs} is longer than its period ${periodUs}`;
    const path = [...scope.path, 'sysctl', 'kernel.sched_rt_runtime_us'];
    scope.problems.error('plan/rt-runtime', path, message, 'write -1, or at most the period');
  }
  return {
    rtRuntimeNs: runtimeUs < 0 ? UNLIMITED_RUNTIME : runtimeUs * 1000,
    rtPeriodNs: periodUs * 1000,
    timerMigration: (sysctl['kernel.timer_migration'] ?? 1) === 1,
  };
}
