/**
 * Is this a domain that the model can hold: KVM, x86, fully virtualized?
 * TCG (`type='qemu'`) is refused unless asked for, because it has no VM exits to model.
 */
import type { Element } from '@xmldom/xmldom';
import type { DomainCursor } from './libvirtDomainCursor.js';
import type { LibvirtDomain } from './libvirtDomainModel.js';
import { clip } from './libvirtDomainPath.js';

export interface LibvirtDomainOptions {
  /** Read a TCG domain (`type='qemu'`) as if it ran on KVM; it gets a warning. */
  readonly acceptTcg?: boolean;
}

/** The root, or the domain inside `domstatus`, `domainsnapshot` and their like. */
export function findDomain(cursor: DomainCursor, root: Element): Element | undefined {
  if (root.nodeName === 'domain') {
    cursor.touched.add(root);
    return root;
  }
  if (!['domstatus', 'domainsnapshot', 'domaincheckpoint'].includes(root.nodeName)) {
    return undefined;
  }
  return cursor.child(root, 'domain');
}

export interface Kind {
  readonly type: LibvirtDomain['type'];
  readonly arch: LibvirtDomain['arch'];
  readonly machine: string | undefined;
  readonly kernelCmdline: string | undefined;
}

export function readKind(
  cursor: DomainCursor,
  domain: Element,
  options: LibvirtDomainOptions,
): Kind | undefined {
  const type = readType(cursor, domain, options);
  const os = cursor.child(domain, 'os');
  const osType = cursor.child(os, 'type');
  const kernelCmdline = cursor.text(cursor.child(os, 'cmdline')) || undefined;
  const arch = cursor.attr(osType, 'arch');
  const machine = cursor.attr(osType, 'machine');
  const what = cursor.text(osType);
  let fits = type !== undefined;
  if (type && osType && what !== 'hvm') {
    cursor.error(
      osType,
      'libvirt/not-hvm',
      `a guest of kind "${clip(what ?? '')}" has no VM exits`,
      {
        fix: 'bring a fully virtualized guest: <type>hvm</type>',
      },
    );
    fits = false;
  }
  if (type && osType && arch !== undefined && arch !== 'x86_64' && arch !== 'i686') {
    cursor.error(osType, 'libvirt/not-x86', `arch='${clip(arch)}' is not modelled: only x86 is`, {
      fix: "bring a domain with arch='x86_64'",
    });
    fits = false;
  }
  if (!type || !fits) return undefined;
  return { type, arch: arch === 'i686' ? 'i686' : 'x86_64', machine, kernelCmdline };
}

function readType(
  cursor: DomainCursor,
  domain: Element,
  options: LibvirtDomainOptions,
): Kind['type'] | undefined {
  const type = cursor.attr(domain, 'type');
  if (type === 'kvm') return 'kvm';
  if (type === undefined) {
    cursor.warn(domain, 'libvirt/no-type', 'type= is missing; read as a fragment of a KVM domain', {
      fix: "write <domain type='kvm'>",
    });
    return 'kvm';
  }
  if (type === 'qemu' && options.acceptTcg) {
    cursor.warn(domain, 'libvirt/tcg', "type='qemu' is emulation (TCG); read as if it were KVM", {
      fix: "write type='kvm' if the guest is meant to run on KVM",
    });
    return 'qemu';
  }
  if (type === 'qemu') {
    cursor.error(
      domain,
      'libvirt/tcg',
      "type='qemu' is emulation (TCG): it translates code and has no VM exits to predict",
      { fix: "write type='kvm', or give --accept-tcg to read it as if it were KVM" },
    );
    return undefined;
  }
  cursor.error(domain, 'libvirt/not-kvm', `type='${clip(type)}' is another hypervisor`, {
    fix: "bring a domain with type='kvm'",
  });
  return undefined;
}
