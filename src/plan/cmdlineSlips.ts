/**
 * Slips on a kernel command line: names that are near those which a realtime host is built on, and
 * values that the kernel does not take. Everything else that is unknown may belong to a module, the
 * distribution or init, and stays unmentioned. Source: kernel-parameters of Linux 6.12.
 */
import { editDistance, nearestName } from '../base/suggest.js';

/** Parameters that a realtime host is built on: a near miss of one of these is a likely slip. */
export const REALTIME_KEYS = [
  'isolcpus',
  'nohz_full',
  'rcu_nocbs',
  'rcu_nocb_poll',
  'irqaffinity',
  'kthread_cpus',
  'threadirqs',
  'nosoftlockup',
  'nmi_watchdog',
  'skew_tick',
  'mitigations',
  'clocksource',
  'hugepages',
  'hugepagesz',
  'default_hugepagesz',
  'intel_idle.max_cstate',
  'processor.max_cstate',
  'intel_pstate',
  'rcutree.kthread_prio',
  'systemd.cpu_affinity',
] as const;

const KNOWN: ReadonlySet<string> = new Set(REALTIME_KEYS);

/** Shorter words are near too many others. */
const NAME_LENGTH_MIN = 6;
/** More edits make another word: nowatchdog is no nmi_watchdog. */
const EDITS_MAX = 2;

/** Values that a parameter takes, where the model reads it. */
const VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['idle', ['poll', 'halt', 'nomwait']],
  ['preempt', ['none', 'voluntary', 'full', 'lazy']],
  ['mitigations', ['off', 'auto', 'auto,nosmt']],
  ['l1tf', ['off', 'full', 'full,force', 'flush', 'flush,nosmt', 'flush,nowarn']],
  ['nohz', ['on', 'off']],
]);

const NUMBERS: ReadonlySet<string> = new Set(['intel_idle.max_cstate', 'processor.max_cstate']);

export interface CmdlineSlip {
  readonly kind: 'name' | 'value';
  readonly message: string;
  readonly fix: string;
}

/**
 * What is likely wrong with one parameter; undefined for all that is right or unknown.
 *
 * @example cmdlineSlip('nohz_ful', '2-3')?.fix // "write nohz_full"
 */
export function cmdlineSlip(key: string, value: string | undefined): CmdlineSlip | undefined {
  const wrong = wrongValue(key, value);
  if (wrong) return wrong;
  if (KNOWN.has(key) || key.length < NAME_LENGTH_MIN) return undefined;
  const near = nearestName(key, REALTIME_KEYS);
  if (near === undefined || editDistance(key, near) > EDITS_MAX) return undefined;
  return { kind: 'name', message: `the kernel does not know ${key}`, fix: `write ${near}` };
}

function wrongValue(key: string, value: string | undefined): CmdlineSlip | undefined {
  if (value === undefined) return undefined;
  const message = `${key}= takes no value "${value.slice(0, 40)}"; the kernel ignores it`;
  if (NUMBERS.has(key)) {
    if (/^[0-9]{1,3}$/.test(value)) return undefined;
    return { kind: 'value', message, fix: `write a number, as in ${key}=1` };
  }
  const values = VALUES.get(key);
  // Newer kernels take `auto` with more words after it.
  if (!values || values.includes(value) || (key === 'mitigations' && /^auto[,;]/.test(value))) {
    return undefined;
  }
  const near = nearestName(value, values);
  return {
    kind: 'value',
    message,
    fix: near ? `write ${key}=${near}` : `use one of ${values.join(', ')}`,
  };
}
