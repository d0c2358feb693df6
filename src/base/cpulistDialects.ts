/**
 * What distinguishes the ways in which tools write a set of CPUs.
 * Sources: Linux lib/bitmap-str.c (kernel), libvirt src/util/virbitmap.c, Nova
 * nova/virt/hardware.py, tuned tuned/utils/commands.py, k8s.io/utils/cpuset, libnuma numa(3),
 * util-linux taskset(1), DPDK lib/eal, systemd.exec(5).
 * Leaves out: `--lcores` of DPDK, which is a mapping (dpdkLcores.ts), and merging repeated lines of
 * a systemd unit.
 */

/**
 * kernel: isolcpus=, cpuset.cpus, smp_affinity_list. libvirt: cpuset=, vcpus=, also KubeVirt's
 * realtime mask. numa: rt-tests -a, oslat -c. hex-groups: smp_affinity (32-bit groups).
 * hex: one number with 0x, as OVS and partrt take.
 */
export type CpuListDialect =
  | 'kernel'
  | 'libvirt'
  | 'nova'
  | 'tuned'
  | 'kubernetes'
  | 'numa'
  | 'taskset'
  | 'dpdk'
  | 'systemd'
  | 'hex-groups'
  | 'hex';

export const CPU_LIST_DIALECTS = [
  'kernel',
  'libvirt',
  'nova',
  'tuned',
  'kubernetes',
  'numa',
  'taskset',
  'dpdk',
  'systemd',
  'hex-groups',
  'hex',
] as const satisfies readonly CpuListDialect[];

export type ListDialect = Exclude<CpuListDialect, 'hex' | 'hex-groups'>;

export interface DialectRules {
  /** Spaces separate items as commas do; otherwise see `blanks`. */
  readonly spaceSeparates: boolean;
  /** Spaces may stand around numbers and items. */
  readonly blanks: boolean;
  /** What nothing between two commas means. */
  readonly emptyItem: 'skip' | 'trailing-only' | 'error';
  /** Whether a text without any item is the empty set. */
  readonly emptyText: boolean;
  /** Characters that exclude what follows them. */
  readonly exclusion: string;
  readonly excludesRanges: boolean;
  /** in-turn: `^3,1-4` keeps 3. last: exclusions apply after everything else. */
  readonly exclusionOrder: 'in-turn' | 'last';
  /** used-of-group: `0-31:2/4`; every: `0-10:2`. */
  readonly stride: 'none' | 'used-of-group' | 'every';
  /** `all`, and `N` for the last CPU. */
  readonly all: boolean;
  readonly lastCpuLetter: boolean;
  /** A leading `!` inverts the whole list, a leading `+` counts within the allowed CPUs. */
  readonly prefixes: boolean;
  /** An item may be a hexadecimal mask, whose own commas are joined until an empty item. */
  readonly hexItems: boolean;
}

const PLAIN: DialectRules = {
  spaceSeparates: false,
  blanks: false,
  emptyItem: 'error',
  emptyText: true,
  exclusion: '',
  excludesRanges: false,
  exclusionOrder: 'last',
  stride: 'none',
  all: false,
  lastCpuLetter: false,
  prefixes: false,
  hexItems: false,
};

export const DIALECT_RULES: Readonly<Record<ListDialect, DialectRules>> = {
  kernel: {
    ...PLAIN,
    spaceSeparates: true,
    emptyItem: 'skip',
    stride: 'used-of-group',
    all: true,
    lastCpuLetter: true,
  },
  libvirt: {
    ...PLAIN,
    blanks: true,
    emptyItem: 'trailing-only',
    emptyText: false,
    exclusion: '^',
    exclusionOrder: 'in-turn',
  },
  nova: { ...PLAIN, blanks: true, emptyItem: 'skip', exclusion: '^', excludesRanges: true },
  tuned: {
    ...PLAIN,
    blanks: true,
    emptyItem: 'skip',
    exclusion: '^!',
    excludesRanges: true,
    hexItems: true,
  },
  kubernetes: PLAIN,
  numa: { ...PLAIN, all: true, prefixes: true },
  taskset: { ...PLAIN, emptyText: false, stride: 'every' },
  dpdk: { ...PLAIN, blanks: true, emptyText: false },
  systemd: { ...PLAIN, spaceSeparates: true, emptyItem: 'skip' },
};
