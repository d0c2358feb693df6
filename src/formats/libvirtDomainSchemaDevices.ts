/**
 * The rows of libvirtDomainSchema.ts below `<devices>`. Source: formatdomain.html, devices.
 * Devices that only the guest sees are counted, not read.
 */
import {
  ADDRESS,
  EMULATED,
  ignored,
  kept,
  LATER,
  MACHINE,
  NETWORK,
  type SchemaRow,
  STORAGE,
  used,
} from './libvirtDomainSchemaRow.js';

export const DEVICE_ROWS: readonly SchemaRow[] = [
  used('devices'),
  ignored('devices/emulator', 'path of the QEMU binary'),
  kept('devices/disk', LATER),
  ignored('devices/disk', STORAGE, 'type device snapshot rawio sgio model'),
  kept('devices/disk/target', LATER, 'dev bus'),
  ignored('devices/disk/target', STORAGE, 'tray removable rotation_rate dpofua'),
  kept('devices/disk/driver', LATER, 'iothread queues'),
  ignored(
    'devices/disk/driver',
    STORAGE,
    'name type cache io error_policy rerror_policy event_idx ioeventfd copy_on_read discard ' +
      'detect_zeroes iommu ats packed page_per_vq queue_size discard_no_unref statistics',
  ),
  kept('devices/disk/driver/iothreads', LATER),
  kept('devices/disk/driver/iothreads/iothread', LATER, 'id'),
  ignored('devices/disk/driver/iothreads/iothread/queue', STORAGE),
  ignored('devices/disk/driver/metadata_cache', STORAGE),
  ignored('devices/disk/driver/statistics', STORAGE),
  ...[
    ...['source', 'backingStore', 'backenddomain', 'mirror', 'serial', 'wwn', 'vendor', 'product'],
    ...['geometry', 'blockio', 'iotune', 'encryption', 'auth', 'readonly', 'shareable', 'boot'],
    ...['transient', 'address', 'alias', 'acpi', 'state', 'privateData', 'throttlefilters'],
  ].map((child) => ignored(`devices/disk/${child}`, STORAGE)),
  used('devices/interface', 'type'),
  ignored('devices/interface', NETWORK, 'managed trustGuestRxFilters'),
  used('devices/interface/model', 'type'),
  used('devices/interface/driver', 'name queues'),
  ignored(
    'devices/interface/driver',
    NETWORK,
    'txmode ioeventfd event_idx rx_queue_size tx_queue_size rss rss_hash_report iommu ats packed ' +
      'page_per_vq',
  ),
  ignored('devices/interface/driver/host', 'offloads of the packet path'),
  ignored('devices/interface/driver/guest', 'offloads of the packet path'),
  ...[
    ...['mac', 'source', 'target', 'guest', 'script', 'downscript', 'backend', 'backenddomain'],
    ...['ip', 'route', 'link', 'mtu', 'coalesce', 'bandwidth', 'vlan', 'virtualport', 'port'],
    ...['filterref', 'boot', 'rom', 'address', 'alias', 'acpi', 'tune', 'teaming', 'portForward'],
    ...['actual', 'privateData'],
  ].map((child) => ignored(`devices/interface/${child}`, NETWORK)),
  kept('devices/hostdev', LATER, 'mode type'),
  ignored('devices/hostdev', MACHINE, 'managed model display ramfb sgio rawio'),
  ...[
    ...['source', 'driver', 'address', 'alias', 'boot', 'rom', 'teaming', 'acpi', 'readonly'],
    ...['shareable', 'privateData'],
  ].map((child) => ignored(`devices/hostdev/${child}`, ADDRESS)),
  used('devices/memballoon', 'model'),
  ignored('devices/memballoon', EMULATED, 'autodeflate freePageReporting'),
  ...['stats', 'address', 'alias', 'driver', 'acpi'].map((child) =>
    ignored(`devices/memballoon/${child}`, EMULATED),
  ),
  kept('devices/controller', LATER),
  ignored('devices/controller', ADDRESS, 'type index model ports vectors maxGrantFrames'),
  ignored('devices/controller', ADDRESS, 'maxEventChannels'),
  kept('devices/controller/driver', LATER, 'iothread'),
  ignored(
    'devices/controller/driver',
    STORAGE,
    'queues cmd_per_lun max_sectors ioeventfd iommu ats packed page_per_vq',
  ),
  ...['model', 'target', 'master', 'address', 'alias', 'acpi', 'pcihole64', 'boot'].map((child) =>
    ignored(`devices/controller/${child}`, ADDRESS),
  ),
  ...[
    ...['serial', 'parallel', 'console', 'channel', 'graphics', 'video', 'input', 'watchdog'],
    ...['rng', 'sound', 'redirdev', 'smartcard', 'tpm', 'vsock', 'filesystem', 'shmem', 'panic'],
  ].map((name): SchemaRow => counted(`devices/${name}`)),
  ...['audio', 'hub', 'lease', 'nvram', 'redirfilter', 'crypto', 'pstore'].map((name) =>
    ignored(`devices/${name}`, EMULATED),
  ),
  ...['memory', 'iommu'].map((name) => ignored(`devices/${name}`, MACHINE)),
];

/** Counted as one element; its inside is not looked at. */
function counted(path: string): SchemaRow {
  return { path, disposition: 'kept', below: true, reason: EMULATED };
}
