import type { Rule } from '../rule.js';

export const vhostNet: Rule = {
  id: 'devices/vhost-net',
  severity: 'warning',
  title: 'Packets of a realtime guest go through a poller or hardware',
  rationale:
    'A vhost-net worker is an ordinary thread that is woken for each batch and competes on the pCPUs ' +
    'of the emulator; with QEMU as the backend packets also wait for its main loop. vhost-user with ' +
    'a pinned poller, or a passed-through function, has neither.',
  source:
    'LWN "Realtime KVM" (2015); drivers/vhost/net.c, handle_rx; OVS-DPDK: dpdkvhostuserclient',
  find: ({ realtimeGuests }) =>
    realtimeGuests.flatMap(({ index, plan, written }) => {
      const finding = (key: string, i: number, by: string, name = 'a network device') => ({
        path: ['guests', index, key, i],
        message: `${by} moves the packets of ${name} of ${plan.name}`,
        remedy: 'use vhost-user with a poller on a pCPU of its own, or passthrough',
      });
      return [
        ...(written.devices ?? []).flatMap(({ kind, name }, i) =>
          kind === 'vhost-net' ? [finding('devices', i, 'a vhost-net worker', name)] : [],
        ),
        ...(written.hardware ?? []).flatMap(({ kind, backend, name }, i) => {
          if (kind !== 'network') return [];
          if (backend === 'vhost-net') return [finding('hardware', i, 'a vhost-net worker', name)];
          return backend === 'qemu' ? [finding('hardware', i, "QEMU's main loop", name)] : [];
        }),
      ];
    }),
};
