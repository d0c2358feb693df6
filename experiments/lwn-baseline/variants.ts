/** The plans of this experiment: shipped plans, and edits of them as immer patches. */
import type { Patch } from '../../src/plan/edit.js';

export interface Variant {
  readonly name: string;
  /** Plan of models/plans that the edits are applied to. */
  readonly base: string;
  readonly edits: readonly Patch[];
  /** What was published for it, truncated us; undefined ends were not given. */
  readonly published?: {
    readonly minUs?: number;
    readonly maxUs?: number;
    readonly source: string;
  };
}

const LWN = 'LWN, Realtime KVM (2015)';
const OPNFV = 'OPNFV KVM4NFV user guide and daily runs';

export const VARIANTS: readonly Variant[] = [
  {
    name: 'bare metal',
    base: 'guest-cyclictest',
    edits: [
      { op: 'replace', path: ['guests'], value: [] },
      { op: 'replace', path: ['workloads', 0, 'on'], value: 'host' },
      { op: 'replace', path: ['workloads', 0, 'cpus'], value: '2' },
    ],
    published: { maxUs: 2, source: LWN },
  },
  { name: 'guest', base: 'guest-cyclictest', edits: [], published: { maxUs: 6, source: LWN } },
  {
    name: 'guest, no timer advance',
    base: 'guest-cyclictest',
    edits: [{ op: 'replace', path: ['host', 'kvm', 'lapic_timer_advance_ns'], value: 0 }],
  },
  {
    name: 'OPNFV guest, 2016',
    base: 'opnfv-kvm4nfv-2016',
    edits: [],
    published: { minUs: 7, maxUs: 12, source: OPNFV },
  },
  {
    name: 'OPNFV guest, 2017',
    base: 'opnfv-kvm4nfv',
    edits: [],
    published: { minUs: 5, maxUs: 16, source: OPNFV },
  },
];
