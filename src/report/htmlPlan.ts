/** The plan's part of the page: host, guests, workloads, as they were simulated. */
import { formatCpuList } from '../base/cpulist.js';
import { formatDuration } from '../base/units.js';
import type { GuestPlan, KernelPlan, KvmPlan, NormalizedPlan } from '../plan/normalized.js';
import { type Html, html, htmlTable } from './htmlTemplate.js';
import { onOff, schedulingText, workloadPlace } from './planWords.js';

const cpuText = (cpus: readonly number[]): string =>
  cpus.length === 0 ? 'none' : formatCpuList(cpus, 'kernel');

export function hostHtml(plan: NormalizedPlan): Html {
  const { platform, host, kvm, smi } = plan;
  const rows: string[][] = [
    ['platform', `${platform.name}: ${platform.description}`],
    ['CPU', `${platform.cpuModel}, TSC ${platform.tscMHz} MHz`],
    ...kernelRows(host),
    ['SMI', smi ? `every ${lawText(smi.every)}, ${lawText(smi.duration)}` : 'none'],
    ...kvmRows(kvm),
  ];
  return htmlTable(['host', ''], rows);
}

function lawText({ minNs, maxNs }: { readonly minNs: number; readonly maxNs: number }): string {
  return minNs === maxNs
    ? formatDuration(minNs)
    : `${formatDuration(minNs)} to ${formatDuration(maxNs)}`;
}

function kernelRows(kernel: KernelPlan): string[][] {
  return [
    ['kernel', `preemption ${kernel.preemption}, ${kernel.hz} Hz`],
    ['isolated from the scheduler domains', cpuText(kernel.isolatedDomain)],
    ['nohz_full', cpuText(kernel.nohzFull)],
    ['rcu_nocbs', cpuText(kernel.rcuNocbs)],
    ['idle', kernel.idle.kind === 'poll' ? 'idle=poll' : `down to ${kernel.idle.deepest}`],
    [
      'RT throttling',
      kernel.flags.rtThrottling
        ? `${formatDuration(kernel.rtRuntimeNs)} of ${formatDuration(kernel.rtPeriodNs)}`
        : 'off',
    ],
    [
      'threads',
      kernel.threads.map((t) => `${t.name} (${schedulingText(t.scheduling)})`).join(', '),
    ],
    ['IRQs', kernel.irqs.map((i) => `${i.vector} ${i.name}`).join(', ')],
  ].filter(([, text]) => text !== '');
}

function kvmRows(kvm: KvmPlan): string[][] {
  const advance =
    typeof kvm.timerAdvance === 'number' ? formatDuration(kvm.timerAdvance) : kvm.timerAdvance;
  return [
    ['KVM', `APICv ${onOff(kvm.apicv)}, VMX preemption timer ${onOff(kvm.preemptionTimer)}`],
    ['timer advance', advance],
    ['halt_poll_ns', formatDuration(kvm.haltPollNs)],
    [
      'mitigations at exits and entries',
      `exit ${onOff(kvm.exitMitigations)}, L1D flush ${onOff(kvm.l1dFlush)}`,
    ],
  ];
}

export function guestsHtml({ guests }: NormalizedPlan): Html {
  if (guests.length === 0) return html`<p>The plan has no guest.</p>`;
  return html`${guests.map(
    (guest) => html`<h3>Guest ${guest.name}</h3>
${htmlTable(
  ['vCPU', 'policy', 'pCPUs'],
  guest.vcpus.map(({ id, scheduling, pcpus }) => [id, schedulingText(scheduling), cpuText(pcpus)]),
)}
${htmlTable(['guest kernel', ''], [...kernelRows(guest.kernel), ['without exit', exitsOff(guest)]])}`,
  )}`;
}

function exitsOff({ haltInGuest, mwaitInGuest, pauseInGuest }: GuestPlan): string {
  const names = [
    haltInGuest ? 'HLT' : '',
    mwaitInGuest ? 'MWAIT' : '',
    pauseInGuest ? 'PAUSE' : '',
  ].filter((name) => name !== '');
  return names.length === 0 ? 'none' : names.join(', ');
}

export function workloadsHtml({ workloads, requirements }: NormalizedPlan): Html {
  return htmlTable(
    ['workload', 'kind', 'runs on', 'policy', 'interval', 'requirements'],
    workloads.map((workload) => [
      workload.id,
      workload.kind,
      workloadPlace(workload),
      schedulingText(workload.scheduling),
      formatDuration(workload.intervalNs),
      requirements
        .filter((requirement) => requirement.workload === workload.id)
        .map(({ text }) => text)
        .join('; '),
    ]),
  );
}
