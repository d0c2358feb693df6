/**
 * XML text to a DOM with positions, safe for text of unknown origin.
 * Covers: size, depth and node limits, no entities but the five of XML, all errors as diagnostics
 * with a place. Source: XML 1.0; DOM by @xmldom/xmldom, which keeps unknown elements and comments.
 * Leaves out: external DTDs (never fetched), validation against a schema.
 */
import {
  DOMParser,
  type Document,
  type Element,
  MIME_TYPE,
  type Node,
  ParseError,
} from '@xmldom/xmldom';
import type { Diagnostic, Place } from '../base/diagnostics.js';
import { scanXml, type XmlProblem } from './xmlScan.js';

/** 16 MiB: the largest real topology known has 0.4 MB, the largest domain 0.1 MB. */
export const XML_MAX_BYTES = 16 * 1024 * 1024;
const XML_MAX_DEPTH = 100;
const XML_MAX_NODES = 400_000;
const XML_MAX_ATTRIBUTES = 256;
/** More messages than these say nothing new about one text. */
const MAX_MESSAGES = 20;

export interface XmlOptions {
  /** Longest text in UTF-8 bytes; default 16 MiB. */
  readonly maxBytes?: number;
  /** Deepest nesting of elements; default 100. */
  readonly maxDepth?: number;
  /** Accept (and drop) a DOCTYPE without declarations inside, as lstopo writes; default false. */
  readonly allowDoctype?: boolean;
}

export type XmlResult =
  | { readonly document: Document; readonly root: Element; readonly diagnostics?: undefined }
  | { readonly diagnostics: readonly Diagnostic[]; readonly document?: undefined };

/**
 * Parses one XML document. Never throws for any text.
 *
 * @example parseXml('<domain type="kvm"/>', 'vm.xml') // { document, root }
 */
export function parseXml(text: string, file: string, options: XmlOptions = {}): XmlResult {
  const maxBytes = options.maxBytes ?? XML_MAX_BYTES;
  if (utf8Length(text, maxBytes) > maxBytes) {
    return refuse(file, '', {
      code: 'xml/too-long',
      offset: 0,
      message: `the text is longer than ${maxBytes} bytes`,
      fix: 'bring the one document that describes the machine or the guest',
    });
  }
  // Positions count these normalized lines, and a byte order mark is no character of the text.
  let source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const binary = source.search(BINARY);
  if (binary >= 0) {
    return refuse(file, source, {
      code: 'xml/control-character',
      offset: binary,
      message: `a control character (code ${source.charCodeAt(binary)}): this is no XML text`,
      fix: 'bring the XML as plain UTF-8 text, not compressed',
    });
  }
  if (!/^\s*</.test(source)) {
    return refuse(file, source, {
      code: 'xml/no-document',
      offset: 0,
      message:
        source.trim() === '' ? 'the text is empty' : 'this is no XML: it does not start with <',
    });
  }
  const scan = scanXml(source, {
    maxDepth: options.maxDepth ?? XML_MAX_DEPTH,
    maxNodes: XML_MAX_NODES,
    maxAttributes: XML_MAX_ATTRIBUTES,
  });
  if (scan.problem) return refuse(file, source, scan.problem);
  if (scan.doctype) {
    if (!options.allowDoctype) {
      return refuse(file, source, {
        code: 'xml/doctype',
        offset: scan.doctype.start,
        message: 'a DOCTYPE is refused here',
        fix: 'remove the <!DOCTYPE ...> line',
      });
    }
    source = blank(source, scan.doctype.start, scan.doctype.end);
  }
  return buildDocument(source, file);
}

/**
 * Where a node of a document made by `parseXml` starts: line and column from 1. The place of an
 * attribute is that of its value's opening quote.
 */
export function placeOf(node: Node): { readonly line: number; readonly column: number } {
  // The DOM gives text nodes the position of the tag before them, and 0 or nothing to made nodes.
  return { line: node.lineNumber || 1, column: node.columnNumber || 1 };
}

// XML 1.0 allows tab and newline below the space; carriage returns are already gone.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
const BINARY = /[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/;

function buildDocument(source: string, file: string): XmlResult {
  const diagnostics: Diagnostic[] = [];
  const parser = new DOMParser({
    onError: (_level, message, context: { locator?: Locator } | undefined) => {
      if (diagnostics.length < MAX_MESSAGES)
        diagnostics.push(domProblem(message, context?.locator, file));
    },
    normalizeLineEndings: (text) => text,
  });
  try {
    const document = parser.parseFromString(source, MIME_TYPE.XML_APPLICATION);
    const root = document.documentElement;
    if (diagnostics.length === 0 && root) return { document, root };
  } catch (error) {
    // A fatal error was also told to onError; what is not a ParseError is a limit of the DOM library.
    if (diagnostics.length === 0) {
      const message = error instanceof Error ? error.message : String(error);
      const locator =
        error instanceof ParseError ? (error.locator as Locator | undefined) : undefined;
      diagnostics.push(domProblem(message, locator, file));
    }
  }
  if (diagnostics.length === 0)
    diagnostics.push(domProblem('there is no element', undefined, file));
  return { diagnostics };
}

interface Locator {
  readonly lineNumber?: number;
  readonly columnNumber?: number;
}

function domProblem(message: string, locator: Locator | undefined, file: string): Diagnostic {
  const place: Place = {
    file,
    line: locator?.lineNumber || 1,
    column: locator?.columnNumber || 1,
  };
  return {
    code: 'xml/not-well-formed',
    severity: 'error',
    path: '',
    message: message.slice(0, 300),
    place,
  };
}

function refuse(file: string, source: string, problem: XmlProblem): XmlResult {
  const before = source.slice(0, problem.offset);
  const line = countNewlines(before) + 1;
  const column = problem.offset - before.lastIndexOf('\n');
  return {
    diagnostics: [
      {
        code: problem.code,
        severity: 'error',
        path: '',
        message: problem.message,
        ...(problem.fix === undefined ? {} : { fix: problem.fix }),
        place: { file, line, column },
      },
    ],
  };
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Spaces instead of characters, newlines kept: the positions of the rest do not move. */
function blank(text: string, start: number, end: number): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end);
}

/** Length in UTF-8 bytes, counted no further than just past `limit`. */
function utf8Length(text: string, limit: number): number {
  if (text.length > limit || text.length * 3 <= limit) return text.length;
  let bytes = 0;
  for (let i = 0; i < text.length && bytes <= limit; i += 1) {
    const code = text.charCodeAt(i);
    // A surrogate pair is four bytes: two for each half.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
