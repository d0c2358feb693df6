/**
 * KVM's behaviour in a part: which backend each vCPU's timer has, advance, halt polling.
 * [S] arch/x86/kvm/lapic.c kvm_can_post_timer_interrupt, kvm_can_use_hv_timer.
 */
import type { NormalizedPlan } from '../plan/normalized.js';
import type { PartLayout } from './layout.js';
import type { System } from './system.js';

const ADVANCE_INIT_NS = 1000;
const ADJUST_MIN_CYCLES = 100;
const ADJUST_MAX_CYCLES = 10_000;
/** ple_window and ple_window_max. */
const PAUSE_WINDOW_CYCLES = 4096;
const PAUSE_WINDOW_MAX_CYCLES = 4_294_967_295;

export function buildKvm(m: System, plan: NormalizedPlan, part: PartLayout): void {
  const { kvm, platform } = plan;
  const { flags } = plan.host;
  const cyclesNs = (cycles: number): number => Math.round((cycles * 1000) / platform.tscMHz);
  m.lapicTimerPinned = flags.lapicTimerPinned;
  m.kvm = {
    timerFastpath: flags.timerFastpath,
    haltFastpath: flags.haltFastpath,
    preemptionTimerSubtractsAdvance: flags.preemptionTimerSubtractsAdvance,
    waitNextToEntry: flags.waitNextToEntry,
    l1dFlush: kvm.l1dFlush,
    ipiVirtualization: kvm.ipiVirtualization,
    pauseWindowNs: cyclesNs(PAUSE_WINDOW_CYCLES),
    pauseWindowMaxNs: cyclesNs(PAUSE_WINDOW_MAX_CYCLES),
    haltPollMaxNs: kvm.haltPollNs,
    haltPollGrow: kvm.haltPollGrow,
    haltPollGrowStartNs: kvm.haltPollGrowStartNs,
    haltPollShrink: kvm.haltPollShrink,
    advanceAdjustMinNs: cyclesNs(ADJUST_MIN_CYCLES),
    advanceAdjustMaxNs: cyclesNs(ADJUST_MAX_CYCLES),
  };
  const apicv = kvm.apicv && platform.cpu.apicv;
  const mayPost =
    kvm.piInjectTimer === -1 ? plan.host.nohzFull.length > 0 : kvm.piInjectTimer === 1;
  const hardware =
    platform.vendor === 'intel' &&
    platform.cpu.preemptionTimer &&
    kvm.preemptionTimer &&
    flags.preemptionTimer;
  const adaptive = kvm.timerAdvance === 'adaptive';
  for (const { guest, cpuIndex } of part.kernels) {
    if (!guest) continue;
    for (const [id, vcpu] of cpuIndex) {
      const canPost =
        flags.postedTimer && mayPost && apicv && (guest.mwaitInGuest || guest.haltInGuest);
      m.vcpu.apicv[vcpu] = apicv ? 1 : 0;
      m.vcpu.timerStopped[vcpu] = guest.kernel.machineCheckPoll ? 0 : 1;
      m.vcpu.pvEoi[vcpu] = guest.pvEoi ? 1 : 0;
      m.vcpu.pauseWindowNs[vcpu] = m.kvm.pauseWindowNs;
      m.vcpu.canPost[vcpu] = canPost ? 1 : 0;
      m.vcpu.preemptionTimer[vcpu] = hardware && !guest.mwaitInGuest && !canPost ? 1 : 0;
      m.vcpu.advanceAdapts[vcpu] = adaptive ? 1 : 0;
      m.vcpu.advanceNs[vcpu] = adaptive ? ADVANCE_INIT_NS : (kvm.timerAdvance as number);
      m.vcpu.haltInGuest[vcpu] = guest.haltInGuest ? 1 : 0;
      m.vcpu.mwaitInGuest[vcpu] = guest.mwaitInGuest ? 1 : 0;
      // A guest with poll-control polls by itself and switches the host's polling off.
      m.vcpu.pollControl[vcpu] = guest.pollControl ? 0 : 1;
      const owner = `host/vcpu/${guest.name}/${id}`;
      const { postedIpi, pollIteration } = platform.kvm;
      m.postedCost[vcpu] = m.costs.add(postedIpi, `${owner}/posted IPI`);
      m.pollCost[vcpu] = m.costs.add(pollIteration, `${owner}/poll iteration`);
    }
  }
}
