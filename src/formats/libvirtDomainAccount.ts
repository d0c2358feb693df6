/**
 * The account of a domain file: what became of every element and every attribute in it.
 *
 * Covers the whole document from its root, namespace declarations and elements of other tools
 * included. What the table does not know is kept, with the reason "not known to this version".
 */
import type { Element } from '@xmldom/xmldom';
import type { AccountEntry } from './account.js';
import { elementsOf } from './libvirtDomainPath.js';
import { LIBVIRT_DOMAIN_SCHEMA } from './libvirtDomainSchema.js';
import type { SchemaRow } from './libvirtDomainSchemaRow.js';

/** Reason of everything that the table has no row for. */
export const UNKNOWN_REASON = 'not known to this version';

interface Verdict {
  readonly disposition: AccountEntry['disposition'];
  readonly reason?: string;
}

interface Rules {
  /** Path of an element -> what becomes of it. */
  readonly elements: ReadonlyMap<string, Verdict>;
  /** `path/@name` -> what becomes of the attribute. */
  readonly attributes: ReadonlyMap<string, Verdict>;
  /** Path whose whole subtree shares a verdict. */
  readonly subtrees: ReadonlyMap<string, Verdict>;
}

const UNKNOWN: Verdict = { disposition: 'kept', reason: UNKNOWN_REASON };
const NAMESPACE: Verdict = { disposition: 'ignored', reason: 'declares a namespace' };
const WRAPPER: Verdict = {
  disposition: 'ignored',
  reason: 'state of a running domain or snapshot around its definition',
};

const RULES = compile(LIBVIRT_DOMAIN_SCHEMA);

function compile(rows: readonly SchemaRow[]): Rules {
  const elements = new Map<string, Verdict>();
  const attributes = new Map<string, Verdict>();
  const subtrees = new Map<string, Verdict>();
  for (const { path, attributes: names, disposition, below, reason } of rows) {
    const verdict: Verdict = { disposition, ...(reason === undefined ? {} : { reason }) };
    for (const name of names?.split(' ') ?? []) attributes.set(`${path}/@${name}`, verdict);
    if (below) subtrees.set(path, verdict);
    // The first row of a path speaks for the element, later ones only add attributes.
    if (!elements.has(path)) elements.set(path, verdict);
  }
  return { elements, attributes, subtrees };
}

/**
 * Accounts for the document of `root`; `domain` is the `<domain>` in it (usually the root itself).
 * Entries stand in the order of the file.
 */
export function accountDomain(root: Element, domain: Element): AccountEntry[] {
  const entries: AccountEntry[] = [];
  const walk = (element: Element, shown: string, path: string, inherited?: Verdict): void => {
    const isDomain = element === domain;
    const inside = path !== OUTSIDE || isDomain;
    const own = isDomain ? '' : path;
    const subtree = inside ? (RULES.subtrees.get(own) ?? inherited) : WRAPPER;
    const verdict = inside ? (RULES.elements.get(own) ?? subtree ?? UNKNOWN) : WRAPPER;
    entries.push({ path: shown, ...verdict });
    for (let i = 0; i < element.attributes.length; i += 1) {
      const name = element.attributes.item(i)?.name ?? '';
      const known = inside ? RULES.attributes.get(`${own}/@${name}`) : undefined;
      const attribute =
        known ?? (name === 'xmlns' || name.startsWith('xmlns:') ? NAMESPACE : (subtree ?? UNKNOWN));
      entries.push({ path: `${shown}/@${name}`, ...attribute });
    }
    walkChildren(element, shown, inside ? own : OUTSIDE, subtree, walk);
  };
  walk(root, root.nodeName, OUTSIDE);
  return entries;
}

/** Marks what lies outside the domain element; no path of the table starts with a space. */
const OUTSIDE = ' ';

function walkChildren(
  element: Element,
  shown: string,
  path: string,
  subtree: Verdict | undefined,
  walk: (element: Element, shown: string, path: string, inherited?: Verdict) => void,
): void {
  const total = new Map<string, number>();
  for (const child of elementsOf(element)) {
    total.set(child.nodeName, (total.get(child.nodeName) ?? 0) + 1);
  }
  const seen = new Map<string, number>();
  for (const child of elementsOf(element)) {
    const name = child.nodeName;
    const index = seen.get(name) ?? 0;
    seen.set(name, index + 1);
    const suffix = (total.get(name) ?? 0) > 1 ? `[${index}]` : '';
    const childPath = path === OUTSIDE ? OUTSIDE : path === '' ? name : `${path}/${name}`;
    walk(child, `${shown}/${name}${suffix}`, childPath, subtree);
  }
}
