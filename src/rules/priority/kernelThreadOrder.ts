/**
 * Where a per-CPU kernel thread does not outrank the vCPUs of its pCPU. What starves then depends on
 * the thread; the search for it does not.
 */
import type { Scheduling } from '../../plan/normalized.js';
import { cpusText, cpuText } from '../cpuSets.js';
import type { KernelView } from '../kernelView.js';
import { strengthOf } from '../occupants.js';
import { raiseKernelThread } from '../planFixes.js';
import type { Finding } from '../rule.js';
import type { Subject } from '../subject.js';

export interface KernelThreadOrder {
  readonly thread: 'ksoftirqd' | 'ktimers' | 'rcuc';
  readonly scheduling: readonly Scheduling[];
  /** How far above the vCPU it should stand, as tuned's profiles have it. */
  readonly above: number;
  /** What happens otherwise. */
  readonly consequence: string;
}

/** The pCPUs at fault, in one finding. */
export function ordered(subject: Subject, order: KernelThreadOrder): Finding[] {
  const { host, realtimeVcpus, plan } = subject;
  const wrong = realtimeVcpus.flatMap((vcpu) => {
    const [pcpu] = vcpu.pcpus;
    if (vcpu.pcpus.length !== 1 || vcpu.scheduling.policy === 'other') return [];
    const own = order.scheduling[plan.host.cpus.indexOf(pcpu)];
    return strengthOf(own) <= strengthOf(vcpu.scheduling) ? [{ vcpu, pcpu, own }] : [];
  });
  if (wrong.length === 0) return [];
  const pcpus = wrong.map(({ pcpu }) => pcpu);
  const highest = Math.max(...wrong.map(({ vcpu }) => strengthOf(vcpu.scheduling)));
  const priority = highest + order.above;
  const settable = priority <= 99;
  return [
    {
      path: threadPath(host, order.thread),
      message: `${order.thread} does not outrank the vCPUs on ${cpusText('pCPU', pcpus)}: ${order.consequence}`,
      details: wrong.map(
        ({ vcpu, pcpu, own }) =>
          `pCPU ${pcpu}: ${order.thread} ${policyText(own)}, ${vcpu.name} ${policyText(vcpu.scheduling)}`,
      ),
      remedy: settable
        ? `give ${order.thread} fifo:${priority} on ${cpuText(pcpus)}`
        : 'lower the priority of the vCPUs, and set the thread above it',
      ...(settable ? { fix: raiseKernelThread(host, order.thread, pcpus, priority) } : {}),
    },
  ];
}

/** The last entry of the thread is the one that counts. */
function threadPath(view: KernelView, name: string): (string | number)[] {
  const at = view.written.kernelThreads?.findLastIndex((thread) => thread.name === name) ?? -1;
  return [...view.path, 'kernelThreads', ...(at < 0 ? [] : [at])];
}

export const policyText = (s: Scheduling): string =>
  s.policy === 'other'
    ? 'other'
    : s.policy === 'deadline'
      ? 'deadline'
      : `${s.policy}:${s.priority}`;
