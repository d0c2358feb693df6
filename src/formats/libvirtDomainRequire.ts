/** Attributes without which libvirt refuses an element. */
import type { Element } from '@xmldom/xmldom';
import type { DomainCursor } from './libvirtDomainCursor.js';

/** Tells of attributes that libvirt insists on. */
export function requireAttributes(
  cursor: DomainCursor,
  element: Element,
  names: readonly string[],
): boolean {
  const missing = names.filter((name) => !element.hasAttribute(name));
  for (const name of missing) {
    cursor.error(element, 'libvirt/missing-attribute', `${name}= is missing`, {
      fix: `write <${element.nodeName} ${name}='...'>`,
    });
  }
  return missing.length === 0;
}
