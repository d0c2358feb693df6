/**
 * Devices of a domain as sources of work on host CPUs, and QEMU arguments given past libvirt.
 *
 * Covers who moves the packets and the blocks (vhost worker, user-space poller, IOThread, QEMU's
 * main loop, hardware), whether a balloon exists, and a count of the devices QEMU emulates.
 * Source: formatdomain.html (devices), src/qemu/qemu_interface.c for the choice of vhost.
 * Leaves out: addresses, images, and everything else that only the guest sees.
 */
import type { Element } from '@xmldom/xmldom';
import type { DomainCursor } from './libvirtDomainCursor.js';
import type {
  LibvirtDevices,
  LibvirtInterface,
  LibvirtQemuArguments,
} from './libvirtDomainModel.js';

/** Emulated in QEMU's main loop; each can wake it or make a vCPU exit to user space. */
const COUNTED = new Set([
  'serial',
  'parallel',
  'console',
  'channel',
  'graphics',
  'video',
  'input',
  'watchdog',
  'rng',
  'sound',
  'redirdev',
  'smartcard',
  'tpm',
  'vsock',
  'filesystem',
  'shmem',
  'panic',
]);

export function readDevices(
  cursor: DomainCursor,
  domain: Element,
  iothreads: ReadonlySet<number>,
): LibvirtDevices {
  const devices = cursor.child(domain, 'devices');
  const others = new Map<string, number>();
  for (const name of COUNTED) {
    const count = cursor.children(devices, name).length;
    if (count > 0) others.set(name, count);
  }
  for (const controller of cursor.children(devices, 'controller')) {
    checkIothread(cursor, cursor.child(controller, 'driver'), 'iothread', iothreads);
  }
  return {
    interfaces: cursor
      .children(devices, 'interface')
      .map((element) => readInterface(cursor, element)),
    disks: cursor.children(devices, 'disk').map((element) => readDisk(cursor, element, iothreads)),
    hostdevs: cursor.children(devices, 'hostdev').map((element) => ({
      mode: cursor.attr(element, 'mode') ?? 'subsystem',
      type: cursor.attr(element, 'type') ?? 'pci',
    })),
    memballoon: cursor.attr(cursor.child(devices, 'memballoon'), 'model'),
    others,
  };
}

function readInterface(cursor: DomainCursor, element: Element): LibvirtInterface {
  const type = cursor.attr(element, 'type') ?? 'user';
  const model = cursor.attr(cursor.child(element, 'model'), 'type');
  const driver = cursor.child(element, 'driver');
  const name = cursor.word(driver, 'name', ['vhost', 'qemu', 'vfio', 'kvm', 'xen'] as const);
  const queues = cursor.int(driver, 'queues', { min: 1, max: 4096 }) ?? 1;
  return { type, model, queues, backend: backendOf(type, model, name) };
}

function backendOf(
  type: string,
  model: string | undefined,
  driver: string | undefined,
): LibvirtInterface['backend'] {
  if (type === 'vhostuser') return 'vhost-user';
  if (type === 'vdpa') return 'vdpa';
  if (type === 'hostdev') return 'passthrough';
  // libvirt takes vhost-net for virtio on a tap device whenever the host has it.
  const tap = ['network', 'bridge', 'direct', 'ethernet'].includes(type);
  const virtio = model?.startsWith('virtio') ?? false;
  return tap && virtio && driver !== 'qemu' ? 'vhost-net' : 'qemu';
}

function readDisk(
  cursor: DomainCursor,
  element: Element,
  known: ReadonlySet<number>,
): LibvirtDevices['disks'][number] {
  const target = cursor.child(element, 'target');
  const driver = cursor.child(element, 'driver');
  const served = new Set<number>();
  const single = checkIothread(cursor, driver, 'iothread', known);
  if (single !== undefined) served.add(single);
  for (const item of cursor.children(cursor.child(driver, 'iothreads'), 'iothread')) {
    const id = checkIothread(cursor, item, 'id', known);
    if (id !== undefined) served.add(id);
  }
  return {
    target: cursor.attr(target, 'dev') ?? '',
    bus: cursor.attr(target, 'bus'),
    iothreads: [...served].sort((a, b) => a - b),
    queues: cursor.int(driver, 'queues', { min: 1, max: 0xffff }),
  };
}

function checkIothread(
  cursor: DomainCursor,
  element: Element | undefined,
  name: string,
  known: ReadonlySet<number>,
): number | undefined {
  const id = cursor.int(element, name, { min: 1, max: 0x7fff_ffff });
  if (element && id !== undefined && !known.has(id)) {
    cursor.error(element, 'libvirt/missing-iothread', `there is no IOThread ${id}`, {
      fix: 'raise <iothreads>, or name an IOThread that exists (ids start at 1)',
    });
  }
  return id;
}

export function readQemuArguments(cursor: DomainCursor, domain: Element): LibvirtQemuArguments {
  const line = cursor.child(domain, 'qemu:commandline');
  const args: string[] = [];
  for (const element of cursor.children(line, 'qemu:arg')) {
    const value = cursor.attr(element, 'value');
    if (value !== undefined) args.push(value);
  }
  let cpuPm = false;
  args.forEach((arg, index) => {
    if (arg === '-overcommit' || arg === '--overcommit') {
      const options = (args[index + 1] ?? '').split(',');
      for (const option of options) {
        if (option === 'cpu-pm=on' || option === 'cpu-pm') cpuPm = true;
        if (option === 'cpu-pm=off') cpuPm = false;
      }
    }
  });
  if (line && args.length > 0 && !cpuPm) {
    cursor.info(
      line,
      'libvirt/qemu-arguments',
      'arguments given past libvirt; of these only -overcommit cpu-pm=on is modelled',
    );
  }
  return { args, cpuPm };
}
