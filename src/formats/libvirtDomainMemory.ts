/**
 * Memory of a domain: size, huge pages, locking, page merging, host nodes.
 *
 * Covers `<memory>`, `<memoryBacking>`, `<numatune>` with the rules that need no host: a memnode
 * needs guest cells, restrictive is restrictive everywhere, a static placement names its nodes.
 * Source: formatdomain.html, src/conf/{domain,numa}_conf.c. Leaves out: balloon target, memtune
 * limits, memory devices (they change no path of the model), and whether the host has the nodes.
 */
import type { Element } from '@xmldom/xmldom';
import type { DomainCursor } from './libvirtDomainCursor.js';
import type { LibvirtCpu, LibvirtMemory, LibvirtNumaTune } from './libvirtDomainModel.js';

const MODES = ['strict', 'preferred', 'interleave', 'restrictive'] as const;

export function readMemory(
  cursor: DomainCursor,
  domain: Element,
  cells: LibvirtCpu['cells'],
): LibvirtMemory {
  const size = cursor.child(domain, 'memory');
  const backing = cursor.child(domain, 'memoryBacking');
  return {
    bytes: size && cursor.bytes(size, cursor.text(size) ?? ''),
    locked: cursor.child(backing, 'locked') !== undefined,
    nosharepages: cursor.child(backing, 'nosharepages') !== undefined,
    hugepages: readHugepages(cursor, cursor.child(backing, 'hugepages'), cells),
  };
}

function readHugepages(
  cursor: DomainCursor,
  element: Element | undefined,
  cells: LibvirtCpu['cells'],
): LibvirtMemory['hugepages'] {
  if (!element) return [];
  const pages: Array<LibvirtMemory['hugepages'][number]> = [];
  // Without cells the guest is one node, 0.
  const known = new Set(cells.length > 0 ? cells.map((cell) => cell.id) : [0]);
  let masters = 0;
  for (const page of cursor.children(element, 'page')) {
    const bytes = cursor.bytes(page, cursor.attr(page, 'size') ?? '');
    const nodeset = cursor.set(page, 'nodeset');
    if (bytes === 0) {
      cursor.error(page, 'libvirt/number', 'a huge page has a size', {
        fix: "write size='1' unit='GiB' or size='2' unit='MiB'",
      });
    }
    const strange = nodeset?.find((id) => !known.has(id));
    if (strange !== undefined) {
      cursor.error(page, 'libvirt/missing-cell', `there is no guest NUMA cell ${strange}`, {
        fix: 'name cells of <cpu><numa>, or remove nodeset=',
      });
    }
    if (!page.hasAttribute('nodeset')) masters += 1;
    if (masters > 1) {
      cursor.error(page, 'libvirt/repeated', 'two <page> without nodeset= contradict each other', {
        fix: 'give all but one a nodeset=',
      });
    }
    pages.push({ bytes, ...(nodeset ? { nodeset } : {}) });
  }
  return pages.length > 0 ? pages : [{ bytes: undefined }];
}

export function readNumaTune(
  cursor: DomainCursor,
  domain: Element,
  cells: LibvirtCpu['cells'],
  vcpuPlacement: 'static' | 'auto',
): LibvirtNumaTune | undefined {
  const numatune = cursor.child(domain, 'numatune');
  if (!numatune) return undefined;
  const memory = cursor.child(numatune, 'memory');
  const mode = cursor.word(memory, 'mode', MODES);
  const nodeset = cursor.set(memory, 'nodeset');
  const said = cursor.word(memory, 'placement', ['static', 'auto'] as const);
  const placement = said ?? (memory?.hasAttribute('nodeset') ? 'static' : vcpuPlacement);
  if (memory && placement === 'static' && !memory.hasAttribute('nodeset')) {
    cursor.error(memory, 'libvirt/missing-attribute', 'static placement without nodeset=', {
      fix: "name the host nodes, as in nodeset='0'",
    });
  }
  const memnodes = readMemnodes(cursor, numatune, cells, mode);
  if (memory && placement === 'auto' && memnodes.length > 0) {
    cursor.error(memory, 'libvirt/placement', 'memnode does not go with automatic placement', {
      fix: "write placement='static' and nodeset=",
    });
  }
  return {
    ...(mode ? { mode } : {}),
    ...(said ? { placement: said } : {}),
    ...(nodeset ? { nodeset } : {}),
    memnodes,
  };
}

function readMemnodes(
  cursor: DomainCursor,
  numatune: Element,
  cells: LibvirtCpu['cells'],
  memoryMode: string | undefined,
): LibvirtNumaTune['memnodes'] {
  const memnodes: Array<LibvirtNumaTune['memnodes'][number]> = [];
  for (const element of cursor.children(numatune, 'memnode')) {
    const cell = cursor.int(element, 'cellid', { min: 0, max: 0xffff });
    const mode = cursor.word(element, 'mode', MODES);
    const nodeset = cursor.set(element, 'nodeset');
    if (!element.hasAttribute('cellid') || !element.hasAttribute('nodeset')) {
      cursor.error(element, 'libvirt/missing-attribute', 'memnode needs cellid= and nodeset=', {
        fix: "write <memnode cellid='0' mode='strict' nodeset='0'/>",
      });
    }
    if (cells.length === 0 || (cell !== undefined && !cells.some(({ id }) => id === cell))) {
      cursor.error(element, 'libvirt/missing-cell', `there is no guest NUMA cell ${cell ?? '?'}`, {
        fix: 'define the cell in <cpu><numa>, or remove this memnode',
      });
    }
    if (memoryMode && (mode === 'restrictive') !== (memoryMode === 'restrictive')) {
      cursor.error(element, 'libvirt/value', 'restrictive stands on one of memory and memnode', {
        fix: "write mode='restrictive' on both or on neither",
      });
    }
    if (memnodes.some((earlier) => earlier.cell === cell)) {
      cursor.error(element, 'libvirt/repeated', `cell ${cell} has two memnodes`, {
        fix: 'keep one memnode for each cell',
      });
    }
    if (cell !== undefined && nodeset) memnodes.push({ cell, ...(mode ? { mode } : {}), nodeset });
  }
  return memnodes;
}
