/** Checks a positioned document against a zod schema and words every fault with place and fix. */
import type { z } from 'zod';
import { nearestName } from '../base/suggest.js';
import type { Problems } from './problems.js';
import { nodeAt, type Path, type PathPart, toPlain } from './sourceTree.js';
import { nameOf } from './valueText.js';

type Issue = z.core.$ZodIssue;

/** What the schema reads out of the document; faults go to `problems`. */
export function validate<S extends z.ZodType>(
  schema: S,
  problems: Problems,
): z.output<S> | undefined {
  const result = schema.safeParse(toPlain(problems.root));
  if (result.success) return result.data;
  for (const issue of result.error.issues) reportIssue(schema, issue, problems);
  return undefined;
}

function reportIssue(schema: z.ZodType, issue: Issue, problems: Problems): void {
  const path = issue.path.map((part): PathPart => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path, problems);
    for (const key of issue.keys) reportUnknownKey([...path, key], key, known, problems);
    return;
  }
  const node = nodeAt(problems.root, path);
  if (!node) {
    const key = String(path.at(-1) ?? '');
    problems.error(
      `${problems.area}/missing`,
      path,
      `\`${key}\` is missing`,
      `add \`${key}:\` here`,
    );
    return;
  }
  const { message, fix } = wording(issue, toPlain(node));
  problems.error(`${problems.area}/value`, path, message, fix);
}

function reportUnknownKey(path: Path, key: string, known: string[], problems: Problems): void {
  const near = nearestName(key, known);
  const fix = near ? `write \`${near}\`` : `remove it; known here: ${known.join(', ')}`;
  problems.keyError(`${problems.area}/unknown-key`, path, `unknown key "${key}"`, fix);
}

function wording(issue: Issue, value: unknown): { message: string; fix: string } {
  switch (issue.code) {
    case 'custom':
      return { message: issue.message, fix: String(issue.params?.fix ?? 'see the schema') };
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') {
        return { message: 'the value is empty', fix: 'write at least one item' };
      }
      return { message: `${nameOf(value)} is too small`, fix: `write at least ${issue.minimum}` };
    case 'too_big':
      return { message: `${nameOf(value)} is too large`, fix: `write at most ${issue.maximum}` };
    case 'invalid_type':
      return wrongType(issue.expected, value);
    case 'invalid_value':
      return wrongChoice(issue.values.map(String), value);
    case 'invalid_union':
      return unionWording(issue, value);
    case 'invalid_format':
      return {
        message: `${nameOf(value)} is not well formed`,
        fix: `write it as ${issue.pattern ?? issue.format}`,
      };
    default:
      return { message: issue.message, fix: 'see the schema' };
  }
}

function unionWording(issue: Issue, value: unknown): { message: string; fix: string } {
  if (issue.code !== 'invalid_union') return { message: issue.message, fix: 'see the schema' };
  if ('options' in issue && Array.isArray(issue.options)) {
    return wrongChoice(issue.options.map(String), value);
  }
  const wanted = new Set<string>();
  for (const branch of issue.errors) {
    const first = branch[0];
    if (first?.code === 'invalid_type') wanted.add(wantedType(first.expected));
    else if (first?.code === 'invalid_value')
      for (const v of first.values) wanted.add(`\`${String(v)}\``);
    else if (first) wanted.add(first.message);
  }
  const list = [...wanted].join(' or ');
  return { message: `${nameOf(value)} does not fit here`, fix: `write ${list}` };
}

const wantedType = (expected: string) =>
  expected === 'int' || expected === 'number'
    ? 'a whole number'
    : expected === 'string'
      ? 'text'
      : expected === 'boolean'
        ? 'true or false'
        : expected === 'array'
          ? 'a list'
          : 'a map';

function wrongType(expected: string, value: unknown): { message: string; fix: string } {
  const wanted = wantedType(expected);
  const unquoted =
    typeof value === 'string' && /^[0-9]+$/.test(value) && wanted === 'a whole number';
  const fix = unquoted
    ? `write ${value} without quotes`
    : wanted === 'text' && typeof value === 'number'
      ? `write "${value}" with quotes`
      : wanted === 'a list'
        ? 'write a list: `- item` lines, or [item, item]'
        : `write ${wanted}`;
  return { message: `expected ${wanted}, not ${nameOf(value)}`, fix };
}

function wrongChoice(choices: string[], value: unknown): { message: string; fix: string } {
  const near = typeof value === 'string' ? nearestName(value, choices) : undefined;
  const fix = near ? `write \`${near}\`` : `use ${choices.join(', ')}`;
  return { message: `${nameOf(value)} is none of ${choices.join(', ')}`, fix };
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.ZodType, path: Path, problems: Problems): string[] {
  let current = unwrap(schema);
  for (let i = 0; i <= path.length; i++) {
    current = chooseOption(current, path.slice(0, i), problems);
    if (i === path.length) break;
    const next = step(current, path[i]);
    if (!next) return [];
    current = unwrap(next);
  }
  const definition = current._zod.def as z.core.$ZodObjectDef;
  return definition.type === 'object' ? Object.keys(definition.shape) : [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema;
  for (;;) {
    const def = current._zod.def as { innerType?: z.core.$ZodType; in?: z.core.$ZodType };
    const inner = def.innerType ?? def.in;
    if (!inner) return current;
    current = inner;
  }
}

function step(schema: z.core.$ZodType, part: PathPart): z.core.$ZodType | undefined {
  const def = schema._zod.def as {
    shape?: Record<string, z.core.$ZodType>;
    element?: z.core.$ZodType;
    valueType?: z.core.$ZodType;
  };
  return def.shape?.[String(part)] ?? def.element ?? def.valueType;
}

/** Of a union, the object that the document means: by its discriminator, else the first map. */
function chooseOption(schema: z.core.$ZodType, path: Path, problems: Problems): z.core.$ZodType {
  const def = schema._zod.def as { options?: readonly z.core.$ZodType[]; discriminator?: string };
  if (!def.options) return schema;
  const { discriminator } = def;
  const objects = def.options.map(unwrap).filter((o) => 'shape' in o._zod.def);
  if (!discriminator) return objects[0] ?? schema;
  const node = nodeAt(problems.root, [...path, discriminator]);
  const kind = node?.kind === 'scalar' ? node.value : undefined;
  const chosen = objects.find((option) => {
    const literal = step(option, discriminator)?._zod.def as { values?: unknown[] } | undefined;
    return literal?.values?.includes(kind);
  });
  return chosen ?? objects[0] ?? schema;
}
