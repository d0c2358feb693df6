/** Names that a plan accepts, made of names from files: letters, digits and _ . : @ + -, unique. */

const MAX_LENGTH = 48;

export class UniqueNames {
  readonly #taken = new Set<string>();

  constructor(reserved: readonly string[] = []) {
    for (const name of reserved) this.#taken.add(name);
  }

  /** The name itself if it is valid and new, else the nearest one; `fallback` if nothing is left. */
  take(text: string, fallback: string): string {
    const valid = text
      .slice(0, 256)
      .replace(/[^A-Za-z0-9_.:@+-]+/g, '-')
      .replace(/^[^A-Za-z0-9_]+/, '')
      .slice(0, MAX_LENGTH)
      .replace(/-+$/, '');
    const base = valid === '' ? fallback : valid;
    let name = base;
    for (let copy = 2; this.#taken.has(name); copy += 1) name = `${base}-${copy}`;
    this.#taken.add(name);
    return name;
  }
}
