/**
 * Copies the state of a machine and puts it back, field by field. What a field may hold is a closed
 * list: numbers (and booleans and texts), typed arrays of them, arrays of what is on this list,
 * objects of the classes named by the caller, and objects that copy themselves by `snapshot` and
 * `restore`. Anything else throws, so that a new column cannot be forgotten in silence.
 */

/** Classes whose own fields are columns -> fields that are built once and not copied. */
export type ColumnClasses = ReadonlyMap<unknown, readonly string[]>;

/** Copy of one object's fields; never changed once made. */
export interface SavedFields {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

interface CopiesItself {
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

/** Machines nest three deep; more is a reference back to an owner. */
const DEPTH_MAX = 8;

const TYPED_ARRAYS: readonly unknown[] = [Float64Array, Int32Array, Uint32Array, Uint8Array];
type TypedArray = Float64Array | Int32Array | Uint32Array | Uint8Array;

type Kind = 'value' | 'typed array' | 'array' | 'columns' | 'copies itself';

export class ColumnCopier {
  private readonly classes: ColumnClasses;

  constructor(classes: ColumnClasses) {
    this.classes = classes;
  }

  /** Copies all fields of `owner` but those in `built`; throws on one of an unknown kind. */
  save(owner: object, built: readonly string[], path: string): SavedFields {
    const names = copiedFields(owner, built, path);
    const fields = owner as Readonly<Record<string, unknown>>;
    return { names, values: names.map((name) => this.copy(fields[name], `${path}.${name}`)) };
  }

  /** Puts a copy back; throws a RangeError if the owner has other fields or lengths. */
  restore(owner: object, built: readonly string[], saved: SavedFields, path: string): void {
    const names = copiedFields(owner, built, path);
    if (names.join() !== saved.names.join()) throw otherShape(path);
    const fields = owner as Record<string, unknown>;
    names.forEach((name, i) => {
      const now = this.put(fields[name], saved.values[i], `${path}.${name}`);
      // Only what differs: compiled code relies on the fields that are never assigned again.
      if (!Object.is(now, fields[name])) fields[name] = now;
    });
  }

  private copy(live: unknown, path: string): unknown {
    switch (this.kindOf(live, path)) {
      case 'value':
        return live;
      case 'typed array':
        return (live as TypedArray).slice();
      case 'array':
        return (live as readonly unknown[]).map((item, i) => this.copy(item, `${path}[${i}]`));
      case 'columns':
        return this.save(live as object, this.builtOf(live), path);
      case 'copies itself':
        return (live as CopiesItself).snapshot();
    }
  }

  /** Returns what the field holds from now on: the same object with the saved contents. */
  private put(live: unknown, saved: unknown, path: string): unknown {
    switch (this.kindOf(live, path)) {
      case 'value':
        return saved;
      case 'typed array': {
        const copy = saved as TypedArray;
        if (copy.length !== (live as TypedArray).length) throw otherShape(path);
        (live as TypedArray).set(copy);
        return live;
      }
      case 'array':
        this.putArray(live as unknown[], saved as readonly unknown[], path);
        return live;
      case 'columns':
        this.restore(live as object, this.builtOf(live), saved as SavedFields, path);
        return live;
      case 'copies itself':
        (live as CopiesItself).restore(saved);
        return live;
    }
  }

  /** Lists of numbers grow and shrink in a run; lists of objects do not. */
  private putArray(live: unknown[], saved: readonly unknown[], path: string): void {
    const plain = [...live, ...saved].every((item) => typeof item !== 'object');
    if (plain) {
      live.length = 0;
      live.push(...saved);
      return;
    }
    if (live.length !== saved.length) throw otherShape(path);
    saved.forEach((item, i) => {
      live[i] = this.put(live[i], item, `${path}[${i}]`);
    });
  }

  private kindOf(value: unknown, path: string): Kind {
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') {
      return 'value';
    }
    if (typeof value === 'object' && value !== null && path.split('.').length <= DEPTH_MAX) {
      if (TYPED_ARRAYS.includes(value.constructor)) return 'typed array';
      if (Array.isArray(value)) return 'array';
      if (this.classes.has(value.constructor)) return 'columns';
      if (copiesItself(value)) return 'copies itself';
    }
    const what = typeof value === 'object' ? (value?.constructor?.name ?? 'null') : typeof value;
    throw new TypeError(`${path} (${what}) is nothing that a snapshot knows how to copy`);
  }

  private builtOf(owner: unknown): readonly string[] {
    return this.classes.get((owner as object).constructor) ?? [];
  }
}

function copiesItself(value: object): value is CopiesItself {
  const { snapshot, restore } = value as Partial<CopiesItself>;
  return typeof snapshot === 'function' && typeof restore === 'function';
}

/** Every own field but the built ones, which must exist: a stale name would hide nothing. */
function copiedFields(owner: object, built: readonly string[], path: string): string[] {
  const names = Object.keys(owner);
  for (const name of built) {
    if (!names.includes(name)) throw new TypeError(`${path} has no field ${name} to leave out`);
  }
  return names.filter((name) => !built.includes(name));
}

function otherShape(path: string): RangeError {
  return new RangeError(`the snapshot is of another machine: ${path} differs`);
}
