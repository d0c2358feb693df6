/** Reads the syntax tree of a source file for the rules on determinism, size and names. */
import ts from 'typescript';

export interface Finding {
  readonly rule: string;
  readonly line: number;
  readonly detail: string;
}

export const MAX_FILE_LINES = 200;
export const MAX_FUNCTION_LINES = 70;

const INEXACT_MATH = new Set(
  (
    'acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 ' +
    'pow sin sinh tan tanh'
  ).split(' '),
);
const FORBIDDEN_GLOBALS = new Set([
  'Intl',
  'WeakRef',
  'console',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);
const LOCALE_METHODS = /^(?:localeCompare|toLocale\w*)$/;

function isPropertyName(node: ts.Identifier): boolean {
  const parent = node.parent;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ((ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent)) &&
      parent.name === node)
  );
}

function propertyFinding(node: ts.PropertyAccessExpression): [string, string] | undefined {
  const name = node.name.text;
  if (LOCALE_METHODS.test(name)) return ['locale', name];
  if (!ts.isIdentifier(node.expression)) return undefined;
  const object = node.expression.text;
  if (object === 'Math' && name === 'random') return ['random', 'Math.random'];
  if (object === 'Math' && INEXACT_MATH.has(name)) return ['inexact-math', `Math.${name}`];
  return undefined;
}

function callFinding(node: ts.CallExpression): [string, string] | undefined {
  if (!ts.isPropertyAccessExpression(node.expression) || node.arguments.length > 0) return;
  const name = node.expression.name.text;
  return name === 'sort' || name === 'toSorted' ? ['sort', `.${name}()`] : undefined;
}

/** Powers that are whole numbers everywhere: of 2, of BigInts, and of small literals. */
function isExactPower(node: ts.BinaryExpression): boolean {
  if (node.operatorToken.kind !== ts.SyntaxKind.AsteriskAsteriskToken) return true;
  if (ts.isBigIntLiteral(node.left)) return true;
  if (!ts.isNumericLiteral(node.left)) return false;
  const power = ts.isNumericLiteral(node.right) ? Number(node.right.text) : Number.NaN;
  // A power of 2 is exact for every whole exponent, in every engine.
  if (node.left.text === '2') return Number.isNaN(power) || Number.isInteger(power);
  return Number.isSafeInteger(Number(node.left.text) ** power);
}

function determinismFinding(node: ts.Node): [string, string] | undefined {
  if (ts.isPropertyAccessExpression(node)) return propertyFinding(node);
  if (ts.isCallExpression(node)) return callFinding(node);
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return ['async', 'async'];
  if (ts.isAwaitExpression(node)) return ['async', 'await'];
  if (node.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) return ['inexact-math', '**='];
  if (ts.isBinaryExpression(node) && !isExactPower(node)) return ['inexact-math', '**'];
  if (ts.isIdentifier(node) && !isPropertyName(node)) {
    if (node.text === 'Date') return ['clock', 'Date'];
    if (node.text === 'Promise') return ['async', 'Promise'];
    if (FORBIDDEN_GLOBALS.has(node.text)) return ['global', node.text];
  }
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    if (node.moduleSpecifier.text === 'seedrandom') return ['seedrandom', 'import of seedrandom'];
  }
  return undefined;
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function walk(source: ts.SourceFile, visit: (node: ts.Node, line: number) => void): void {
  const step = (node: ts.Node): void => {
    visit(node, source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
    ts.forEachChild(node, step);
  };
  step(source);
}

/** What may make two runs of one plan differ. */
export function findNondeterminism(file: string, text: string): Finding[] {
  const findings: Finding[] = [];
  walk(parse(file, text), (node, line) => {
    const found = determinismFinding(node);
    if (found !== undefined) findings.push({ rule: found[0], line, detail: found[1] });
  });
  return findings;
}

/** Files and functions that are too long. */
export function findOversize(file: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const source = parse(file, text);
  const lines = text.trimEnd().split('\n').length;
  if (lines > MAX_FILE_LINES) {
    findings.push({ rule: 'file-length', line: 1, detail: `${lines} lines` });
  }
  walk(source, (node, line) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const end = source.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
    const length = end - line + 1;
    if (length <= MAX_FUNCTION_LINES) return;
    const name = node.name?.getText(source) ?? 'function';
    findings.push({ rule: 'function-length', line, detail: `${name}: ${length} lines` });
  });
  return findings;
}

/** Explicit `any`, suppressed checks and leftovers. */
export function findLeftovers(text: string): Finding[] {
  const pattern =
    /@ts-(?:ignore|nocheck|expect-error)|\b(?:FIXME|XXX|TODO|HACK)\b|biome-ignore-all/;
  return text.split('\n').flatMap((lineText, index) => {
    const match = pattern.exec(lineText);
    return match === null ? [] : [{ rule: 'leftover', line: index + 1, detail: match[0] }];
  });
}
