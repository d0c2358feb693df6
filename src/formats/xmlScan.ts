/**
 * A linear pass over XML text before a DOM is built from it.
 * Covers: balance of tags, depth, number of nodes, attributes of one element, DOCTYPE and where it
 * stands. Source: XML 1.0 (W3C). Leaves out: names, references and namespaces, which the DOM parser
 * checks. It exists because a DOM costs a thousand bytes a node: limits must hold before, not after.
 */

export interface XmlLimits {
  /** Deepest nesting of elements. */
  readonly maxDepth: number;
  /** Elements, attributes, comments, instructions and CDATA sections together. */
  readonly maxNodes: number;
  /** Attributes of one element. */
  readonly maxAttributes: number;
}

export interface XmlProblem {
  readonly code: string;
  readonly offset: number;
  readonly message: string;
  readonly fix?: string;
}

export interface XmlScan {
  readonly problem?: XmlProblem;
  /** Offsets of the document type declaration, end exclusive. */
  readonly doctype?: { readonly start: number; readonly end: number; readonly plain: boolean };
}

interface Scanner {
  readonly text: string;
  readonly limits: XmlLimits;
  readonly open: Array<{ readonly name: string; readonly offset: number }>;
  nodes: number;
  roots: number;
  doctype?: XmlScan['doctype'];
}

/** Offset after the construct that starts at `at`, or what is wrong with it. */
type Step = number | XmlProblem;

/** Scans `text` (line ends already `\n`). Stops at the first problem: later ones would follow from it. */
export function scanXml(text: string, limits: XmlLimits): XmlScan {
  const scanner: Scanner = { text, limits, open: [], nodes: 0, roots: 0 };
  let at = text.indexOf('<');
  while (at >= 0) {
    const step = scanMarkup(scanner, at);
    if (typeof step !== 'number') return { problem: step, doctype: scanner.doctype };
    if (scanner.nodes > limits.maxNodes) {
      return { problem: tooMany(at, limits.maxNodes), doctype: scanner.doctype };
    }
    at = text.indexOf('<', step);
  }
  const last = scanner.open.at(-1);
  if (last) {
    return {
      problem: {
        code: 'xml/unclosed',
        offset: last.offset,
        message: `<${last.name}> is never closed: the text ends too early`,
        fix: `add </${last.name}>, or bring the whole file`,
      },
      doctype: scanner.doctype,
    };
  }
  return { doctype: scanner.doctype };
}

function tooMany(offset: number, maxNodes: number): XmlProblem {
  return {
    code: 'xml/too-many-nodes',
    offset,
    message: `more than ${maxNodes} elements and attributes`,
    fix: 'bring one document that describes one machine or one guest',
  };
}

function scanMarkup(scanner: Scanner, at: number): Step {
  const { text } = scanner;
  if (text.startsWith('<!--', at)) return scanTo(scanner, at, '-->', 4, 'comment');
  if (text.startsWith('<![CDATA[', at)) return scanTo(scanner, at, ']]>', 9, 'CDATA section');
  if (text.startsWith('<?', at)) return scanTo(scanner, at, '?>', 2, 'processing instruction');
  if (/^<!doctype/i.test(text.slice(at, at + 9))) return scanDoctype(scanner, at);
  if (text.startsWith('<!', at)) {
    return { code: 'xml/declaration', offset: at, message: 'a declaration is not allowed here' };
  }
  return text.startsWith('</', at) ? scanEndTag(scanner, at) : scanStartTag(scanner, at);
}

function scanTo(scanner: Scanner, at: number, end: string, skip: number, what: string): Step {
  scanner.nodes += 1;
  const found = scanner.text.indexOf(end, at + skip);
  if (found >= 0) return found + end.length;
  return { code: 'xml/unclosed', offset: at, message: `the ${what} has no ${end}` };
}

/** The closing `>` (or a character of `stopAt`) from `from`, and the `=` before it; quotes respected. */
function closingBracket(
  text: string,
  from: number,
  stopAt: string,
): { end: number; equals: number } {
  let quote = '';
  let equals = 0;
  for (let i = from; i < text.length; i += 1) {
    const c = text[i];
    if (quote) {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '=') equals += 1;
    else if (c === '>' || stopAt.includes(c)) return { end: i, equals };
  }
  return { end: -1, equals };
}

function scanDoctype(scanner: Scanner, at: number): Step {
  const { text } = scanner;
  const problem = (message: string): XmlProblem => ({ code: 'xml/doctype', offset: at, message });
  if (scanner.doctype) return problem('a second DOCTYPE');
  if (scanner.roots > 0) return problem('a DOCTYPE after the first element');
  const { end } = closingBracket(text, at + 9, '[<');
  if (end < 0) return problem('the DOCTYPE is never closed');
  const plain = text[end] === '>';
  scanner.doctype = { start: at, end: plain ? end + 1 : end, plain };
  if (plain) return end + 1;
  return {
    code: 'xml/doctype',
    offset: end,
    message: 'a DOCTYPE with declarations inside (entities) is refused',
    fix: 'remove the DOCTYPE and write the text of the entities in their places',
  };
}

function scanEndTag(scanner: Scanner, at: number): Step {
  const { text } = scanner;
  const end = text.indexOf('>', at);
  if (end < 0) return { code: 'xml/unclosed', offset: at, message: 'the end tag has no >' };
  const name = text.slice(at + 2, Math.min(end, at + 202)).trim();
  const top = scanner.open.pop();
  if (top?.name === name) return end + 1;
  return {
    code: 'xml/mismatch',
    offset: at,
    message: top ? `</${name}> stands where </${top.name}> must` : `</${name}> closes nothing`,
    fix: top ? `write </${top.name}>` : `remove </${name}>`,
  };
}

function scanStartTag(scanner: Scanner, at: number): Step {
  const { text, limits } = scanner;
  // Each attribute has one `=`: counting them bounds the attributes.
  const { end, equals: attributes } = closingBracket(text, at + 1, '<');
  if (end < 0 || text[end] === '<') {
    return {
      code: 'xml/unclosed',
      offset: at,
      message: 'the tag has no >',
      fix: 'close it with >',
    };
  }
  const name = /^[^\s/>]{0,200}/.exec(text.slice(at + 1, at + 202))?.[0] ?? '';
  if (name === '' || at + 1 + name.length > end) {
    return {
      code: 'xml/tag-name',
      offset: at,
      message: '< starts no tag',
      fix: 'write &lt; for the character itself',
    };
  }
  scanner.nodes += 1 + attributes;
  if (attributes > limits.maxAttributes) {
    return {
      code: 'xml/too-many-attributes',
      offset: at,
      message: `<${name}> has more than ${limits.maxAttributes} attributes`,
    };
  }
  if (scanner.open.length === 0) scanner.roots += 1;
  if (scanner.roots > 1) {
    return {
      code: 'xml/second-root',
      offset: at,
      message: `<${name}> is a second document in one text`,
      fix: 'split the text: one document each',
    };
  }
  if (scanner.open.length >= limits.maxDepth) {
    return {
      code: 'xml/too-deep',
      offset: at,
      message: `elements are nested deeper than ${limits.maxDepth}`,
    };
  }
  if (text[end - 1] !== '/') scanner.open.push({ name, offset: at });
  return end + 1;
}
