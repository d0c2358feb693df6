import type { Rule } from '../rule.js';

export const mainLoopDisk: Rule = {
  id: 'devices/main-loop-disk',
  severity: 'warning',
  title: 'Emulated devices of a realtime guest are served by IOThreads',
  rationale:
    "Without an IOThread requests are handled in QEMU's main loop with the big lock held. A vCPU that " +
    'needs the lock waits for the request, and for the main loop to be scheduled.',
  source: 'QEMU docs/devel/multiple-iothreads.rst; libvirt: <driver iothread="1"/>',
  find: ({ realtimeGuests }) =>
    realtimeGuests.flatMap(({ index, plan, written }) => {
      const at = [
        ...(written.devices ?? []).flatMap((device, i) =>
          device.kind === 'emulated' && device.iothread === undefined
            ? [{ path: ['devices', i], name: device.name }]
            : [],
        ),
        ...(written.hardware ?? []).flatMap(({ kind, iothread, name }, i) =>
          kind === 'disk' && iothread !== true ? [{ path: ['hardware', i], name }] : [],
        ),
      ];
      if (at.length === 0) return [];
      return [
        {
          path: ['guests', index, ...at[0].path],
          message: `QEMU's main loop serves ${at.map(({ name }) => name ?? 'a disk').join(', ')} of ${plan.name}`,
          remedy:
            'add an IOThread, pin it to housekeeping pCPUs, and name it in the driver of the device',
        },
      ];
    }),
};
