/** Sizes of memory and rates of transfer, as plans write them: 200KiB, 4GiB, 5GiB/s. */
import { field } from '../platform/fields.js';

const UNITS: Readonly<Record<string, number>> = {
  KiB: 1024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
  TiB: 1_099_511_627_776,
};

function bytesOf(value: unknown, suffix: string): number | undefined {
  if (typeof value !== 'string' || !value.endsWith(suffix)) return undefined;
  const text = value.slice(0, value.length - suffix.length);
  const match = /^([1-9][0-9]{0,9}) ?(KiB|MiB|GiB|TiB)$/.exec(text);
  const bytes = match ? Number(match[1]) * UNITS[match[2]] : Number.NaN;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function quantity(id: string, suffix: string, example: string, description: string) {
  return field<string, number>(
    {
      id,
      description,
      type: 'string',
      pattern: `^[1-9][0-9]{0,9} ?(KiB|MiB|GiB|TiB)${suffix}$`,
      examples: [example],
    },
    (value) => {
      const bytes = bytesOf(value, suffix);
      if (bytes !== undefined) return { value: bytes };
      const message = `${JSON.stringify(value)} is no ${description.split(',')[0].toLowerCase()}`;
      return { faults: [{ message, fix: `write ${example}` }] };
    },
  );
}

/** A size, in bytes. */
export const bytesField = quantity('Bytes', '', '200KiB', 'Size, as in 200KiB.');

/** A rate, in bytes a second. */
export const bytesPerSecondField = quantity(
  'BytesPerSecond',
  '/s',
  '5GiB/s',
  'Rate, as in 5GiB/s.',
);
