/** How a guest's kernel receives: NAPI as the softirq of the interface's interrupt. */
import type { Action } from '../engine/program.js';
import {
  ACCEPT_ALL,
  ACCEPT_IRQ,
  type StepSpec,
  type StepTableBuilder,
} from '../engine/stepTable.js';
import { deviceSoftirqDone } from '../kernel/softirqWork.js';
import { napiSteps } from '../network/guestReceive.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { causePrefix, durationOf } from './buildCpus.js';
import type { PartLayout } from './layout.js';
import type { System } from './system.js';

/** Makes NAPI the softirq of `device`: for whatever thread serves it, and for in place. */
export function receiveSoftirq(
  m: System,
  builder: StepTableBuilder<System>,
  { platform }: NormalizedPlan,
  part: PartLayout,
  device: number,
): void {
  const { path, kernel, plan: line, interface: iface } = part.devices[device];
  if (iface === undefined) return;
  const cause = `${causePrefix(kernel)}softirq of ${line.name}`;
  const costs = {
    guestReceive: durationOf(platform.network.guestReceive),
    wakeup: durationOf(platform.guest.wakeup),
    reschedIpi: durationOf(platform.guest.reschedIpi),
  };
  const program = (context: string, accepts: number): number =>
    builder.program(path, context, [
      ...(napiSteps(iface, costs, cause, accepts) as Array<StepSpec<System>>),
      {
        name: 'napi done',
        kernelFunction: 'net/core/dev.c:napi_complete_done',
        duration: 'zero',
        cause,
        accepts,
        action: deviceSoftirqDone as Action<System>,
      },
    ]);
  m.devices.softirqProgram[device] = program(
    'napi',
    m.traits[kernel.index].rt ? ACCEPT_ALL : ACCEPT_IRQ,
  );
  m.devices.inlineSoftirqProgram[device] = program('napi', ACCEPT_IRQ);
}
