/**
 * How deeply a YAML text nests and how much it holds, measured on the flat token stream. The
 * composer of the YAML library recurses once a level and takes up to 20 microseconds a token, so
 * these guards have to stand before it.
 */
import { CST, Lexer } from 'yaml';

/** Deepest nesting of maps and lists that a file may have. */
export const MAX_SOURCE_DEPTH = 64;

/** Most tokens (values, keys, punctuation, blanks) of a file: some 40000 lines. */
const MAX_TOKENS = 250_000;

/** The first token beyond a limit, or undefined. */
export function firstExcess(text: string): { offset: number; message: string } | undefined {
  let tokens = 0;
  let offset = 0;
  let flowDepth = 0;
  let block = new BlockDepth();
  let scalarFollows = false;
  for (const token of new Lexer().lex(text)) {
    // Marks of the lexer's own; they are no characters of the text.
    if (token === CST.SCALAR || token === CST.DOCUMENT || token === CST.FLOW_END) {
      scalarFollows = token === CST.SCALAR;
      if (token === CST.DOCUMENT) block = new BlockDepth();
      continue;
    }
    const type = scalarFollows ? null : CST.tokenType(token);
    scalarFollows = false;
    if (type === 'flow-map-start' || type === 'flow-seq-start') flowDepth++;
    else if (type === 'flow-map-end' || type === 'flow-seq-end')
      flowDepth = Math.max(0, flowDepth - 1);
    else if (flowDepth === 0) block.see(type, token.length);
    if (flowDepth + block.depth() > MAX_SOURCE_DEPTH) {
      return { offset, message: `nesting is deeper than ${MAX_SOURCE_DEPTH}` };
    }
    if (++tokens > MAX_TOKENS) return { offset, message: 'the file holds too many values' };
    offset += token.length;
  }
  return undefined;
}

/** Nesting by indentation, and by `- - -` within one line. */
class BlockDepth {
  private readonly indents: number[] = [];
  private indicatorsOnLine = 0;
  private indent = 0;

  see(type: ReturnType<typeof CST.tokenType>, length: number): void {
    if (type === 'newline') {
      this.indicatorsOnLine = 0;
      this.indent = 0;
    } else if (type === 'space' && this.indicatorsOnLine === 0) {
      this.indent = length;
    } else if (type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind') {
      this.indicatorsOnLine++;
      if (this.indicatorsOnLine > 1) return;
      while ((this.indents.at(-1) ?? -1) >= this.indent) this.indents.pop();
      this.indents.push(this.indent);
    }
  }

  depth(): number {
    return this.indents.length + Math.max(0, this.indicatorsOnLine - 1);
  }
}
