/** Small hand-made domains for the tests of the libvirt reader and the importer. */

export interface DomainParts {
  readonly type?: string;
  readonly name?: string;
  readonly vcpu?: string;
  readonly cputune?: string;
  /** Anything else below <domain>. */
  readonly more?: string;
  readonly arch?: string;
}

/** A KVM domain of 4 vCPUs unless told otherwise. */
export function domainXml(parts: DomainParts = {}): string {
  const cputune =
    parts.cputune === undefined ? '' : `\n  <cputune>\n${parts.cputune}\n  </cputune>`;
  return `<domain type='${parts.type ?? 'kvm'}'>
  <name>${parts.name ?? 'rt1'}</name>
  <memory unit='GiB'>4</memory>
  ${parts.vcpu ?? "<vcpu placement='static'>4</vcpu>"}${cputune}
  <os><type arch='${parts.arch ?? 'x86_64'}' machine='q35'>hvm</type></os>
${parts.more ?? ''}
</domain>
`;
}

/** A realtime guest as practice deploys it: 2 housekeeping and 2 realtime vCPUs. */
export const REALTIME_DOMAIN = domainXml({
  cputune: `    <vcpupin vcpu='0' cpuset='4'/>
    <vcpupin vcpu='1' cpuset='5'/>
    <vcpupin vcpu='2' cpuset='6'/>
    <vcpupin vcpu='3' cpuset='7'/>
    <emulatorpin cpuset='0-3,^1'/>
    <iothreadpin iothread='1' cpuset='2'/>
    <vcpusched vcpus='2-3' scheduler='fifo' priority='1'/>
    <iothreadsched iothreads='1' scheduler='rr' priority='3'/>
    <emulatorsched scheduler='fifo' priority='2'/>`,
  more: `  <iothreads>1</iothreads>
  <memoryBacking>
    <hugepages><page size='1' unit='G'/></hugepages>
    <nosharepages/>
    <locked/>
  </memoryBacking>
  <features>
    <apic/>
    <pmu state='off'/>
    <kvm><hint-dedicated state='on'/><poll-control state='on'/></kvm>
    <ioapic driver='qemu'/>
  </features>
  <cpu mode='host-passthrough' migratable='off'>
    <feature policy='require' name='tsc-deadline'/>
    <feature policy='disable' name='x2apic'/>
  </cpu>
  <clock offset='utc'><timer name='hpet' present='no'/></clock>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/><model type='virtio'/><driver name='vhost' queues='2'/>
    </interface>
    <interface type='vhostuser'><model type='virtio'/></interface>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' iothread='1'/><target dev='vda' bus='virtio'/>
    </disk>
    <memballoon model='none'/>
    <console type='pty'/>
  </devices>`,
});
