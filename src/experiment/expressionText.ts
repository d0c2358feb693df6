/**
 * Reads the text of expressions and comparisons. Recursive descent over a short text; every fault
 * is said with its place in the text.
 */
import { parseDuration } from '../base/units.js';
import {
  type Call,
  type Comparison,
  dimensionOf,
  type Expression,
  type Relation,
} from './expression.js';
import { type ExpressionFault, Fault, Scanner } from './scanner.js';
import { STATISTICS, type StatisticName } from './statistics.js';

/** Longest text; a claim is one line. */
const MAX_LENGTH = 600;
const MAX_DEPTH = 16;

/** Text of a claim -> comparison. */
export function parseComparison(text: string): Comparison | ExpressionFault {
  return reading(text, (reader) => reader.comparison());
}

/** Text of one value -> expression. */
export function parseExpression(text: string): Expression | ExpressionFault {
  return reading(text, (reader) => reader.whole());
}

function reading<T>(text: string, read: (reader: Reader) => T): T | ExpressionFault {
  try {
    if (text.length > MAX_LENGTH) {
      throw new Fault('the expression is too long', 'split it into several claims', MAX_LENGTH);
    }
    return read(new Reader(text));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { message: error.message, fix: error.fix, at: error.at };
  }
}

const RELATIONS: readonly Relation[] = ['<=', '>=', '<', '>', '='];

class Reader {
  private readonly scanner: Scanner;
  private depth = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  whole(): Expression {
    const expression = this.sum();
    this.scanner.end();
    return expression;
  }

  comparison(): Comparison {
    const operands = [this.sum()];
    const relations: Relation[] = [];
    this.scanner.skip();
    if (/^in\b/.test(this.scanner.rest)) {
      this.scanner.at += 2;
      const low = this.sum();
      if (!this.scanner.take('..')) this.scanner.unexpected('a range, as in 2us..4us');
      const high = this.sum();
      operands.unshift(low);
      operands.push(high);
      relations.push('<=', '<=');
    } else {
      for (let relation = this.relation(); relation !== undefined; relation = this.relation()) {
        relations.push(relation);
        operands.push(this.sum());
      }
    }
    this.scanner.end();
    if (relations.length === 0) {
      throw new Fault('nothing is compared', 'write an inequality, as in max(a) < max(b)', 0);
    }
    this.sameDimension(operands);
    return { operands, relations };
  }

  private sameDimension(operands: readonly Expression[]): void {
    if (operands.some((operand) => dimensionOf(operand) !== dimensionOf(operands[0]))) {
      throw new Fault(
        'a time is compared with a plain number',
        'write a unit, as in mean(a) > 3us, or divide two times',
        0,
      );
    }
  }

  private relation(): Relation | undefined {
    return RELATIONS.find((relation) => this.scanner.take(relation));
  }

  private sum(): Expression {
    let left = this.product();
    for (;;) {
      const operator = this.scanner.take('+') ? '+' : this.scanner.take('-') ? '-' : undefined;
      if (operator === undefined) return left;
      const at = this.scanner.at;
      const right = this.product();
      const dimension = dimensionOf(left);
      if (dimension !== dimensionOf(right)) {
        throw new Fault('a time and a plain number are added', 'give the number a unit', at);
      }
      left = { kind: 'binary', operator, left, right, dimension };
    }
  }

  private product(): Expression {
    let left = this.factor();
    for (;;) {
      const operator = this.scanner.take('*') ? '*' : this.scanner.take('/') ? '/' : undefined;
      if (operator === undefined) return left;
      const right = this.factor();
      const sign = operator === '*' ? 1 : -1;
      const dimension = dimensionOf(left) + sign * dimensionOf(right);
      left = { kind: 'binary', operator, left, right, dimension };
    }
  }

  private factor(): Expression {
    if (this.scanner.take('(')) {
      if (++this.depth > MAX_DEPTH) this.scanner.unexpected('fewer brackets');
      const inner = this.sum();
      if (!this.scanner.take(')')) this.scanner.unexpected('a closing bracket');
      this.depth--;
      return inner;
    }
    this.scanner.skip();
    const rest = this.scanner.rest;
    // A range follows a number directly: 2us..4us.
    const number = /^[0-9]+(?:\.[0-9]+)?(?:[a-z\u00b5\u03bc]+)?/.exec(rest)?.[0];
    if (number !== undefined) return this.number(number);
    const name = /^[a-z]+[0-9]*(?:\.[0-9]+)?(?= *\()/i.exec(rest)?.[0];
    if (name === undefined) this.scanner.unexpected('a number or a statistic, as in mean(a)');
    return this.call(name);
  }

  private number(text: string): Expression {
    const at = this.scanner.at;
    this.scanner.at += text.length;
    if (/^[0-9.]+$/.test(text)) return { kind: 'number', value: Number(text), dimension: 0 };
    const ns = parseDuration(text);
    if (typeof ns !== 'number') throw new Fault(ns, 'write a time, as in 2us', at);
    return { kind: 'number', value: ns, dimension: 1 };
  }

  private call(name: string): Call {
    const at = this.scanner.at;
    this.scanner.at += name.length;
    const { statistic, percentile } = this.statistic(name, at);
    this.scanner.take('(');
    const names = [this.scanner.name()];
    while (this.scanner.take(',')) names.push(this.scanner.name());
    if (!this.scanner.take(')')) this.scanner.unexpected('a closing bracket');
    const needsCause = statistic === 'cause' || statistic === 'worst';
    const cause = needsCause ? names.pop() : undefined;
    const [variant, workload] = names;
    if (variant === undefined || names.length > 2) {
      const wanted = `${name}(variant${needsCause ? ', "cause")' : ')'}`;
      throw new Fault(`${name} has the wrong number of names`, `write ${wanted}`, at);
    }
    return { kind: 'call', statistic, percentile, variant, workload, cause, at };
  }

  private statistic(name: string, at: number): { statistic: StatisticName; percentile?: string } {
    const percentile = /^p([0-9]{1,2}(?:\.[0-9]+)?)$/.exec(name)?.[1];
    if (percentile !== undefined) return { statistic: 'percentile', percentile };
    const statistic = STATISTICS.find((known) => known === name && known !== 'percentile');
    if (statistic !== undefined) return { statistic };
    const known = STATISTICS.map((one) => (one === 'percentile' ? 'p99.9' : one)).join(', ');
    throw new Fault(`there is no statistic "${name}"`, `use one of ${known}`, at);
  }
}
