/** Host threads of vCPUs: their programs from KVM's costs and the mitigations in force. */

import { ACCEPT_IRQ, type StepSpec } from '../engine/stepTable.js';
import { sleepingLock } from '../kernel/sleepingLock.js';
import { addFaultProgram } from '../kvm/eptFault.js';
import { addUserExitProgram, withWork } from '../kvm/guestExits.js';
import type { Hypervisor } from '../kvm/hypervisor.js';
import { buildVcpuPrograms } from '../kvm/programs.js';
import { VCPU_PROGRAMS, VCPU_RUN } from '../kvm/vcpuColumns.js';
import { bigLock, type GuestPlan, mmuLock } from '../plan/normalized.js';
import { durationOf } from './buildCpus.js';
import type { TaskLayout } from './layout.js';
import { heldMutex } from './mutex.js';
import { spinningLock } from './spinningLock.js';
import type { System } from './system.js';
import { costsOf, setFrame, setScheduling, type TaskBuild } from './taskBuild.js';

export function vcpuThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'vcpu') return;
  const { m, plan } = b;
  const { guest, id, cpu } = task.role;
  setScheduling(m, index, guest.vcpus[id].scheduling);
  const { kvm, host } = plan.platform;
  const full = m.cpu.nohzFull[task.cpus[0]] === 1;
  const cost = (name: keyof typeof kvm): ReturnType<typeof durationOf> => durationOf(kvm[name]);
  const context = buildVcpuPrograms(
    m,
    b.builder,
    cpu,
    `host/vcpu/${guest.name}/${id}`,
    {
      exit: cost('exit'),
      exitMitigation: plan.kvm.exitMitigations ? cost('exitMitigation') : 'zero',
      entry: cost('entry'),
      entryPrepare: cost('entryPrepare'),
      handleExit: cost('handleExit'),
      fastpathMsr: cost('fastpathMsr'),
      fastpathPreemptionTimer: cost('fastpathPreemptionTimer'),
      l1dFlush: cost('l1dFlush'),
      vcpuLoad: cost('vcpuLoad'),
      vcpuKick: cost('vcpuKick'),
      inject: cost('inject'),
      ioeventfd: cost('ioeventfd'),
      eventfdSignal: cost('eventfdSignal'),
      userExit: cost('userExit'),
      pauseExit: cost('pauseExit'),
      eptFault: cost('eptFault'),
      clockUpdate: cost('clockUpdate'),
      wakeup: durationOf(host.wakeup),
      hrtimerArm: durationOf(host.hrtimerArm),
      clockeventProgram: durationOf(host.clockeventProgram),
      nmi: durationOf(plan.noise.find(({ delivery }) => delivery === 'nmi')?.run ?? host.nmi),
      contextTracking: full ? durationOf(host.contextTracking) : 'zero',
    },
    m.traits[0].preemptible,
  );
  const lock = b.part.locks.get(`host/${bigLock(guest.name)}`);
  if (lock !== undefined) {
    const syscall = durationOf(host.syscall);
    addUserExitProgram(context, syscall, (work) => {
      const steps = [
        { ...work, name: 'exit work', duration: 'zero' as const, action: withWork },
        work,
      ];
      const who = `vCPU ${guest.name}/${id}`;
      const costs = costsOf(b, task);
      return heldMutex(
        `lock ${bigLock(guest.name)}`,
        lock,
        costs,
        who,
        context.kernel,
        steps,
      ) as typeof steps;
    });
  }
  addFaultProgram(context, (held) => mmuLocked(b, task, guest, context.kernel, held));
  m.task.vcpu[index] = cpu;
  m.task.runnable[index] = 1;
  m.cpu.hostTask[cpu] = index;
  m.cpu.lane[cpu] = task.cpus[0];
  setFrame(m, index, m.vcpu.program[cpu * VCPU_PROGRAMS + VCPU_RUN]);
}

/** mmu_lock of a guest, where host threads take it too: `mmu-NAME` in their sections. */
function mmuLocked(
  b: TaskBuild,
  task: TaskLayout,
  guest: GuestPlan,
  kernel: number,
  held: StepSpec<Hypervisor>,
): Array<StepSpec<Hypervisor>> {
  const label = mmuLock(guest.name);
  const lock = b.part.locks.get(`host/${label}`);
  if (lock === undefined || !guest.faults) return [held];
  const { rt } = b.m.traits[0];
  const cause = `lock ${label} of ${guest.name}`;
  const of = { name: label, cause, lock, accepts: kernel, costs: costsOf(b, task) };
  if (rt) return sleepingLock(of, [held]);
  const spinning = [{ ...held, accepts: ACCEPT_IRQ }] as Array<StepSpec<System>>;
  const steps = spinningLock(label, label, guest.name, lock, ACCEPT_IRQ, spinning);
  return steps as unknown as Array<StepSpec<Hypervisor>>;
}
