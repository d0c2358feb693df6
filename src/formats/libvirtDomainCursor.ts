/**
 * Reads values out of a domain's elements, remembers what was looked at, and collects the problems.
 * Covers: libvirt's integers, yes/no and on/off switches, scaled sizes and CPU sets
 * (src/util/virxml.c, virbitmap.c, virutil.c). Leaves out: what each value means.
 */
import type { Attr, Element } from '@xmldom/xmldom';
import type { Diagnostic, Severity } from '../base/diagnostics.js';
import { clip, elementsOf, xmlPath } from './libvirtDomainPath.js';
import { SetReader } from './libvirtDomainSets.js';
import { unitBytes } from './libvirtDomainSize.js';
import { placeOf } from './xml.js';

/** Of one severity; more say nothing new about one file. */
const MAX_DIAGNOSTICS = 200;

/** Elements of one name in one place: as many as vCPUs. Some are compared pair by pair. */
const MAX_SAME = 4096;

interface Range {
  readonly min: number;
  readonly max: number;
}

export class DomainCursor {
  readonly diagnostics: Diagnostic[] = [];
  /** Every element and attribute that a reader asked for and found. */
  readonly touched = new Set<Element | Attr>();
  readonly #file: string;
  readonly #told = new Map<Severity, number>();
  readonly #sets = new SetReader();

  constructor(file: string) {
    this.#file = file;
  }

  /** Child elements of that name, in the order of the file. Asking for a child also touches `parent`. */
  children(parent: Element | undefined, name: string): Element[] {
    const found: Element[] = [];
    if (!parent) return found;
    for (const child of elementsOf(parent)) {
      if (child.nodeName !== name) continue;
      if (found.length === MAX_SAME) {
        this.error(child, 'libvirt/too-many', `more than ${MAX_SAME} <${name}>`);
        break;
      }
      this.touched.add(child);
      found.push(child);
    }
    if (found.length > 0) this.touched.add(parent);
    return found;
  }

  /** The child of that name. libvirt reads the first; a second is a warning here. */
  child(parent: Element | undefined, name: string): Element | undefined {
    const [first, second] = this.children(parent, name);
    if (second) {
      this.warn(second, 'libvirt/repeated', `<${name}> stands here twice; the first one counts`, {
        fix: `keep one <${name}>`,
      });
    }
    return first;
  }

  /** All child elements, touched. */
  everyChild(parent: Element | undefined): Element[] {
    const found = parent ? [...elementsOf(parent)] : [];
    for (const child of found) this.touched.add(child);
    return found;
  }

  attr(element: Element | undefined, name: string): string | undefined {
    const node = element?.getAttributeNode(name);
    if (!node) return undefined;
    this.touched.add(node);
    return node.value;
  }

  /** Text without the white space around it. */
  text(element: Element | undefined): string | undefined {
    return element === undefined ? undefined : (element.textContent ?? '').trim();
  }

  /** A whole number from an attribute; a problem is told and gives undefined. */
  int(element: Element | undefined, name: string, range: Range): number | undefined {
    const text = this.attr(element, name);
    if (!element || text === undefined) return undefined;
    return this.number(element, `${name}='${clip(text)}'`, text, range);
  }

  /** A whole number from the text of an element. */
  textInt(element: Element | undefined, range: Range): number | undefined {
    const text = this.text(element);
    return element && text !== undefined
      ? this.number(element, `"${clip(text)}"`, text, range)
      : undefined;
  }

  /** A yes/no or on/off switch. */
  flag(element: Element | undefined, name: string): boolean | undefined {
    const text = this.attr(element, name);
    if (element === undefined || text === undefined) return undefined;
    if (text === 'yes' || text === 'on') return true;
    if (text === 'no' || text === 'off') return false;
    this.error(element, 'libvirt/switch', `${name}='${clip(text)}' is neither on nor off`, {
      fix: `write ${name}='on' or ${name}='off' (some elements spell it yes and no)`,
    });
    return undefined;
  }

  /** One of some words. */
  word<W extends string>(
    element: Element | undefined,
    name: string,
    words: readonly W[],
  ): W | undefined {
    const text = this.attr(element, name);
    if (element === undefined || text === undefined) return undefined;
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    this.error(element, 'libvirt/value', `${name}='${clip(text)}' is not known`, {
      fix: `write one of ${words.join(', ')}`,
    });
    return undefined;
  }

  /** A CPU or node set; an empty one is an error, as it is for libvirt. */
  set(element: Element | undefined, name: string): readonly number[] | undefined {
    const text = this.attr(element, name);
    if (element === undefined || text === undefined) return undefined;
    const result = this.#sets.read(text);
    if (result.error === undefined) return result.cpus;
    this.error(element, 'libvirt/cpu-set', `${name}='${clip(text)}': ${result.error}`, {
      fix: result.fix,
    });
    return undefined;
  }

  /** A size in bytes: the text `value` with the element's `unit` attribute, default KiB. */
  bytes(element: Element, value: string, defaultUnit = 'KiB'): number | undefined {
    const unitText = this.attr(element, 'unit') ?? defaultUnit;
    const factor = unitBytes(unitText);
    if (factor === undefined) {
      this.error(element, 'libvirt/unit', `unit='${clip(unitText)}' is not known`, {
        fix: "write unit='KiB', 'MiB' or 'GiB'",
      });
      return undefined;
    }
    const amount = this.number(element, `size "${clip(value)}"`, value, {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
    });
    if (amount === undefined) return undefined;
    if (amount * factor <= Number.MAX_SAFE_INTEGER) return amount * factor;
    this.error(element, 'libvirt/number', `the size ${clip(value)} ${unitText} is too large`);
    return undefined;
  }

  error(node: Element, code: string, message: string, more: { fix?: string } = {}): void {
    this.#tell('error', node, code, message, more.fix);
  }

  warn(node: Element, code: string, message: string, more: { fix?: string } = {}): void {
    this.#tell('warning', node, code, message, more.fix);
  }

  info(node: Element, code: string, message: string): void {
    this.#tell('info', node, code, message, undefined);
  }

  number(element: Element, what: string, text: string, range: Range): number | undefined {
    const trimmed = text.trim();
    const value = /^[+-]?[0-9]{1,16}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
    if (value >= range.min && value <= range.max) return value;
    const why = Number.isNaN(value) ? 'is not a whole number' : 'is out of range';
    const fix = `write a whole number from ${range.min} to ${range.max}`;
    this.error(element, 'libvirt/number', `${what} ${why}`, { fix });
    return undefined;
  }

  /** True once an error was told: the domain cannot be read as a whole. */
  get failed(): boolean {
    return this.#told.has('error');
  }

  #tell(severity: Severity, node: Element, code: string, message: string, fix?: string): void {
    const told = (this.#told.get(severity) ?? 0) + 1;
    this.#told.set(severity, told);
    if (told > MAX_DIAGNOSTICS) return;
    const last = told === MAX_DIAGNOSTICS;
    this.diagnostics.push({
      code: last ? 'libvirt/too-many-problems' : code,
      severity,
      path: xmlPath(node),
      message: last ? 'there are more problems; they are not listed' : message,
      ...(fix === undefined || last ? {} : { fix }),
      place: { file: this.#file, ...placeOf(node) },
    });
  }
}
