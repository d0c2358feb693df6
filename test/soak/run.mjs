// Runs a program of the tests: its TypeScript is transpiled beside a link to the built sources.
// node test/soak/run.mjs soak|mutants|tightness [options]
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const out = resolve(`.soak/js-${process.pid}`);
rmSync(out, { recursive: true, force: true });
mkdirSync(`${out}/test`, { recursive: true });
symlinkSync(resolve('dist'), `${out}/src`);
writeFileSync(`${out}/package.json`, '{"type": "module"}');
for (const folder of ['soak', 'tightness']) {
  mkdirSync(`${out}/test/${folder}`);
  for (const name of readdirSync(`test/${folder}`)) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    const { outputText } = ts.transpileModule(readFileSync(`test/${folder}/${name}`, 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    writeFileSync(`${out}/test/${folder}/${name.slice(0, -3)}.js`, outputText);
  }
}
const [, , program = 'soak', ...words] = process.argv;
const file = program === 'tightness' ? 'tightness/main' : `soak/${program}`;
const { main } = await import(pathToFileURL(`${out}/test/${file}.js`).href);
try {
  process.exitCode = await main(words);
} finally {
  rmSync(out, { recursive: true, force: true });
}
