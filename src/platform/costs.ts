/**
 * The primitives that a platform prices: one name, one meaning, one mark of the literature each.
 * A platform file gives a law for every one of them; the host and the guest kernel are priced
 * with the same list (a guest's figures differ because its caches and its TLB do).
 */
import type { Law } from '../base/law.js';

/** What each primitive of a Linux kernel covers. */
export const LINUX_COSTS = {
  irqEntry: 'interrupt accepted -> first line of the handler, and back: entry code, ack, irq_exit',
  hrtimerInterrupt: 'hrtimer_interrupt without its callbacks and without reprogramming',
  hrtimerCallback: 'one expired hrtimer callback (hrtimer_wakeup without the wake-up itself)',
  hrtimerArm: 'hrtimer_start or hrtimer_cancel, without programming the device',
  clockeventProgram: 'writing the deadline to the timer device (in a guest: before the VM exit)',
  wakeup: 'try_to_wake_up of one thread, on the waker',
  reschedIpi: 'sending one reschedule IPI, on the sender',
  ipiFlight: 'IPI sent -> interrupt pending at the target',
  contextSwitch: '__schedule: pick the next thread and switch to it',
  tick: 'tick_nohz_handler: accounting, scheduler tick, timer wheel check',
  softirq: 'one softirq vector: __do_softirq around the handler',
  syscall: 'user -> kernel for a blocking call, until the call acts',
  userReturn: 'kernel -> user after a blocking call, until the first user instruction',
  clockRead: 'one clock_gettime',
  piStep: 'one link of a priority-inheritance chain',
  migrate: "moving one thread to another CPU's run queue: push_rt_task with both queue locks",
  callFunction:
    'what a call IPI has done on its target: TLB flush, sync_core, MSR write; without the interrupt',
  nmi: 'one NMI, entry and return included: perf_event_nmi_handler of the hard-lockup watchdog',
  contextTracking: 'one crossing of the user/kernel/guest boundary on a nohz_full CPU',
} as const;

/** What each primitive of KVM covers. */
export const KVM_COSTS = {
  exit: 'hardware VM exit and the assembly around it, until host C code',
  entry: 'end of preparation -> first guest instruction',
  entryPrepare: 'vcpu_enter_guest from local_irq_disable to the wait for the deadline',
  exitMitigation: 'extra cost of an exit under the mitigations in force (IBRS, RSB stuffing)',
  handleExit: 'handle_exit of an exit that is not a fastpath',
  fastpathMsr: 'TSC_DEADLINE or ICR write handled with interrupts off',
  fastpathPreemptionTimer: 'preemption-timer exit handled with interrupts off',
  l1dFlush: 'L1D flush before entry, where in force',
  vcpuLoad: 'kvm_sched_in / vcpu_load after the vCPU thread was switched in',
  vcpuKick: 'kvm_vcpu_kick on the kicking CPU, without the IPI',
  inject: 'setting a vector in IRR or PIR on the injecting CPU',
  postedIpi: 'notification IPI sent -> guest handler entered, no exit',
  pollIteration: 'one turn of the halt-polling loop: how late a wake-up condition is seen',
  pauseExit: 'kvm_vcpu_on_spin: one PAUSE-loop exit, without the exit and the entry',
  userExit: 'from KVM to QEMU and into KVM_RUN again, without the exit, the entry and device work',
  eventfdSignal: 'eventfd_signal and the wake-up function of its irqfd, without the injection',
  postedWakeup: 'pi_wakeup_handler without its list: the wake-up vector of posted interrupts',
  postedWakeupItem: 'pi_wakeup_handler: one blocked vCPU of the list',
  ioeventfd: 'guest kick of a device, handled in the kernel, without exit and eventfd',
  eptFault: 'EPT violation served by KVM, without the exit and without waiting for mmu_lock',
  clockUpdate: 'kvm_guest_time_update: one vCPU reads and publishes its clock',
  masterclockUpdate: 'kvm_update_masterclock while no vCPU may enter its guest',
  vhostPacket: 'one buffer handled by the vhost worker',
} as const;

/** What each primitive of a switch in user space and of a guest's network path covers. */
export const NETWORK_COSTS = {
  pollEmpty: 'a poll-mode driver looks at one queue and finds nothing (at least 1 ns)',
  pollBurst: 'a visit of a queue that has packets, without the packets',
  pollPacket: 'one packet through the switch: parsed, looked up, put on its output batch',
  copyPacket: "copying one packet into or out of a guest's buffers",
  pollFlush: 'handing a batch to its port: used index of the virtqueue, doorbell of the device',
  pollCall: 'write to the eventfd that calls a guest, until the interrupt is injected',
  pollHousekeeping: 'quiescing, statistics and cache sweep of the polling loop',
  guestInterrupt: "hard handler of the guest's network queue: callbacks off, NAPI scheduled",
  guestReceive: 'one packet through NAPI and the protocol stack of the guest to its socket',
  guestSend: "one packet from the guest's send call into the virtqueue",
} as const;

export type NetworkCostName = keyof typeof NETWORK_COSTS;
export type NetworkCosts = Readonly<Record<NetworkCostName, Law>>;
export type LinuxCostName = keyof typeof LINUX_COSTS;
export type KvmCostName = keyof typeof KVM_COSTS;
export type LinuxCosts = Readonly<Record<LinuxCostName, Law>>;
export type KvmCosts = Readonly<Record<KvmCostName, Law>>;
