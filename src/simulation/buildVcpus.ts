/** Host threads of vCPUs: their programs from KVM's costs and the mitigations in force. */

import { addUserExitProgram, withWork } from '../kvm/guestExits.js';
import { buildVcpuPrograms } from '../kvm/programs.js';
import { VCPU_PROGRAMS, VCPU_RUN } from '../kvm/vcpuColumns.js';
import { bigLock } from '../plan/normalized.js';
import { durationOf } from './buildCpus.js';
import type { TaskLayout } from './layout.js';
import { heldMutex } from './mutex.js';
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
  m.task.vcpu[index] = cpu;
  m.task.runnable[index] = 1;
  m.cpu.hostTask[cpu] = index;
  m.cpu.lane[cpu] = task.cpus[0];
  setFrame(m, index, m.vcpu.program[cpu * VCPU_PROGRAMS + VCPU_RUN]);
}
