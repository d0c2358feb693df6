/** The cursor over the text of an expression: blanks, symbols, and faults with their place. */

/** What is wrong with an expression. */
export interface ExpressionFault {
  readonly message: string;
  readonly fix: string;
  /** Characters into the text. */
  readonly at: number;
}

/** Carries a fault out of the recursive descent; never leaves `expressionText.ts`. */
export class Fault extends Error {
  constructor(
    message: string,
    readonly fix: string,
    readonly at: number,
  ) {
    super(message);
  }
}

export class Scanner {
  at = 0;

  constructor(readonly text: string) {}

  get rest(): string {
    return this.text.slice(this.at);
  }

  skip(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  /** Takes a symbol if it comes next. */
  take(symbol: string): boolean {
    this.skip();
    if (!this.text.startsWith(symbol, this.at)) return false;
    this.at += symbol.length;
    return true;
  }

  /** A name, or text in double quotes. */
  name(): string {
    this.skip();
    const quoted = /^"([^"]*)"/.exec(this.rest);
    const plain = /^[A-Za-z0-9_.:@+-]+/.exec(this.rest)?.[0] ?? '';
    const value = quoted ? quoted[1] : plain;
    if (value === '') this.unexpected('a name');
    this.at += quoted ? quoted[0].length : plain.length;
    return value;
  }

  end(): void {
    this.skip();
    if (this.at < this.text.length) this.unexpected('the end');
  }

  unexpected(wanted: string): never {
    const found = this.text.slice(this.at, this.at + 20);
    const message = `expected ${wanted}, found ${found === '' ? 'the end' : `"${found}"`}`;
    throw new Fault(message, 'write it as in mean(a) / mean(b) > 2', this.at);
  }
}
