/**
 * What a domain has that the simulator does not run and the rules of `isochron check` ask for: disks,
 * network devices, a memory balloon, other emulated devices, CFS quotas.
 */
import type { PlanDocument } from '../plan/schema.js';
import type { LibvirtDomain } from './libvirtDomainModel.js';

type Guest = NonNullable<PlanDocument['guests']>[number];
type Hardware = NonNullable<Guest['hardware']>;

/** Elements of a domain -> kinds of a plan. A console beside a serial port is the same port. */
const OTHERS: ReadonlyArray<readonly [element: string, kind: Hardware[number]['kind']]> = [
  ['graphics', 'display'],
  ['video', 'display'],
  ['serial', 'serial'],
  ['sound', 'sound'],
  ['redirdev', 'usb'],
  ['watchdog', 'watchdog'],
  ['rng', 'rng'],
];

/** A plan takes at most 1024. */
const MAX_DEVICES = 256;

/** CFS bandwidth limits some thread of the domain. */
export const hasQuota = ({ quotas }: LibvirtDomain): boolean =>
  quotas.some(({ quotaUs }) => quotaUs !== undefined && quotaUs > 0);

export function hardwareOf(domain: LibvirtDomain): Pick<Guest, 'hardware' | 'cfsQuota'> {
  const { interfaces, disks, memballoon, others } = domain.devices;
  const hardware: Hardware = [
    ...interfaces.map(({ backend }, i) => ({
      kind: 'network' as const,
      name: `net${i}`,
      backend,
    })),
    ...disks.map(({ target, iothreads }) => ({
      kind: 'disk' as const,
      ...(/^[A-Za-z0-9_.-]{1,32}$/.test(target) ? { name: target } : {}),
      ...(iothreads.length > 0 ? { iothread: true } : {}),
    })),
    // libvirt adds a balloon where the domain says nothing.
    ...(memballoon === 'none' ? [] : [{ kind: 'balloon' as const }]),
    ...kindsOf(others).map((kind) => ({ kind })),
  ].slice(0, MAX_DEVICES);
  return {
    ...(hardware.length > 0 ? { hardware } : {}),
    ...(hasQuota(domain) ? { cfsQuota: true } : {}),
  };
}

function kindsOf(others: ReadonlyMap<string, number>): Hardware[number]['kind'][] {
  const kinds = OTHERS.flatMap(([element, kind]) => (others.has(element) ? [kind] : []));
  return [...new Set(kinds)];
}
