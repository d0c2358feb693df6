/** Mechanisms of KVM. */
import { cyclictest, type Doc, guest, host, job, type Mechanism, time } from '../mechanism.js';

const guestPlan = (s: number, hostFields: Doc = {}, guestFields: Doc = {}): Doc => ({
  host: host(s, hostFields),
  guests: [guest(s, guestFields)],
  workloads: [cyclictest(s, 'g', 0)],
});

const busyGuest = (name: string, cause: string): Mechanism => ({
  name,
  cause,
  plan: (s) => guestPlan(s, {}, { cmdline: 'idle=poll' }),
});

export const KVM_MECHANISMS: readonly Mechanism[] = [
  busyGuest('VM exit', 'VM exit'),
  busyGuest('VM entry', 'VM entry'),
  busyGuest('timer write', 'timer write'),
  busyGuest('preemption timer', 'preemption timer'),
  {
    name: 'L1D flush',
    cause: 'L1D flush',
    plan: (s) => guestPlan(s),
    off: (doc) => [withKvm(doc, { vmentry_l1d_flush: 'never' }), withCmdline(doc, ' l1tf=off')],
  },
  {
    name: 'timer advance',
    cause: 'timer-advance wait',
    // The wait ends before the release that it is for: it delays whom it interrupts.
    plan: (s) => ({
      ...guestPlan(
        s,
        { kvm: { halt_poll_ns: 0, lapic_timer_advance_ns: 2000 * s } },
        { cmdline: 'idle=poll' },
      ),
      workloads: [cyclictest(s, 'g', 0), job(s, 'g', 0, { start: time(30, s) })],
    }),
    off: (doc) => [
      withKvm(doc, { lapic_timer_advance: 'N' }),
      withKvm(doc, { lapic_timer_advance_ns: 0 }),
    ],
  },
  {
    name: 'blocked vCPU',
    cause: 'vCPU load',
    plan: (s) => guestPlan(s),
  },
  {
    name: 'halt polling',
    cause: 'halt polling',
    plan: (s) => guestPlan(s, { kvm: { halt_poll_ns: 200_000, lapic_timer_advance: 'N' } }),
    notScaled: 'the window adapts',
    off: (doc) => [
      withKvm(doc, { halt_poll_ns: 0 }),
      withKvm(doc, { halt_poll_ns: 0, halt_poll_ns_grow: 0 }),
    ],
  },
  {
    name: 'posted timer',
    cause: 'injection',
    plan: (s) =>
      guestPlan(
        s,
        { cmdline: 'idle=poll nohz_full=1', sysctl: { 'kernel.timer_migration': 1 } },
        { cpu: { passthrough: ['hlt', 'mwait', 'pause'] }, cmdline: 'idle=poll' },
      ),
  },
];

function withKvm(doc: Doc, kvm: Doc): Doc {
  return { ...doc, host: { ...(doc.host as Doc), kvm: { ...defaults(doc, kvm), ...kvm } } };
}

/** The KVM parameters of a plan without those that `kvm` replaces or contradicts. */
function defaults(doc: Doc, kvm: Doc): Doc {
  const own = { ...((doc.host as { kvm?: Doc }).kvm ?? {}) };
  if ('lapic_timer_advance' in kvm || 'lapic_timer_advance_ns' in kvm) {
    delete own.lapic_timer_advance;
    delete own.lapic_timer_advance_ns;
  }
  return own;
}

function withCmdline(doc: Doc, text: string): Doc {
  const line = (doc.host as { cmdline?: string }).cmdline ?? '';
  return { ...doc, host: { ...(doc.host as Doc), cmdline: line + text } };
}
