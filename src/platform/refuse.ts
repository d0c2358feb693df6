/** What is refused before a parser sees it: texts that are too large, too deep, or no text. */
import type { Diagnostic } from '../base/diagnostics.js';
import { firstExcess } from './nesting.js';

/** Largest text accepted, in characters. */
const MAX_SOURCE_LENGTH = 8 * 1024 * 1024;

/** The reason why a text is refused, or undefined. */
export function refuse(text: string, file: string): Diagnostic | undefined {
  const problem = (message: string, fix: string, offset: number): Diagnostic => {
    const line = text.slice(0, offset).split('\n').length;
    const column = offset === 0 ? 1 : offset - text.lastIndexOf('\n', offset - 1);
    const place = { file, line, column };
    return { code: 'source/refused', severity: 'error', path: '', message, fix, place };
  };
  if (text.length > MAX_SOURCE_LENGTH) {
    const message = `the file has ${text.length} characters, more than ${MAX_SOURCE_LENGTH}`;
    return problem(message, 'split the plan with `extends`, or give the right file', 0);
  }
  const junkAt = firstControlCharacter(text);
  if (junkAt >= 0) {
    const message = 'the file is not text: it holds control characters';
    return problem(message, 'give a YAML or JSON text', junkAt);
  }
  const excess = firstExcess(text);
  return excess && problem(excess.message, 'flatten or split the document', excess.offset);
}

function firstControlCharacter(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 9 || code === 10 || code === 13) continue;
    if (code < 32 || code === 127 || code === 0xfffd) return i;
  }
  return -1;
}
