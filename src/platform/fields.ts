/**
 * zod fields for quantities that users write as text. One helper makes them all: a field has a
 * JSON Schema for editors (its `meta`) and a reader that reports its faults at the right part.
 */
import { z } from 'zod';
import type { Law } from '../base/law.js';
import { DURATION_PATTERN, MAX_NS } from '../base/units.js';
import { type LawInput, parseLaw } from './lawText.js';
import { parseTime, type ValueFault } from './valueText.js';

/**
 * A field that is written as `Input` and read as `Output`.
 * `json` is the JSON Schema of what may be written; `id` names it there.
 */
export function field<Input, Output>(
  json: Readonly<Record<string, unknown>> & { readonly id?: string },
  read: (value: unknown) => { readonly value: Output } | { readonly faults: readonly ValueFault[] },
) {
  return z
    .custom<Input>()
    .meta({ ...json })
    .transform((value, context): Output => {
      const result = read(value);
      if ('value' in result) return result.value;
      for (const fault of result.faults) {
        const path = [...(fault.at ?? [])];
        context.addIssue({
          code: 'custom',
          path,
          message: fault.message,
          params: { fix: fault.fix },
        });
      }
      return z.NEVER;
    });
}

const duration = {
  type: 'string',
  pattern: DURATION_PATTERN,
  examples: ['50us', '1ms'],
} as const;

const readDuration = (minNs: number) => (value: unknown) => {
  const ns = parseTime(value);
  if (typeof ns !== 'number') return { faults: [ns] };
  if (ns >= minNs) return { value: ns };
  return { faults: [{ message: 'the duration is 0', fix: 'write a duration above 0, as in 1ms' }] };
};

/** A duration from 0 up, in ns. */
export const durationField = field<string, number>(
  {
    id: 'Duration',
    description: 'A duration: number and unit (ns, us, ms, s, min, h).',
    ...duration,
  },
  readDuration(0),
);

/** A duration above 0, in ns. */
export const positiveDurationField = field<string, number>(
  { id: 'PositiveDuration', description: 'A duration above 0: number and unit.', ...duration },
  readDuration(1),
);

/** JSON Schema of a law; `unit` extends the units that a duration may have. */
export const lawJson = (unit: string) => {
  const time = `[0-9]+(\\.[0-9]+)?(${unit})`;
  const text = { type: 'string', pattern: `^${time}(\\.\\.${time}){0,2}$` };
  const settings = {
    source: { type: 'string', description: 'Where the figures come from.' },
    status: { enum: ['measured', 'sourced', 'assumed'] },
    maxStatus: {
      enum: ['measured', 'sourced', 'assumed'],
      description: 'Status of the maximum alone; bounds rest on it. Default: assumed.',
    },
    scale: { type: 'string', description: 'Factors between which an assumed law may lie: 0.5..2.' },
  };
  const one = { type: 'string', pattern: `^${time}$` };
  return {
    description:
      'How long something takes: 400ns (always), 300ns..900ns, 300ns..500ns..900ns (minimum, median, maximum), or a map with min, max and percentiles.',
    anyOf: [
      text,
      {
        type: 'object',
        properties: { value: text, ...settings },
        required: ['value'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: { min: one, max: one, ...settings },
        patternProperties: { '^p[0-9]{1,2}(\\.[0-9]{1,9})?$': one },
        required: ['min', 'max'],
        additionalProperties: false,
      },
    ],
  };
};

/** A law in a plan: what the user states, an assumption unless its source is given. */
export const lawField = field<LawInput, Law>(
  { id: 'Law', ...lawJson('ns|us|ms|s|min|h') },
  (value) => {
    const law = parseLaw(value, { source: 'stated in the plan', status: 'assumed' });
    return 'minNs' in law ? { value: law } : { faults: law };
  },
);

/** Whole number between two bounds, both included. */
export const countField = (min: number, max: number = MAX_NS) => z.int().min(min).max(max);

/** Room for 4096 CPUs one by one. */
const MAX_LIST_LENGTH = 32_768;

/** A CPU list in the kernel's dialect; read when the number of CPUs is known. */
export const cpuListField = field<string | number, string>(
  {
    id: 'CpuList',
    description: 'CPUs as the kernel writes them: 4, 0-3,8, 0-31:2/4, N for the last, all.',
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', minLength: 1 },
    ],
    examples: ['0-3,8', 4],
  },
  (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0)
      return { value: String(value) };
    if (typeof value === 'string' && value.length > MAX_LIST_LENGTH) {
      return { faults: [{ message: 'the CPU list is too long', fix: 'write ranges, as in 0-31' }] };
    }
    if (typeof value === 'string' && value.trim().length > 0) return { value };
    const message =
      typeof value === 'number'
        ? `${value} is no CPU number`
        : typeof value === 'string'
          ? 'the CPU list is empty'
          : `expected a CPU list, not ${Array.isArray(value) ? 'a list' : typeof value}`;
    return { faults: [{ message, fix: 'write CPUs as in 4 or 0-3,8' }] };
  },
);
