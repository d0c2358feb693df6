import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseXml, placeOf } from '../../src/formats/xml.js';

function refusal(text: string, options = {}) {
  const result = parseXml(text, 'vm.xml', options);
  if (!result.diagnostics) throw new Error('was accepted');
  const first = result.diagnostics[0];
  return `${first.place?.line}:${first.place?.column} ${first.code}`;
}

test('a document and the places of its nodes', () => {
  const result = parseXml(
    '\uFEFF<?xml version="1.0"?>\r\n<a>\r\n  <b x="1"\n   y="&lt;2"/></a>\n',
    'f',
  );
  if (result.diagnostics) throw new Error('refused');
  expect(result.root.tagName).toBe('a');
  const b = result.root.getElementsByTagName('b').item(0)!;
  expect(placeOf(b)).toEqual({ line: 3, column: 3 });
  expect(placeOf(b.getAttributeNode('y')!)).toEqual({ line: 4, column: 6 });
  expect(b.getAttribute('y')).toBe('<2');
});

test('every refusal names its place', () => {
  expect(refusal('')).toBe('1:1 xml/no-document');
  expect(refusal('ELF junk')).toBe('1:1 xml/no-document');
  expect(refusal('\u0000\u0001')).toBe('1:1 xml/control-character');
  expect(refusal('<a>\n <b>')).toBe('2:2 xml/unclosed');
  expect(refusal('<a>\n <b></a>')).toBe('2:5 xml/mismatch');
  expect(refusal('</a>')).toBe('1:1 xml/mismatch');
  expect(refusal('<a>\n<b x="1" </a>')).toBe('2:1 xml/unclosed');
  expect(refusal('<a><!-- </a>')).toBe('1:4 xml/unclosed');
  expect(refusal('<a>\n< b</a>')).toBe('2:1 xml/unclosed');
  expect(refusal('<a>\n< b></a>')).toBe('2:1 xml/tag-name');
  expect(refusal('<a/><b/>')).toBe('1:5 xml/second-root');
  expect(refusal('<a/>junk')).toContain('xml/not-well-formed');
  expect(refusal('<a x=1/>')).toContain('xml/not-well-formed');
  expect(refusal('<a x="1" x="2"/>')).toContain('xml/not-well-formed');
  expect(refusal('<a>&nope;</a>')).toContain('xml/not-well-formed');
  expect(refusal('<p:a/>')).toContain('xml/not-well-formed');
});

test('entities cannot be declared, with or without leave for a DOCTYPE', () => {
  const bomb = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]>\n<a>&y;</a>';
  expect(refusal(bomb)).toBe('1:13 xml/doctype');
  expect(refusal(bomb, { allowDoctype: true })).toBe('1:13 xml/doctype');
  const plain = '<!DOCTYPE topology SYSTEM "hwloc.dtd">\n<a><b/></a>';
  expect(refusal(plain)).toBe('1:1 xml/doctype');
  const result = parseXml(plain, 'f', { allowDoctype: true });
  if (result.diagnostics) throw new Error('refused');
  expect(result.document.doctype).toBeNull();
  expect(placeOf(result.root)).toEqual({ line: 2, column: 1 });
  expect(refusal(`${plain}${plain}`, { allowDoctype: true })).toContain('xml/doctype');
});

test('limits on size, depth, nodes and attributes', () => {
  expect(refusal(`<a>${' '.repeat(100)}</a>`, { maxBytes: 50 })).toBe('1:1 xml/too-long');
  expect(refusal(`<a>${'é'.repeat(30)}</a>`, { maxBytes: 50 })).toBe('1:1 xml/too-long');
  expect(refusal(`<a>${'é'.repeat(30)}</a>`, { maxBytes: 67, maxDepth: 0 })).toBe(
    '1:1 xml/too-deep',
  );
  expect(refusal(`<a>${'x'.repeat(50_000_000)}</a>`)).toBe('1:1 xml/too-long');
  expect(refusal('<a>'.repeat(101) + '</a>'.repeat(101))).toBe('1:301 xml/too-deep');
  expect(refusal(`<a>${'<b/>'.repeat(500_000)}</a>`)).toContain('xml/too-many-nodes');
  const attributes = Array.from({ length: 300 }, (_, i) => `x${i}=""`).join(' ');
  expect(refusal(`<a ${attributes}/>`)).toBe('1:1 xml/too-many-attributes');
});

test('names of JavaScript objects are only names', () => {
  const result = parseXml('<__proto__ xmlns:__proto__="u" constructor="3"/>', 'f');
  if (result.diagnostics) throw new Error('refused');
  expect(result.root.getAttribute('constructor')).toBe('3');
  expect(({} as Record<string, unknown>).u).toBeUndefined();
});

const base =
  '<?xml version="1.0"?><a x="1"><!-- c --><b>t &amp; u</b><![CDATA[ < ]]><c y=\'2\'/></a>';

test('no mutation of a document throws or hangs', () => {
  const edit = fc.tuple(
    fc.nat(base.length),
    fc.nat(6),
    fc.constantFrom(
      '',
      '<',
      '>',
      '"',
      "'",
      '&',
      '<!',
      '<!DOCTYPE a>',
      ']]>',
      '/',
      '\0',
      '<?',
      '=',
      '--',
    ),
  );
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 4 }), fc.boolean(), (edits, allowDoctype) => {
      let text = base;
      for (const [at, cut, put] of edits) text = text.slice(0, at) + put + text.slice(at + cut);
      const result = parseXml(text, 'f', { allowDoctype });
      if (result.diagnostics) {
        expect(result.diagnostics.length).toBeGreaterThan(0);
        for (const d of result.diagnostics) expect(d.place?.line).toBeGreaterThan(0);
      } else expect(result.root.nodeType).toBe(1);
    }),
    { numRuns: 1000 },
  );
});
