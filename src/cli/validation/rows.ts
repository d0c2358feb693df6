/**
 * The published measurements that predictions are held against, one by one: which plan stands for
 * each, which figures were printed, and what they can decide. Nothing here is fitted but to the one
 * row that says so.
 */
import type { PredictedRow, RowFigure, UndecidableRow } from './row.js';
import type { RunSummary } from './task.js';

type Statistic = 'minNs' | 'meanNs' | 'maxNs';
const NAMES = { minNs: 'min', meanNs: 'mean', maxNs: 'max' } as const;

/** A printed min, avg or max of one workload; several published runs give a range. */
function printed(
  statistic: Statistic,
  lowUs: number,
  highUs = lowUs,
  run = 'run',
  workload = 'cyclictest',
): RowFigure {
  return {
    name: run === 'run' ? NAMES[statistic] : `${NAMES[statistic]} ${run}`,
    unit: 'us',
    kind: 'observation',
    published: { low: lowUs, high: highUs },
    extreme: statistic !== 'meanNs',
    value: (runs) => runs[run][workload][statistic],
  };
}

/** A factor between two runs, which the source gives as a range. */
function factor(statistic: Statistic, of: string, to: string, low: number, high: number) {
  return {
    name: `${of} : ${to}, ${NAMES[statistic]}`,
    unit: 'ratio',
    kind: 'claim',
    published: { low, high },
    extreme: statistic !== 'meanNs',
    value: (runs) => runs[of].cyclictest[statistic] / runs[to].cyclictest[statistic],
  } satisfies RowFigure;
}

/** How much a change of the kernel saves: truncated averages leave 1 us on either side. */
function saving(publishedUs: number): RowFigure {
  const change = (runs: Readonly<Record<string, RunSummary>>) =>
    runs.before.cyclictest.meanNs - runs.after.cyclictest.meanNs;
  return {
    name: 'mean before - after',
    unit: 'usExact',
    kind: 'claim',
    published: { low: publishedUs - 1, high: publishedUs + 1 },
    extreme: false,
    value: change,
  };
}

/** A limit on what may be measured. */
function atMost(name: string, limitUs: number, workload: string): RowFigure {
  return {
    name,
    unit: 'usExact',
    kind: 'claim',
    published: { low: 0, high: limitUs },
    extreme: true,
    value: (runs) => runs.run[workload].maxNs,
  };
}

const HOST = 'haswell-ep-4.4-rt';
const OPNFV = 'opnfv-lab-4.4-rt62';

export const PREDICTED_ROWS: readonly PredictedRow[] = [
  {
    id: 'LWN-1',
    title: 'tuned host: bare metal below 2 us, guest up to 6 us (LWN, Realtime KVM, 2015)',
    platform: HOST,
    runs: {
      'bare metal': { plan: 'baremetal-cyclictest', samples: 100_000 },
      guest: { plan: 'guest-cyclictest', samples: 100_000 },
    },
    figures: [
      { ...factor('meanNs', 'guest', 'bare metal', 1, 1000), name: 'direction: guest slower' },
      factor('meanNs', 'guest', 'bare metal', 2, 6),
      factor('maxNs', 'guest', 'bare metal', 2, 6),
    ],
    decides: 'statistic and sample count are not published: a direction and a factor of 2 to 6',
  },
  {
    id: 'KVM4NFV-J',
    title: 'OPNFV lab, one daily run, 4 November 2016: 7 / 8 / 12 us',
    platform: OPNFV,
    runs: { run: { plan: 'opnfv-kvm4nfv-2016', samples: 600_000 } },
    figures: [printed('minNs', 7), printed('meanNs', 8), printed('maxNs', 12)],
    calibrates: true,
    decides: 'min and mean; a single maximum is an order statistic that varies by a factor of two',
  },
  {
    id: 'KVM4NFV-II',
    title: 'OPNFV lab, six daily runs, 2017: 5-6 / 5-6 / 8-16 us',
    platform: OPNFV,
    runs: { run: { plan: 'opnfv-kvm4nfv', samples: 3_600_000 } },
    figures: [printed('minNs', 5, 6), printed('meanNs', 5, 6), printed('maxNs', 8, 16)],
    calibratesOn: 'KVM4NFV-J',
    maximaUs: [14, 13, 16, 9, 8, 8],
    decides: 'min and mean of a polling guest on the preemption timer; maxima by rank',
  },
  {
    id: 'OCP-GOOD',
    title: 'OpenShift worker, bare metal, 16 CPUs, 600 k samples each: 2 / 2 / 4-6 us',
    platform: 'ocp-worker-5.14-rt',
    // The 16 CPUs are alike and share nothing: one of them is run.
    runs: {
      run: {
        plan: 'ocp-worker',
        edits: [{ op: 'replace', path: ['workloads', 0, 'cpus'], value: '12' }],
        samples: 600_000,
      },
    },
    figures: [printed('minNs', 2), printed('meanNs', 2), printed('maxNs', 4, 6)],
    decides: 'min, mean and the range of 16 maxima on bare metal; the machine is a similar one',
  },
  {
    id: 'KLOG-SWAIT',
    title: 'simple wait queues: cyclictest average in the guest 14 -> 11 us (8577370fb0cb)',
    platform: HOST,
    runs: {
      before: { plan: 'klog-wait-queue', samples: 20_000 },
      after: {
        plan: 'klog-wait-queue',
        edits: [
          {
            op: 'add',
            path: ['host', 'kernel', 'flags'],
            value: { simpleWaitQueue: true, lapicTimerHard: true },
          },
        ],
        samples: 20_000,
      },
    },
    figures: [printed('meanNs', 14, 14, 'before'), printed('meanNs', 11, 11, 'after'), saving(3)],
    decides: 'the saving, to 1 us; the machine is unknown, so the averages are a guess',
  },
  {
    id: 'KLOG-ADV',
    title: 'deadline wait moved next to VM entry: cyclictest average in the guest 3 -> 2 us',
    platform: 'skylake-sp-6.12-rt',
    runs: {
      before: { plan: 'klog-advance', samples: 20_000 },
      after: {
        plan: 'klog-advance',
        edits: [
          { op: 'replace', path: ['host', 'kernel', 'flags', 'waitNextToEntry'], value: true },
        ],
        samples: 20_000,
      },
    },
    figures: [printed('meanNs', 3, 3, 'before'), printed('meanNs', 2, 2, 'after'), saving(1)],
    decides: 'the direction: truncated averages leave the saving anywhere between 0 and 2 us',
  },
  {
    id: 'RHEL-ACC',
    title: 'acceptance limits of a realtime KVM host, 12 h: cyclictest 40 us, oslat 20 us',
    platform: 'skylake-sp-6.12-rt',
    runs: { run: { plan: 'flagship', samples: 2_000 } },
    figures: [
      atMost('max, guest plc', 40, 'plc-cyclictest'),
      atMost('max, guest motion', 40, 'motion-cyclictest'),
      atMost('max, oslat', 20, 'host-oslat'),
    ],
    decides: 'a limit, no measurement; 12 h are 43 M samples, so a short run can only refute it',
    shorterThanPublished: true,
  },
];

export const UNDECIDABLE_ROWS: readonly UndecidableRow[] = [
  {
    id: 'RTLA-H',
    title: 'rtla timerlat, untuned, light load, 5 CPUs: IRQ 0/0/13-24, thread 1/4-5/36-58 us',
    why: 'neither machine, kernel, idle states nor load are published: no plan can be stated',
  },
  {
    id: 'RTT-README',
    title: 'rt-tests README, 100 k samples: 5/14/39242 us without and 7/10/18 us with PREEMPT_RT',
    why: 'neither machine, kernel nor load are published: no plan can be stated',
  },
  {
    id: 'HORSE',
    title: 'i7-3770: jitter, mean 0.67 -> 0.22 us, max 4.04 -> 3.68 us with isolcpus',
    why: 'no platform for a desktop Ivy Bridge exists, and its jitter is not one of the instruments',
  },
  {
    id: 'HWLAT-BAD',
    title: 'hwlatdetect on a bad server: 13 events in 1153 s, up to 116 us',
    why: 'it states durations of SMIs, which the model takes as an input: nothing is predicted',
  },
];
