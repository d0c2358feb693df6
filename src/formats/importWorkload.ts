/** The workload made up for a guest, since no file states one: cyclictest, as practice measures. */
import type { PlanDocument } from '../plan/schema.js';
import { cpuField } from './importCpuField.js';
import type { PlanDraft } from './importDraft.js';
import type { LibvirtVcpu } from './libvirtDomainModel.js';

type Workload = NonNullable<PlanDocument['workloads']>[number];

/** cyclictest where the guest is meant to be fast: realtime vCPUs, else pinned ones, else vCPU 0. */
export function workloadOf(
  enabled: readonly LibvirtVcpu[],
  {
    draft,
    name,
    index,
  }: { readonly draft: PlanDraft; readonly name: string; readonly index: number },
): Workload {
  const ids = (fits: (vcpu: LibvirtVcpu) => boolean): number[] =>
    enabled.flatMap((vcpu, id) => (fits(vcpu) ? [id] : []));
  const realtime = ids(({ scheduling }) => ['fifo', 'rr'].includes(scheduling.scheduler));
  const pinned = ids(({ cpusFrom }) => cpusFrom !== 'nothing');
  const [cpus, why] =
    realtime.length > 0
      ? [realtime, 'on its FIFO and RR vCPUs']
      : pinned.length > 0
        ? [pinned, 'on its pinned vCPUs']
        : [[0], 'on vCPU 0, as nothing is pinned'];
  draft.assume(['workloads', index], `no file states a workload; cyclictest ${why}`);
  return {
    id: `${name}-cyclictest`,
    kind: 'cyclictest',
    on: name,
    cpus: cpuField(cpus),
    policy: 'fifo:95',
    interval: '1ms',
  };
}
