/** Every rule, by area and name. A new rule is a file and a line here. */
import { clocksource } from './clock/clocksource.js';
import { invariantTsc } from './clock/invariantTsc.js';
import { clockWatchdog } from './clock/watchdog.js';
import { downstreamOnly } from './cmdline/downstreamOnly.js';
import { emptyList } from './cmdline/emptyList.js';
import { housekeepingLists } from './cmdline/housekeepingLists.js';
import { intelIommuPt } from './cmdline/intelIommuPt.js';
import { misspelt } from './cmdline/misspelt.js';
import { repeatedList } from './cmdline/repeatedList.js';
import { intxRoute } from './devices/intxRoute.js';
import { mainLoopDisk } from './devices/mainLoopDisk.js';
import { postedInterrupts } from './devices/postedInterrupts.js';
import { slowDevices } from './devices/slowDevices.js';
import { vhostNet } from './devices/vhostNet.js';
import { serialConsole } from './guest/console.js';
import { guestThread } from './guest/foreignThread.js';
import { guestHousekeeping } from './guest/housekeeping.js';
import { partition } from './guest/partition.js';
import { irqaffinity } from './interrupts/irqaffinity.js';
import { irqaffinityMissing } from './interrupts/irqaffinityMissing.js';
import { managedIrq } from './interrupts/managedIrq.js';
import { onIsolated } from './interrupts/onIsolated.js';
import { overloaded } from './interrupts/overloaded.js';
import { quietOnIsolated } from './interrupts/quietOnIsolated.js';
import { threadBelowVcpu } from './interrupts/threadBelowVcpu.js';
import { bootCpu } from './isolation/bootCpu.js';
import { busySibling } from './isolation/busySibling.js';
import { domainFlag } from './isolation/domainFlag.js';
import { foreignThread } from './isolation/foreignThread.js';
import { guestNumaNode } from './isolation/guestNumaNode.js';
import { housekeepingNode } from './isolation/housekeepingNode.js';
import { housekeepingVcpu } from './isolation/housekeepingVcpu.js';
import { noHousekeeping } from './isolation/noHousekeeping.js';
import { qemuThreads } from './isolation/qemuThreads.js';
import { realtimeThreadPinned } from './isolation/realtimeThreadPinned.js';
import { sharedPcpu } from './isolation/sharedPcpu.js';
import { smtSibling } from './isolation/smtSibling.js';
import { unknownFlag } from './isolation/unknownFlag.js';
import { vcpuIsolated } from './isolation/vcpuIsolated.js';
import { vcpuPinned } from './isolation/vcpuPinned.js';
import { apicv } from './kvm/apicv.js';
import { clockSync } from './kvm/clockSync.js';
import { cpuPmTimer } from './kvm/cpuPmTimer.js';
import { guestCstates } from './kvm/guestCstates.js';
import { haltPolling } from './kvm/haltPolling.js';
import { hintDedicated } from './kvm/hintDedicated.js';
import { nxHugePages } from './kvm/nxHugePages.js';
import { pleGap } from './kvm/pleGap.js';
import { preemptionTimer } from './kvm/preemptionTimer.js';
import { timerAdvance } from './kvm/timerAdvance.js';
import { tscDeadline } from './kvm/tscDeadline.js';
import { balloon } from './memory/balloon.js';
import { hugepages } from './memory/hugepages.js';
import { ksm } from './memory/ksm.js';
import { locked } from './memory/locked.js';
import { numaBalancing } from './memory/numaBalancing.js';
import { numaNode } from './memory/numaNode.js';
import { swap } from './memory/swap.js';
import { transparentHugepages } from './memory/transparentHugepages.js';
import { acpiFallback } from './power/acpiFallback.js';
import { deepCstates } from './power/deepCstates.js';
import { frequency } from './power/frequency.js';
import { wrongDriver } from './power/wrongDriver.js';
import { deadlineBlackout } from './priority/deadlineBlackout.js';
import { equalFifo } from './priority/equalFifo.js';
import { ksoftirqd } from './priority/ksoftirqd.js';
import { ksoftirqdInjects } from './priority/ksoftirqdInjects.js';
import { ktimers } from './priority/ktimers.js';
import { rcuc } from './priority/rcuc.js';
import { spinner } from './priority/spinner.js';
import { strongerThread } from './priority/strongerThread.js';
import { tickRestarters } from './priority/tickRestarters.js';
import { vcpuPolicy } from './priority/vcpuPolicy.js';
import type { Rule } from './rule.js';
import { guestPreemptRt } from './system/guestPreemptRt.js';
import { hostPreemptRt } from './system/hostPreemptRt.js';
import { cfsQuota } from './throttling/cfsQuota.js';
import { fairServer } from './throttling/fairServer.js';
import { rtRuntime } from './throttling/rtRuntime.js';
import { idlePollTick } from './timing/idlePollTick.js';
import { nohzFull } from './timing/nohzFull.js';
import { nohzOff } from './timing/nohzOff.js';
import { rcuNocbs } from './timing/rcuNocbs.js';
import { skewTick } from './timing/skewTick.js';
import { timerMigration } from './timing/timerMigration.js';
import { watchdogs } from './timing/watchdogs.js';

export const RULES: readonly Rule[] = [
  bootCpu,
  busySibling,
  domainFlag,
  foreignThread,
  guestNumaNode,
  housekeepingNode,
  housekeepingVcpu,
  noHousekeeping,
  qemuThreads,
  realtimeThreadPinned,
  sharedPcpu,
  smtSibling,
  unknownFlag,
  vcpuIsolated,
  vcpuPinned,
  deadlineBlackout,
  equalFifo,
  ksoftirqd,
  ksoftirqdInjects,
  ktimers,
  rcuc,
  spinner,
  strongerThread,
  tickRestarters,
  vcpuPolicy,
  cfsQuota,
  fairServer,
  rtRuntime,
  irqaffinity,
  irqaffinityMissing,
  managedIrq,
  onIsolated,
  overloaded,
  quietOnIsolated,
  threadBelowVcpu,
  idlePollTick,
  nohzFull,
  nohzOff,
  rcuNocbs,
  skewTick,
  timerMigration,
  watchdogs,
  invariantTsc,
  clocksource,
  clockWatchdog,
  acpiFallback,
  deepCstates,
  frequency,
  wrongDriver,
  apicv,
  cpuPmTimer,
  guestCstates,
  haltPolling,
  hintDedicated,
  clockSync,
  nxHugePages,
  pleGap,
  preemptionTimer,
  timerAdvance,
  tscDeadline,
  balloon,
  hugepages,
  ksm,
  locked,
  numaBalancing,
  numaNode,
  swap,
  transparentHugepages,
  intxRoute,
  mainLoopDisk,
  postedInterrupts,
  slowDevices,
  vhostNet,
  serialConsole,
  guestThread,
  guestHousekeeping,
  partition,
  guestPreemptRt,
  hostPreemptRt,
  downstreamOnly,
  emptyList,
  housekeepingLists,
  intelIommuPt,
  misspelt,
  repeatedList,
];
