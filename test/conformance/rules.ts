/**
 * The scheduling rules of the simulator, by name: what recordings exercise, where each is written,
 * and why a rule has no recording.
 */

export interface Rule {
  readonly name: string;
  /** Section of the design's model, as in `3.1`. */
  readonly section: string;
  readonly says: string;
  /** Present: why nothing here records it. */
  readonly unrecorded?: string;
}

const rule = (name: string, section: string, says: string, unrecorded?: string): Rule =>
  unrecorded === undefined ? { name, section, says } : { name, section, says, unrecorded };

const NO_HARDWARE = 'needs hardware that the emulator has not';

/** In the order of the model. */
export const RULES: readonly Rule[] = [
  rule('rt-head', '3.1', 'A preempted realtime thread stays at the head of its priority.'),
  rule('rt-tail', '3.1', 'A woken realtime thread goes to the tail of its priority.'),
  rule('rt-preempt', '3.1', 'A stronger realtime thread preempts at once.'),
  rule('rt-equal', '3.1', 'A woken thread of equal priority does not preempt.'),
  rule(
    'rt-yield',
    '3.1',
    'sched_yield goes to the tail of its priority; alone it changes nothing.',
  ),
  rule('rt-raise-tail', '3.1', 'A raised thread goes to the tail of its new priority.'),
  rule('rt-lower-head', '3.1', 'A lowered thread goes to the head of its new priority.'),
  rule('rt-same-keeps', '3.1', 'A thread whose priority stays keeps its place.'),
  rule('rr-slice', '3.1', 'SCHED_RR: after 100 ms of ticks the thread goes to the tail.'),
  rule('rr-alone', '3.1', 'A slice ends nothing for a thread without equals.'),
  rule('rr-kept', '3.1', 'A preempted SCHED_RR thread keeps the rest of its slice.'),
  rule('fifo-no-slice', '3.1', 'A SCHED_FIFO thread has no slice, whatever its equals have.'),
  rule('class-order', '3.1', 'Deadline before realtime before fair.'),
  rule('fair-starves', '3.1', 'A fair thread waits for as long as a realtime thread runs.'),
  rule(
    'fair-shares',
    '3.1',
    'Fair threads of one CPU share it in turns.',
    'the turns of fair threads differ from run to run',
  ),
  rule('dl-beats-rt', '3.1', 'A deadline thread preempts FIFO 99.'),
  rule('dl-edf', '3.1', 'Of two deadline threads the earlier deadline runs.'),
  rule('dl-throttle', '3.1', 'A deadline thread without budget waits for its next period.'),
  rule('dl-yield', '3.1', 'sched_yield of a deadline thread gives up the rest of its budget.'),
  rule('wake-remote', '3.1', 'A wake-up from another CPU obeys the same order there.'),
  rule('push', '3.2', 'A realtime thread that cannot run where it is goes where it can.'),
  rule('pull', '3.2', 'A CPU that runs weaker work takes waiting realtime threads.'),
  rule('pinned-stays', '3.2', 'A pinned thread waits for its CPU while others idle.'),
  rule(
    'affinity-running',
    '3.2',
    'A running thread that may not stay is moved by the stopper at once.',
  ),
  rule('affinity-waiting', '3.2', 'A waiting one changes its queue, behind its equals there.'),
  rule('affinity-sleeping', '3.2', 'A sleeping one wakes on a CPU that it may use.'),
  rule('pi-boost', '3.3', 'The owner of a mutex runs at the priority of its strongest waiter.'),
  rule('pi-deboost-head', '3.3', 'When it unlocks it goes back to the head of its own priority.'),
  rule('pi-chain', '3.3', 'A boost follows the chain of owners.'),
  rule('pi-waiter-order', '3.3', 'The strongest waiter gets the mutex, of equals the first.'),
  rule('pi-two-locks', '3.3', 'An owner of two mutexes keeps what the other one lends it.'),
  rule('pi-remote', '3.3', 'An owner on another CPU is boosted there.'),
  rule('pi-spin', '3.3', 'The first waiter spins while the owner runs on another CPU.'),
  rule('pi-set-priority', '3.3', 'A waiter whose policy changes lends the new priority.'),
  rule('throttle-tick', '3.4', 'RT throttling with a tick: 950 ms of each second.'),
  rule('throttle-all', '3.4', 'All realtime threads of the CPU stop, even if it then idles.'),
  rule('throttle-off', '3.4', 'Nothing is throttled at -1.'),
  rule(
    'throttle-nohz',
    '3.4',
    'Without a tick throttling is found late, and lasts until the period.',
  ),
  rule('server-defer', '3.4', 'A starved fair thread runs after 950 ms, by the fair server.'),
  rule('server-budget', '3.4', 'It runs for 50 ms, then the realtime thread goes on.'),
  rule('server-off', '3.4', 'Without the fair server it starves.'),
  rule('server-rewake', '3.4', 'A fair wake-up before the deadline runs at once.'),
  rule('irq-thread', '4.1', 'On PREEMPT_RT the handler is a FIFO 50 thread.'),
  rule(
    'irq-thread-order',
    '4.1',
    'It preempts what is weaker, waits for what is equal or stronger.',
  ),
  rule('irq-hard', '4.1', 'Without PREEMPT_RT the handler runs before any thread.'),
  rule('soft-timer', '4.2', 'The sleep of a fair thread ends in softirq context on PREEMPT_RT.'),
  rule('hard-timer', '4.2', 'The sleep of a realtime thread ends in hard interrupt context.'),
  rule('ktimers', '4.2', 'Timer softirqs belong to ktimers, FIFO 1, where there is such a thread.'),
  rule('softirq-inline', '4.2', 'Without PREEMPT_RT softirqs run at the end of the interrupt.'),
  rule(
    'bh-inversion',
    '4.2',
    'On PREEMPT_RT who needs bottom halves waits for who disabled them, and lends him its priority.',
  ),
  rule('tick-rr', '5', 'Two RR threads keep the tick of a nohz_full CPU: slices end there too.'),
  rule('tick-stops', '5', 'One thread stops the tick of a nohz_full CPU.'),
  rule('tick-fair', '5', 'Two fair threads keep the tick of a nohz_full CPU, one does not.'),
  rule(
    'isolcpus-domain',
    '3.2',
    'isolcpus= keeps threads that may use several CPUs off its own; without `domain` it does not.',
  ),
  rule('isolated-obeys', '3.1', 'An isolated CPU runs what is put on it by the same rules.'),
  rule('timer-migration', '1.3', 'Timers armed on a nohz_full CPU may fire on a housekeeping CPU.'),
  rule('vcpu-host-order', '7', 'The host schedules a vCPU thread by its host priority alone.'),
  rule(
    'user-exit',
    '6',
    "A guest's access to a device of QEMU waits for the big lock, whoever has it.",
  ),
  rule('vcpu-steal', '7', 'Guest threads stand still while the host runs something else.'),
  rule('guest-order', '7', 'Inside the guest the same rules hold.'),
  rule('timer-busy', '1.4', 'The timer of a guest that runs makes it exit, and is injected.'),
  rule(
    'timer-stopped',
    '1.8',
    'A guest without any timer left stops the device, and starts it again.',
  ),
  rule('timer-halted', '1.6', 'The timer of a halted guest wakes its vCPU, which injects it.'),
  rule('guest-preempt-off', '7', 'A guest section without preemption ends before others run.'),
  rule('lapic-advance', '1.5', 'The timer is fired early by the advance and waits before entry.'),
  rule('halt-poll', '1.6', 'A halted vCPU polls before it blocks.'),
  rule('posted', '2.1', 'Posted interrupts reach a guest without an exit.', NO_HARDWARE),
  rule('cstates', '8', 'Leaving a C-state takes time.', NO_HARDWARE),
  rule('smi', '8', 'An SMI stops the machine.', NO_HARDWARE),
];
