/** Walking a document: child elements, the path of an element inside it, its text in messages. */
import type { Element } from '@xmldom/xmldom';

/**
 * Names the way from the root to `element`. The index of an only child of its name is left out.
 *
 * @example xmlPath(secondPin) // "domain/cputune/vcpupin[1]"
 */
export function xmlPath(element: Element): string {
  const parts: string[] = [];
  let node: Element | null = element;
  while (node) {
    parts.push(`${node.nodeName}${indexOf(node)}`);
    const parent: Element['parentNode'] = node.parentNode;
    node = parent && parent.nodeType === 1 ? (parent as Element) : null;
  }
  return parts.reverse().join('/');
}

function indexOf(element: Element): string {
  let before = 0;
  for (let node = element.previousSibling; node; node = node.previousSibling) {
    if (node.nodeName === element.nodeName) before += 1;
  }
  let after = 0;
  for (let node = element.nextSibling; node && after === 0; node = node.nextSibling) {
    if (node.nodeName === element.nodeName) after += 1;
  }
  return before + after > 0 ? `[${before}]` : '';
}

/** Child elements in the order of the file. */
export function* elementsOf(parent: Element): Generator<Element> {
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === 1) yield node as Element;
  }
}

/** User text in a message stays short. */
export function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
