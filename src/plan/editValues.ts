/**
 * New values as YAML or JSON text. In a command line only the words that differ change, so that its
 * line breaks stay.
 */
import { Document, isCollection, isScalar, type Node, parseDocument, Scalar } from 'yaml';
import type { PlanText } from './planText.js';
import { rewriteWords } from './rewriteWords.js';

/** A value on one line, fit for where it stands: flow collections forbid more characters. */
export function inlineText({ isJson }: PlanText, value: unknown, inFlow: boolean): string {
  if (isJson) return JSON.stringify(value);
  if (!inFlow && typeof value === 'string') return bare(new Document(value));
  const document = new Document([value]);
  if (isCollection(document.contents)) document.contents.flow = true;
  return bare(document).slice(1, -1).trim();
}

const bare = (document: Document): string => document.toString({ lineWidth: 0 }).trimEnd();

/** A changed text in the form of the old one; undefined if it has to be written anew. */
export function scalarText(
  plan: PlanText,
  node: Node,
  value: unknown,
  inFlow: boolean,
): string | undefined {
  if (typeof value !== 'string' || !isScalar(node) || typeof node.value !== 'string') {
    return undefined;
  }
  const [start, end] = node.range ?? [0, 0];
  const written = plan.text.slice(start, end).trimEnd();
  const isBlock = node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL;
  const isQuoted = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE;
  const headEnd = isBlock ? written.indexOf('\n') : isQuoted ? 1 : 0;
  const tail = isQuoted ? written.slice(-1) : '';
  const body = written.slice(headEnd, written.length - tail.length);
  const changed = rewriteWords(body, node.value, value);
  if (changed === undefined) return undefined;
  const text = written.slice(0, headEnd) + changed + tail;
  return readsAs(text, value, inFlow) ? text : undefined;
}

/** Whether the text means the value, where it stands; a literal keeps its own line breaks. */
function readsAs(text: string, value: string, inFlow: boolean): boolean {
  const document = parseDocument(inFlow ? `[ ${text} ]` : `k: ${text}\n`, {
    version: '1.2',
    schema: 'core',
  });
  if (document.errors.length > 0) return false;
  const data = document.toJS() as { k?: unknown } | unknown[];
  const read = Array.isArray(data) ? (data.length === 1 ? data[0] : undefined) : data.k;
  return typeof read === 'string' && wordsOf(read).join(' ') === wordsOf(value).join(' ');
}

const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);
