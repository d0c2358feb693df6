/** Schema of one Linux kernel, the host's or a guest's, and of KVM's module parameters. */
import { z } from 'zod';
import { countField, cpuListField, field, lawField } from '../platform/fields.js';
import { topologySchema } from '../platform/topologySpec.js';
import { KERNEL_FLAG_NAMES } from './kernelFlags.js';
import { cachesSchema } from './schemaCaches.js';
import { hostMemorySchema, quietIrqsSchema } from './schemaFacts.js';
import { noiseSchema } from './schemaNoise.js';
import { irqSchema, kernelThreadSchema, threadSchema } from './schemaThreads.js';

const flagFields = Object.fromEntries(
  KERNEL_FLAG_NAMES.map((name) => [name, z.boolean().optional()]),
) as Record<(typeof KERNEL_FLAG_NAMES)[number], z.ZodOptional<z.ZodBoolean>>;

/** A preset's name; YAML reads an unquoted 6.12 as a number. */
const presetField = field<string | number, string>(
  {
    description: 'Kernel preset, as in 6.12-rt.',
    type: ['string', 'number'],
    examples: ['6.12-rt'],
  },
  (value) =>
    typeof value === 'string' || typeof value === 'number'
      ? { value: String(value) }
      : { faults: [{ message: 'expected the name of a preset', fix: 'write "6.12-rt"' }] },
);

export const kernelSchema = z.strictObject({
  preset: presetField.optional(),
  preemption: z.enum(['none', 'voluntary', 'full', 'lazy', 'rt']).optional(),
  hz: countField(24, 10_000).optional().describe('CONFIG_HZ.'),
  flags: z.strictObject(flagFields).optional().describe('Single behaviours, from evidence.'),
});

const sysctlSchema = z.strictObject({
  'kernel.sched_rt_runtime_us': countField(-1).optional().describe('-1: no realtime throttling.'),
  'kernel.sched_rt_period_us': countField(1).optional(),
  'kernel.timer_migration': countField(0, 1).optional(),
  'kernel.numa_balancing': countField(0, 2).optional(),
});

/** `Y`, `N`, 0, 1, true, false, as /sys/module prints and accepts them. */
const switchField = field<boolean | number | string, boolean>(
  { id: 'Switch', description: 'Y or N.', enum: ['Y', 'N', 'y', 'n', 0, 1, true, false, '0', '1'] },
  (value) => {
    const text = String(value).toLowerCase();
    if (text === 'y' || text === '1' || text === 'true') return { value: true };
    if (text === 'n' || text === '0' || text === 'false') return { value: false };
    return { faults: [{ message: `"${text}" is neither Y nor N`, fix: 'write Y or N' }] };
  },
);

export const kvmSchema = z.strictObject({
  halt_poll_ns: countField(0, 1e9).optional(),
  halt_poll_ns_grow: countField(0, 1000).optional(),
  halt_poll_ns_grow_start: countField(0, 1e9).optional(),
  halt_poll_ns_shrink: countField(0, 1000).optional(),
  lapic_timer_advance: switchField.optional(),
  lapic_timer_advance_ns: countField(-1, 1e9).optional().describe('-1: adaptive, 0: off.'),
  preemption_timer: switchField.optional(),
  enable_apicv: switchField.optional(),
  enable_ipiv: switchField
    .optional()
    .describe('IPI virtualization (Sapphire Rapids and later). Default: N.'),
  avic: switchField.optional(),
  pi_inject_timer: countField(-1, 1).optional().describe('-1: on if the host has nohz_full=.'),
  kvmclock_periodic_sync: switchField
    .optional()
    .describe('An update every 300 s; if absent, none is simulated.'),
  ple_gap: countField(0, 1e6).optional().describe('0: no PAUSE-loop exits.'),
  vmentry_l1d_flush: z.enum(['never', 'cond', 'always']).optional(),
  nx_huge_pages: z.enum(['Y', 'N', 'never']).optional().describe('As /sys/module prints it.'),
});

/** What every kernel has, host or guest. */
export const kernelFields = {
  kernel: kernelSchema.optional(),
  cmdline: z.string().max(65_536).optional().describe('Kernel command line.'),
  sysctl: sysctlSchema.optional(),
  fairServerOff: cpuListField.optional().describe('CPUs with debugfs fair_server runtime 0.'),
  idle: z
    .strictObject({
      deepest: z.string().min(1).optional().describe('poll, HLT or the name of a C-state.'),
      governor: z.enum(['deepestAllowed', 'menu']).optional(),
    })
    .optional(),
  kernelThreads: z.array(kernelThreadSchema).optional(),
  threads: z.array(threadSchema).optional(),
  irqs: z.array(irqSchema).optional(),
  rcu: z
    .strictObject({
      gracePeriod: lawField.optional().describe('From call_rcu until its callbacks may run.'),
      callback: lawField.optional().describe('One callback.'),
    })
    .optional()
    .describe('For sections of kind rcu.'),
  clocksource: z
    .enum(['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'hpet', 'acpi_pm', 'jiffies', 'xen'])
    .optional()
    .describe('In use, as /sys/devices/system/clocksource says.'),
};

export const hostSchema = z.strictObject({
  topology: topologySchema.optional().describe("Default: the platform's."),
  ...kernelFields,
  noise: noiseSchema.optional(),
  memory: hostMemorySchema.optional(),
  quietIrqs: quietIrqsSchema.optional().describe('Interrupts that have not fired since boot.'),
  slowdown: z
    .array(
      z.strictObject({
        cpus: cpuListField,
        factor: z.number().min(1).max(100).describe('How many times as long everything takes.'),
      }),
    )
    .optional()
    .describe(
      'Always: a frequency below the one of the figures, contended memory. See `smt` and `frequency`.',
    ),
  smt: z
    .strictObject({ busySibling: z.number().min(1).max(10).describe('1.3 to 2, mostly.') })
    .optional()
    .describe('How many times as long everything takes while the SMT sibling is at work.'),
  frequency: z
    .array(
      z.strictObject({
        cores: countField(1, 1024).describe('Busy cores of the socket.'),
        factor: z.number().min(1).max(100).describe('How many times as long everything takes.'),
      }),
    )
    .max(64)
    .optional()
    .describe('Turbo bins: from so many busy cores of a socket on they are slower. Ascending.'),
  irqbalance: z
    .union([
      z.literal('off'),
      z.strictObject({ every: lawField.optional(), cpus: cpuListField.optional() }),
    ])
    .optional()
    .describe(
      'Moves interrupts that state no `cpus` over these CPUs every 10 s. Default: off; CPUs: all.',
    ),
  caches: cachesSchema.optional().describe('Working sets of threads count. Absent: they do not.'),
  kvm: kvmSchema.optional().describe('Parameters of kvm, kvm_intel and kvm_amd.'),
  smi: z
    .union([z.literal('off'), z.strictObject({ every: lawField, run: lawField })])
    .optional()
    .describe("System management interrupts. Default: the platform's."),
});

export type HostDoc = z.output<typeof hostSchema>;
export type KvmDoc = z.output<typeof kvmSchema>;
export type KernelFieldsDoc = Pick<HostDoc, keyof typeof kernelFields>;
