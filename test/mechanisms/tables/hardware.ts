/** Mechanisms of the machine below Linux. */
import { cyclictest, type Doc, host, type Mechanism, time } from '../mechanism.js';

const hostPlan = (s: number, fields: Doc): Doc => ({
  host: host(s, fields),
  workloads: [cyclictest(s, 'host', 1)],
});

/** Without the key `key` of the host. */
export function withoutHostKey(doc: Doc, key: string): Doc {
  const { [key]: _, ...rest } = doc.host as Doc;
  return { ...doc, host: rest };
}

/** The two forms of "off" for a mechanism with a key of its own under `host`. */
export const offByHostKey =
  (key: string, off: unknown = 'off') =>
  (doc: Doc): readonly [Doc, Doc] => [
    { ...doc, host: { ...(doc.host as Doc), [key]: off } },
    withoutHostKey(doc, key),
  ];

export const HARDWARE_MECHANISMS: readonly Mechanism[] = [
  {
    name: 'SMI',
    cause: 'SMI',
    plan: (s) => hostPlan(s, { smi: { every: time(170, s), run: time(20, s) } }),
    off: offByHostKey('smi'),
    notScaled: 'its first arrival is drawn and rounded down',
  },
  {
    name: 'C-state exit',
    cause: 'C-state exit',
    plan: (s) => hostPlan(s, { cmdline: '', idle: { deepest: 'C1' } }),
    notScaled: 'exit latencies are those of the platform',
  },
];
