/**
 * The kernel command line: what it says about isolation, interrupts, idle, timers and KVM.
 * Source: Documentation/admin-guide/kernel-parameters of Linux 6.12 and the code named in the
 * cmdline* files. Leaves out: GRUB and grubby wrappers (bring /proc/cmdline), bootconfig, defaults
 * that a kernel was built with.
 */
import type { Reading } from './account.js';
import { checkCmdline } from './cmdlineChecks.js';
import { type HugepageRequest, readHugepages } from './cmdlineHugepages.js';
import { type Isolation, readIsolation } from './cmdlineIsolation.js';
import { CmdlineReader } from './cmdlineReader.js';
import { type CmdlineToken, splitCmdline } from './cmdlineTokens.js';

export type { HugepageRequest } from './cmdlineHugepages.js';
export type { Isolation } from './cmdlineIsolation.js';
export type { CmdlineToken } from './cmdlineTokens.js';

/** CPU sets ascend. An absent field stands for a parameter that is not on the line. */
export interface KernelCmdline {
  readonly tokens: readonly CmdlineToken[];
  readonly initArguments: readonly string[];
  /** From BOOT_IMAGE, as `5.14.0-427.59.1.el9_4.x86_64+rt`. */
  readonly kernelRelease?: string;
  readonly isolation: Isolation;
  /** Explicit list; the CPUs of nohz_full are offloaded besides. Empty: offloadable at run time. */
  readonly rcuNocbs?: readonly number[];
  readonly rcuNocbPoll: boolean;
  readonly rcutreeKthreadPrio?: number;
  readonly irqaffinity?: readonly number[];
  readonly kthreadCpus?: readonly number[];
  readonly unboundWorkqueueCpus?: readonly number[];
  readonly systemdCpuAffinity?: readonly number[];
  readonly tunedNonIsolcpus?: readonly number[];
  readonly idle?: string;
  readonly intelIdleMaxCstate?: number;
  readonly processorMaxCstate?: number;
  readonly intelPstate?: string;
  readonly nosmt?: 'on' | 'force';
  readonly mitigations?: string;
  /** Every value given, in order: they add up. */
  readonly tsc: readonly string[];
  readonly clocksource?: string;
  readonly preempt?: string;
  readonly threadirqs: boolean;
  readonly nosoftlockup: boolean;
  readonly nmiWatchdog?: boolean;
  readonly skewTick?: boolean;
  readonly nohz?: boolean;
  readonly mce?: string;
  readonly audit?: boolean;
  readonly maxcpus?: number;
  readonly defaultHugepageBytes?: number;
  readonly hugepages: readonly HugepageRequest[];
  /** `kvm.`, `kvm_intel.` and `kvm_amd.` parameters by full name, the last of each. */
  readonly kvmParameters: ReadonlyMap<string, string>;
}

export interface CmdlineOptions {
  /** Highest CPU number of the machine, for `N` and `all`. */
  readonly lastCpu?: number;
}

/**
 * Reads a command line. An error means the text is no command line; everything else that is wrong
 * with it is a warning, since a kernel booted with it.
 *
 * @example readKernelCmdline('isolcpus=managed_irq,2-7 nohz_full=2-7', 'cmdline').value.isolation.managedIrq
 */
export function readKernelCmdline(
  text: string,
  file: string,
  options: CmdlineOptions = {},
): Reading<KernelCmdline> {
  const split = splitCmdline(text, file);
  const reader = new CmdlineReader(split.tokens, options.lastCpu);
  const isolation = readIsolation(
    [...reader.all('isolcpus'), ...reader.all('nohz_full')].sort((a, b) => a.index - b.index),
    options.lastCpu,
  );
  for (const [index, reason] of isolation.dropped) reader.ignore(split.tokens[index], reason);
  const hugeKeys = ['default_hugepagesz', 'hugepagesz', 'hugepages'];
  const huge = readHugepages(
    hugeKeys.flatMap((key) => reader.all(key)).sort((a, b) => a.index - b.index),
  );
  for (const { token, message } of huge.problems) {
    reader.warn(token, 'cmdline/hugepages', message);
    reader.ignore(token, message);
  }
  const value: KernelCmdline = {
    tokens: split.tokens,
    initArguments: split.initArguments,
    isolation: isolation.isolation,
    hugepages: huge.requests,
    ...present({ defaultHugepageBytes: huge.defaultSizeBytes, kernelRelease: release(reader) }),
    ...present(cpuSets(reader)),
    ...present(idleAndClock(reader)),
    ...present(switches(reader)),
    rcuNocbPoll: reader.flag('rcu_nocb_poll'),
    threadirqs: reader.flag('threadirqs'),
    nosoftlockup: reader.flag('nosoftlockup'),
    tsc: reader.all('tsc').map((token) => token.value ?? ''),
    kvmParameters: kvmParameters(reader),
  };
  checkCmdline(value, reader);
  return {
    value,
    diagnostics: [...split.diagnostics, ...isolation.diagnostics, ...reader.diagnostics],
    account: reader.account(),
  };
}

/** Drops the fields that are not on the line, so that absence is absence. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function release(reader: CmdlineReader): string | undefined {
  const image = reader.text('BOOT_IMAGE') ?? '';
  return /vmlinuz-(\d[\w.+~-]*)$/.exec(image.slice(-200))?.[1];
}

function cpuSets(reader: CmdlineReader) {
  return {
    rcuNocbs: reader.cpus('rcu_nocbs'),
    irqaffinity: reader.cpus('irqaffinity'),
    kthreadCpus: reader.cpus('kthread_cpus'),
    unboundWorkqueueCpus: reader.cpus('workqueue.unbound_cpus'),
    systemdCpuAffinity: reader.cpus('systemd.cpu_affinity', 'systemd'),
    tunedNonIsolcpus: reader.cpus('tuned.non_isolcpus', 'hex-groups'),
  };
}

function idleAndClock(reader: CmdlineReader) {
  return {
    idle: reader.text('idle'),
    intelIdleMaxCstate: reader.integer('intel_idle.max_cstate'),
    processorMaxCstate: reader.integer('processor.max_cstate'),
    intelPstate: reader.text('intel_pstate'),
    clocksource: reader.text('clocksource'),
    skewTick: onOff(reader, 'skew_tick'),
    nohz: onOff(reader, 'nohz'),
  };
}

function switches(reader: CmdlineReader) {
  const nosmt = reader.last('nosmt');
  return {
    rcutreeKthreadPrio: reader.integer('rcutree.kthread_prio'),
    nosmt: nosmt && (nosmt.value === 'force' ? ('force' as const) : ('on' as const)),
    mitigations: reader.text('mitigations'),
    preempt: reader.text('preempt'),
    nmiWatchdog: reader.flag('nowatchdog') ? false : nmiWatchdog(reader),
    mce: reader.text('mce'),
    audit: onOff(reader, 'audit'),
    maxcpus: reader.integer('maxcpus'),
  };
}

/** `panic` and `nopanic` leave it on and say only what follows a hit. */
function nmiWatchdog(reader: CmdlineReader): boolean | undefined {
  const token = reader.last('nmi_watchdog');
  return token && token.value !== '0';
}

function onOff(reader: CmdlineReader, key: string): boolean | undefined {
  const token = reader.last(key);
  if (!token) return undefined;
  if (token.value === '1' || token.value === 'on') return true;
  if (token.value === '0' || token.value === 'off') return false;
  reader.warn(token, 'cmdline/not-a-switch', `"${token.value ?? ''}" is neither on nor off`);
  reader.ignore(token, 'its value is neither on nor off');
  return undefined;
}

function kvmParameters(reader: CmdlineReader): Map<string, string> {
  const keys = new Set(
    reader.tokens.map((token) => token.key).filter((key) => /^kvm(_intel|_amd)?\./.test(key)),
  );
  // A boolean parameter without a value is set.
  return new Map([...keys].map((key) => [key, reader.text(key) ?? 'Y']));
}
