/**
 * Reader of libvirt domain XML for x86 guests on KVM.
 *
 * Covers what `virsh dumpxml` prints, live or inactive, and the domain inside a status or snapshot
 * file. Source: libvirt.org/formatdomain.html and the rules of src/conf. Every element and attribute
 * is accounted for. Leaves out: domains of other hypervisors and architectures, which are refused;
 * TCG (`type='qemu'`) is refused unless asked for, because it has no VM exits to model.
 */
import type { Element } from '@xmldom/xmldom';
import type { Diagnostic } from '../base/diagnostics.js';
import type { AccountEntry } from './account.js';
import { accountDomain } from './libvirtDomainAccount.js';
import { readCpu, readFeatures, readTimers } from './libvirtDomainCpu.js';
import { DomainCursor } from './libvirtDomainCursor.js';
import { readDevices, readQemuArguments } from './libvirtDomainDevices.js';
import { findDomain, type Kind, type LibvirtDomainOptions, readKind } from './libvirtDomainKind.js';
import { readMemory, readNumaTune } from './libvirtDomainMemory.js';
import type { LibvirtDomain } from './libvirtDomainModel.js';
import { clip } from './libvirtDomainPath.js';
import { requireAttributes } from './libvirtDomainRequire.js';
import { readEmulatorScheduling } from './libvirtDomainSched.js';
import { readQuotas, readResourceTunes, readShares } from './libvirtDomainTune.js';
import { readVcpuThreads } from './libvirtDomainVcpus.js';
import { parseXml } from './xml.js';

export type { LibvirtDomainOptions } from './libvirtDomainKind.js';

export interface LibvirtDomainReading {
  /** Absent if there is an error among the diagnostics. */
  readonly domain?: LibvirtDomain;
  readonly diagnostics: readonly Diagnostic[];
  /** One entry for each element and attribute; empty if the text is not XML. */
  readonly account: readonly AccountEntry[];
}

/** With the cursor, for the test that holds the account against what was really looked at. */
export interface TracedReading extends LibvirtDomainReading {
  readonly cursor?: DomainCursor;
  readonly root?: Element;
}

/**
 * Reads one domain. Never throws for any text; all problems come back at once.
 *
 * @example readLibvirtDomain("<domain type='kvm'><name>a</name></domain>", 'a.xml').domain?.vcpus.length // 1
 */
export function readLibvirtDomain(
  text: string,
  file: string,
  options: LibvirtDomainOptions = {},
): LibvirtDomainReading {
  const { domain, diagnostics, account } = readTraced(text, file, options);
  return { ...(domain ? { domain } : {}), diagnostics, account };
}

/** `readLibvirtDomain` together with the trace of what it touched. */
export function readTraced(
  text: string,
  file: string,
  options: LibvirtDomainOptions = {},
): TracedReading {
  const xml = parseXml(text, file);
  if (!xml.document) return { diagnostics: xml.diagnostics, account: [] };
  const { root } = xml;
  const cursor = new DomainCursor(file);
  const element = findDomain(cursor, root);
  if (!element) {
    cursor.error(root, 'libvirt/no-domain', `<${clip(root.nodeName)}> is no libvirt domain`, {
      fix: 'bring the output of virsh dumpxml: its root is <domain>',
    });
    return { diagnostics: cursor.diagnostics, account: accountDomain(root, root), cursor, root };
  }
  const account = accountDomain(root, element);
  const kind = readKind(cursor, element, options);
  // A domain of another hypervisor follows other rules: more messages would mislead.
  const domain = kind && readParts(cursor, element, kind);
  const usable = domain !== undefined && !cursor.failed;
  return {
    ...(usable ? { domain } : {}),
    diagnostics: cursor.diagnostics,
    account,
    cursor,
    root,
  };
}

function readParts(cursor: DomainCursor, element: Element, kind: Kind): LibvirtDomain {
  const cputune = readCputune(cursor, element);
  const threads = readVcpuThreads(cursor, element, cputune);
  const cpu = readCpu(cursor, element);
  const emulatorCpus = readEmulatorPin(cursor, cputune);
  return {
    name: readName(cursor, element),
    ...kind,
    vcpuPlacement: threads.placement,
    cpuset: threads.cpuset,
    vcpus: threads.vcpus,
    emulator: {
      cpus: emulatorCpus ?? threads.cpuset,
      scheduling: readEmulatorScheduling(cursor, cputune),
    },
    iothreads: threads.iothreads,
    shares: readShares(cursor, cputune),
    quotas: readQuotas(cursor, cputune),
    ...readResourceTunes(cursor, cputune),
    memory: readMemory(cursor, element, cpu.cells),
    numatune: readNumaTune(cursor, element, cpu.cells, threads.placement),
    features: readFeatures(cursor, element),
    cpu,
    timers: readTimers(cursor, element),
    devices: readDevices(cursor, element, new Set(threads.iothreads.map(({ id }) => id))),
    qemu: readQemuArguments(cursor, element),
  };
}

function readName(cursor: DomainCursor, domain: Element): string {
  const name = cursor.text(cursor.child(domain, 'name'));
  if (name) return name;
  cursor.warn(domain, 'libvirt/no-name', 'the domain has no name', {
    fix: 'write <name>, as in <name>rt1</name>',
  });
  return '';
}

function readCputune(cursor: DomainCursor, domain: Element): Element | undefined {
  const [first, second] = cursor.children(domain, 'cputune');
  if (second) {
    cursor.error(second, 'libvirt/repeated', 'two <cputune>', {
      fix: 'join them into one <cputune>',
    });
  }
  return first;
}

function readEmulatorPin(
  cursor: DomainCursor,
  cputune: Element | undefined,
): readonly number[] | undefined {
  const [first, second] = cursor.children(cputune, 'emulatorpin');
  if (second) {
    cursor.error(second, 'libvirt/duplicate-pin', 'the emulator is pinned twice', {
      fix: 'keep one <emulatorpin>',
    });
  }
  if (first) requireAttributes(cursor, first, ['cpuset']);
  return cursor.set(first, 'cpuset');
}
