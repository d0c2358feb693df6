/**
 * What this version does with every element and attribute of a libvirt domain: one row each.
 *
 * Source: formatdomain.html and src/conf/schemas/domaincommon.rng of libvirt 10.7. Paths are below
 * `domain`. A row with `below` also covers every element and attribute under it that has no row of
 * its own. What has no row at all is kept and counted as not known to this version.
 */
import { DEVICE_ROWS } from './libvirtDomainSchemaDevices.js';
import {
  BOOT,
  ignored,
  kept,
  LATER,
  MACHINE,
  NAMING,
  OTHER_HYPERVISOR,
  type SchemaRow,
  SECURITY,
  used,
} from './libvirtDomainSchemaRow.js';

const IDENTITY: readonly SchemaRow[] = [
  used('', 'type'),
  { path: '', disposition: 'ignored', reason: 'number of a running domain', attributes: 'id' },
  used('name'),
  ...['uuid', 'genid', 'title', 'description', 'metadata'].map((path) => ignored(path, NAMING)),
  used('os'),
  used('os/type', 'arch machine'),
  used('os/cmdline'),
  ignored('os', BOOT, 'firmware'),
  ...['loader', 'nvram', 'boot', 'bootmenu', 'smbios', 'bios', 'firmware', 'acpi', 'kernel'].map(
    (child) => ignored(`os/${child}`, BOOT),
  ),
  ...['initrd', 'dtb', 'shim', 'varstore'].map((child) => ignored(`os/${child}`, BOOT)),
  ...['init', 'initarg', 'initenv', 'initdir', 'inituser', 'initgroup'].map((child) =>
    ignored(`os/${child}`, OTHER_HYPERVISOR),
  ),
  ...['bootloader', 'bootloader_args', 'idmap'].map((path) => ignored(path, OTHER_HYPERVISOR)),
  ignored('sysinfo', NAMING),
  ...['on_poweroff', 'on_reboot', 'on_crash', 'on_lockfailure', 'pm', 'perf'].map((path) =>
    ignored(path, 'what happens when the guest stops or sleeps'),
  ),
  ...['seclabel', 'keywrap'].map((path) => ignored(path, SECURITY)),
  {
    path: 'launchSecurity',
    disposition: 'kept',
    below: true,
    reason: 'encrypted guests exit at other costs; not modelled',
  },
  ignored('resource', 'the cgroup of the domain; its limits are in other files'),
];

const THREADS: readonly SchemaRow[] = [
  used('vcpu', 'placement cpuset current'),
  used('vcpus'),
  used('vcpus/vcpu', 'id enabled'),
  ignored('vcpus/vcpu', 'the order of plugging moves no CPU time', 'hotpluggable order'),
  used('iothreads'),
  used('iothreadids'),
  used('iothreadids/iothread', 'id'),
  kept('iothreadids/iothread', LATER, 'thread_pool_min thread_pool_max'),
  kept('iothreadids/iothread/poll', LATER, 'max grow shrink'),
  kept('defaultiothread', LATER, 'thread_pool_min thread_pool_max'),
  used('cputune'),
  used('cputune/vcpupin', 'vcpu cpuset'),
  used('cputune/emulatorpin', 'cpuset'),
  used('cputune/iothreadpin', 'iothread cpuset'),
  used('cputune/vcpusched', 'vcpus scheduler priority'),
  used('cputune/iothreadsched', 'iothreads scheduler priority'),
  used('cputune/emulatorsched', 'scheduler priority'),
  kept('cputune/shares', 'weight among fair threads; not modelled'),
  ...['', 'global_', 'emulator_', 'iothread_'].flatMap((prefix) => [
    kept(`cputune/${prefix}period`, 'checked; CFS bandwidth is not modelled'),
    kept(`cputune/${prefix}quota`, 'checked; CFS bandwidth is not modelled'),
  ]),
  kept('cputune/cachetune', 'checked; cache allocation is not modelled', 'vcpus id'),
  kept('cputune/cachetune/cache', LATER, 'id level type size unit'),
  kept('cputune/cachetune/monitor', 'measures only', 'vcpus level'),
  kept('cputune/memorytune', 'checked; bandwidth allocation is not modelled', 'vcpus'),
  kept('cputune/memorytune/node', LATER, 'id bandwidth'),
  kept('cputune/memorytune/monitor', 'measures only', 'vcpus'),
  ignored('blkiotune', 'block bandwidth is not CPU time'),
  ignored('throttlegroups', 'block bandwidth is not CPU time'),
];

const MEMORY: readonly SchemaRow[] = [
  used('memory', 'unit'),
  ignored('memory', 'what a crash dump holds', 'dumpCore'),
  ...['maxMemory', 'currentMemory', 'memtune'].map((path) =>
    ignored(path, 'limits of memory size; the model has no paging'),
  ),
  used('memoryBacking'),
  used('memoryBacking/locked'),
  used('memoryBacking/nosharepages'),
  used('memoryBacking/hugepages'),
  used('memoryBacking/hugepages/page', 'size unit nodeset'),
  ...['source', 'access', 'allocation', 'discard'].map((child) =>
    ignored(`memoryBacking/${child}`, 'how QEMU obtains the memory at start'),
  ),
  used('numatune'),
  kept('numatune/memory', LATER, 'mode nodeset placement'),
  kept('numatune/memnode', LATER, 'cellid mode nodeset'),
];

const CPU: readonly SchemaRow[] = [
  used('features'),
  kept('features/apic', LATER, 'eoi'),
  used('features/pmu', 'state'),
  used('features/kvm'),
  used('features/kvm/hint-dedicated', 'state'),
  used('features/kvm/poll-control', 'state'),
  kept('features/kvm/pv-ipi', LATER, 'state'),
  kept('features/kvm/hidden', LATER, 'state'),
  ignored('features/kvm/dirty-ring', 'dirty tracking works during migration only'),
  kept('features/ioapic', LATER, 'driver'),
  { path: 'features/hyperv', disposition: 'kept', below: true, reason: LATER },
  ignored('features/viridian', 'old spelling of hyperv for another hypervisor'),
  ...['acpi', 'pae', 'hap', 'privnet', 'smm', 'vmport', 'vmcoreinfo', 'gic', 'htm', 'msrs'].map(
    (child) => ignored(`features/${child}`, MACHINE),
  ),
  ...['pvspinlock', 'capabilities', 'xen', 'hpt', 'ccf-assist', 'nested-hv', 'cfpc', 'sbbc'].map(
    (child) => ignored(`features/${child}`, OTHER_HYPERVISOR),
  ),
  ...['ibs', 'tcg', 'async-teardown', 'ras', 'ps2', 'aia'].map((child) =>
    ignored(`features/${child}`, MACHINE),
  ),
  used('cpu', 'mode migratable'),
  ignored('cpu', 'how libvirt compares CPU models', 'match check deprecated_features'),
  kept('cpu/model', LATER),
  ignored('cpu/model', 'how libvirt compares CPU models', 'fallback vendor_id'),
  ...['vendor', 'maxphysaddr'].map((child) => ignored(`cpu/${child}`, MACHINE)),
  used('cpu/feature', 'name policy'),
  kept('cpu/topology', LATER, 'sockets dies clusters cores threads'),
  kept('cpu/cache', LATER, 'mode level'),
  used('cpu/numa'),
  kept('cpu/numa/cell', LATER, 'id cpus memAccess'),
  ignored('cpu/numa/cell', 'size of guest memory nodes', 'memory unit discard fd'),
  ignored('cpu/numa/cell/distances', 'distances between guest nodes are not modelled'),
  ignored('cpu/numa/cell/cache', 'distances between guest nodes are not modelled'),
  ignored('cpu/numa/interconnects', 'distances between guest nodes are not modelled'),
  kept('clock', 'the guest reads its clock; the offset moves no CPU time'),
  ignored('clock', 'wall clock only', 'offset basis adjustment start timezone adjustment0'),
  kept('clock/timer', LATER, 'name present tickpolicy mode frequency'),
  ignored('clock/timer', 'wall clock only', 'track'),
  ignored('clock/timer/catchup', 'how missed ticks are replayed to old guests'),
];

const QEMU: readonly SchemaRow[] = [
  used('qemu:commandline'),
  used('qemu:commandline/qemu:arg', 'value'),
  ignored('qemu:commandline/qemu:env', 'the environment of the QEMU process'),
  ...['qemu:capabilities', 'qemu:deprecation', 'qemu:override', 'qemu:device'].map(
    (path): SchemaRow => ({
      path,
      disposition: 'kept',
      below: true,
      reason: 'changes QEMU past libvirt; not modelled',
    }),
  ),
];

/** All rows; a path with several rows has several sets of attributes. */
export const LIBVIRT_DOMAIN_SCHEMA: readonly SchemaRow[] = [
  ...IDENTITY,
  ...THREADS,
  ...MEMORY,
  ...CPU,
  ...DEVICE_ROWS,
  ...QEMU,
];
