/** Schema of what runs or interrupts in a Linux: sections, threads, interrupts, per-CPU threads. */
import { z } from 'zod';
import { countField, cpuListField, durationField, lawField } from '../platform/fields.js';
import { rateField } from './arrival.js';
import { policyField } from './policy.js';
import { irqNumbersField } from './schemaFacts.js';
import { bytesField } from './sizes.js';
import { PROGRAM_STEPS_MAX, programStepField } from './threadProgram.js';

export const nameField = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,63}$/)
  .describe('A name: letters, digits and _ . : @ + -');

const SECTION_KINDS = [
  'irqOff',
  'preemptOff',
  'raw',
  'spin',
  'mutex',
  'rcu',
  'read',
  'write',
  'bh',
  'kernel',
  'call',
  'tlbFlush',
  'exit',
  'ioeventfd',
  'userExit',
  'print',
] as const;

export const sectionSchema = z.strictObject({
  kind: z
    .enum(SECTION_KINDS)
    .describe(
      'irqOff, preemptOff: interrupts or preemption disabled; raw, spin: raw_spinlock_t, spinlock_t; mutex: a futex without priority inheritance (QEMU: bql); read, write: rwlock_t; rcu: call_rcu; call, tlbFlush: a function on other CPUs, waited for; exit, ioeventfd, userExit: a guest leaves for KVM, a kick, QEMU; print: characters to a serial console; bh: softirqs disabled; kernel: plain kernel code.',
    ),
  lock: nameField
    .optional()
    .describe('Locks of one name are one lock. Needed for raw, spin, mutex, read and write.'),
  run: lawField.describe(
    'How long it takes: the section, the function on each CPU, the device code.',
  ),
  cpus: cpuListField.optional().describe('call, tlbFlush: which CPUs. Default: all others.'),
  count: countField(1, 1024)
    .optional()
    .describe('print: characters, default 80; rcu: callbacks, default 1.'),
});

/** `every` or `rate`; both absent: for ever (threads) or never (QEMU threads). */
export const arrivalFields = {
  every: lawField.optional().describe('Distance between two activations.'),
  rate: rateField.optional().describe('Memoryless activations, as in 1000/s.'),
  apart: durationField
    .optional()
    .describe('With `rate`: the shortest distance between two. Bounds need one.'),
  start: durationField.optional().describe('First activation; drawn if absent.'),
};

export const workingSetField = bytesField
  .optional()
  .describe('What it touches an activation; counts where `host.caches` stands.');

export const threadSchema = z.strictObject({
  name: nameField,
  policy: policyField.optional().describe('Default: other.'),
  cpus: cpuListField.optional().describe('Default: the CPUs that are not isolated.'),
  ...arrivalFields,
  run: lawField.optional().describe('CPU time an activation. Absent without `every`: a busy loop.'),
  sections: z.array(sectionSchema).optional(),
  program: z
    .array(programStepField)
    .min(1)
    .max(PROGRAM_STEPS_MAX)
    .optional()
    .describe('Steps in place of `run` and `sections`; without `every` or `rate` they run once.'),
  workingSet: workingSetField,
});

/** Who handles an interrupt, where, and what it costs. */
export const handlerFields = {
  irq: countField(0, 65_535).optional().describe('Linux interrupt number.'),
  numbers: irqNumbersField,
  cpus: cpuListField.optional().describe('Effective affinity. Default: irqaffinity=, else all.'),
  cost: lawField.describe(
    'Work of the handler, without the entry; of its hard part where `thread.run` is given.',
  ),
  thread: z
    .union([
      z.literal('off'),
      z.strictObject({ policy: policyField.optional(), run: lawField.optional() }),
    ])
    .optional()
    .describe('Handler thread; off: IRQF_NO_THREAD. Default: FIFO 50 on PREEMPT_RT or threadirqs.'),
  softirq: lawField.optional().describe('Softirq work that the handler raises.'),
};

export const irqSchema = z.strictObject({
  name: nameField,
  ...arrivalFields,
  ...handlerFields,
  managed: z
    .boolean()
    .optional()
    .describe(
      'The kernel spreads it over `cpus` (NVMe queues): only isolcpus=managed_irq moves it.',
    ),
});

export const kernelThreadSchema = z.strictObject({
  name: z.enum(['ksoftirqd', 'ktimers', 'ktimersoftd', 'rcuc']),
  cpus: cpuListField.optional().describe('Default: all CPUs.'),
  policy: policyField,
});

export type ThreadDoc = z.output<typeof threadSchema>;
export type IrqDoc = z.output<typeof irqSchema>;
export type SectionDoc = z.output<typeof sectionSchema>;
export type KernelThreadDoc = z.output<typeof kernelThreadSchema>;
