import { KVM_COSTS, LINUX_COSTS, NETWORK_COSTS } from '../platform/costs.js';

/** A platform text whose costs are all `cost`; replaced parts win. */
export function tinyPlatformText(options: { cost?: string; extra?: string } = {}): string {
  const cost = options.cost ?? '0ns';
  const costs = (names: object) =>
    Object.keys(names)
      .map((name) => `  ${name}: ${cost}`)
      .join('\n');
  return `isochron-platform: 1
name: tiny
description: a machine for tests
cpu: {model: none, vendor: intel, tscMHz: 2000, apicv: true, preemptionTimer: true, l1tfVulnerable: true, invariantTsc: true}
topology: {sockets: 1, coresPerSocket: 8}
defaultKernel: '6.12-rt'
host:
${costs(LINUX_COSTS)}
guest: {default: host, scale: 1.5}
kvm:
${costs(KVM_COSTS)}
network:
${costs(NETWORK_COSTS)}
cstates:
  - {name: C1, exit: 2us, targetResidency: 2us}
  - {name: C1E, exit: 10us, targetResidency: 20us}
  - {name: C6, exit: 133us, targetResidency: 600us}
caches: {privateKiB: 64, llcKiB: 1024, ways: 8, inclusive: false, llcHit: 10ns, memory: 40ns}
smi: off
${options.extra ?? ''}`;
}
