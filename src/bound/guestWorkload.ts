/**
 * Bounds of what is measured in a guest: the bound of a host, seen from inside, with the host around
 * the vCPU as what delays it. The worst of a halted and a busy vCPU counts.
 */
import { cpuContracts } from '../contract/cpuContracts.js';
import { NO_TIME } from '../contract/figure.js';
import { hostOf, type Instance } from '../contract/instance.js';
import { vcpuFigures } from '../contract/lapicTimer.js';
import { throttleReason } from './demand.js';
import { type GuestQuestion, outerWorlds, reasonsOutside } from './guestOuter.js';
import { detourOf, scenariosOf } from './guestScenario.js';
import { hostBound } from './hostWorkload.js';
import { remoteLocks } from './lockWait.js';
import { type CpuBound, hasBound, noBound } from './result.js';
import { softirqsLeft } from './softirqsLeft.js';

/** Upper bound of one series of a guest's workload on one vCPU, or why there is none. */
export function guestBound(question: GuestQuestion): CpuBound {
  const { around, guest, workload, kind, cpu, throttledPcpu } = question;
  const reasons = reasonsOutside(question);
  if (reasons.length > 0) return noBound(...reasons);
  const pcpu = guest.vcpus[cpu].pcpus[0];
  const vcpu = vcpuFigures(around, guest, pcpu);
  const instance: Instance = { name: guest.name, kernel: guest.kernel, guest };
  const contracts = cpuContracts(around, instance, cpu);
  const { figures } = around;
  const detour = detourOf(question, vcpu, pcpu);
  if ('reasons' in detour) return noBound(...detour.reasons);
  const jitterNs = detour.figure.ns;
  const left = softirqsLeft(cpuContracts(around, hostOf(around.plan), pcpu), figures);
  if ('reasons' in left) return noBound(...left.reasons);
  const own = contracts.threads.find(({ subject }) => subject === `${workload.id}@${cpu}`);
  const remote = remoteLocks({ around, contracts, workload, throttledPcpu }, own);
  let worst: CpuBound | undefined;
  for (const scenario of scenariosOf(question, jitterNs > 0)) {
    const alternatives = outerWorlds(question, vcpu, scenario, left.once).map((outer) => {
      const throttled = throttleReason(contracts, figures, outer);
      const inner = { ...contracts, smi: undefined };
      const path = { jitterNs, detour: scenario.elsewhere ? detour.figure : NO_TIME };
      return hostBound({
        workload,
        kind,
        contracts: inner,
        figures,
        outer,
        throttled,
        remote,
        ...path,
      });
    });
    const found = alternatives.filter(hasBound).sort((a, b) => a.ns - b.ns);
    if (found.length === 0) return alternatives[0];
    if (worst === undefined || !hasBound(worst) || found[0].ns > worst.ns) worst = found[0];
  }
  return worst ?? noBound('there is nothing to analyse');
}
