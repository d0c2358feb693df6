/** Threads that may use an ordinary and an isolated CPU, with and without the flag `domain` of isolcpus=. */
import { type Scenario, thread } from '../scenario.js';

/** The scheduler domains keep CPU 3. */
const cmdline = 'isolcpus=managed_irq,3 nohz_full=3 rcu_nocbs=3 irqaffinity=0';

/** Begins on CPU 1, and sleeps there when it may use CPU 3 too. */
const sleeper = (name: string, policy: string) =>
  thread(name, policy, 1, '0ms', 'cpus 1,3', 'wait', 'run 24ms');

const realtime = [
  sleeper('b', 'fifo:10'),
  thread('a', 'fifo:20', 1, '15ms', 'run 75ms'),
  thread('waker', 'fifo:5', 2, '36ms', 'wake b'),
];

const fair = [
  sleeper('f', 'other'),
  thread('a', 'fifo:20', 1, '15ms', 'run 75ms'),
  thread('waker', 'fifo:5', 2, '36ms', 'wake f'),
];

export const domains: readonly Scenario[] = [
  {
    name: 'domain-realtime-stays',
    shows:
      'A realtime thread that may use an isolated CPU too does not wake there, though its own is taken.',
    rules: ['isolcpus-domain', 'push'],
    until: '220ms',
    threads: realtime,
  },
  {
    name: 'no-domain-realtime-goes',
    shows: 'Without the flag domain it does: isolcpus= keeps nothing from the scheduler.',
    rules: ['isolcpus-domain', 'push'],
    until: '220ms',
    threads: realtime,
    cmdline,
  },
  {
    name: 'domain-fair-stays',
    shows: 'A fair thread that may use an isolated CPU waits where it was, though that CPU idles.',
    rules: ['isolcpus-domain', 'fair-starves'],
    until: '220ms',
    threads: fair,
  },
  {
    name: 'no-domain-fair-goes',
    shows: 'Without the flag domain it is woken on the CPU that idles.',
    rules: ['isolcpus-domain'],
    until: '220ms',
    threads: fair,
    cmdline,
  },
];
