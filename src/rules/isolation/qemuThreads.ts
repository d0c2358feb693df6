import type { Path } from '../../platform/sourceTree.js';
import { cpusText, cpuText, intersection } from '../cpuSets.js';
import { guestDraft, listField } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const qemuThreads: Rule = {
  id: 'isolation/qemu-threads',
  severity: 'warning',
  title: "QEMU's main loop, IOThreads and vhost workers stay off isolated pCPUs",
  rationale:
    'On the pCPU of a busy realtime vCPU they starve, and with them the big lock that a vCPU may ' +
    'wait for. On the pCPU of one that sleeps they run when it wakes.',
  source: 'libvirt: emulatorpin, iothreadpin; system/cpus.c of QEMU, the big QEMU lock',
  find({ occupants, guarded, ordinary }) {
    return occupants
      .filter(({ kind, pcpus }) => kind === 'qemu' && intersection(pcpus, guarded).length > 0)
      .map(({ name, pcpus, path, guest }) => {
        const kept = pcpus.filter((pcpu) => ordinary.includes(pcpu));
        const target = kept.length > 0 ? kept : ordinary;
        return {
          path: [...path, 'cpus'],
          message: `${name} may run on isolated or realtime ${cpusText('pCPU', intersection(pcpus, guarded))}`,
          remedy:
            target.length > 0
              ? `pin it to housekeeping pCPUs, as in ${cpuText(target)}`
              : 'keep a pCPU for it',
          ...(target.length > 0
            ? {
                fix: (draft) => {
                  place(guestDraft(draft, guest ?? 0), path, listField(target));
                },
              }
            : {}),
        };
      });
  },
};

function place(guest: ReturnType<typeof guestDraft>, path: Path, cpus: string | number): void {
  const index = Number(path[3]);
  if (path[2] === 'emulator') {
    guest.emulator ??= {};
    guest.emulator.cpus = cpus;
  } else if (path[2] === 'iothreads') {
    const thread = guest.iothreads?.[index];
    if (thread) thread.cpus = cpus;
  } else {
    const device = guest.devices?.[index];
    if (device?.kind !== 'vhost-net') return;
    device.worker ??= {};
    device.worker.cpus = cpus;
  }
}
