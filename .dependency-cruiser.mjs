// Import rules for `npx depcruise src`, made from the table in src/README.md so that there is
// one place to change. test/arch/modules.test.ts runs the same rules.
import { readFileSync } from 'node:fs';

/**
 * Where files may call each other in a circle. In Linux too, interrupts wake threads, waking
 * schedules, and scheduling arms timers that interrupt. The functions only call each other; nothing
 * happens while the files load.
 */
const CIRCLES_ALLOWED = ['kernel', 'kvm'];

/** Node's built-in modules are for these modules alone. */
const BUILTINS_ALLOWED = ['cli'];

/** The rows of the module table: band, module, one line, may import, packages. */
export function readModuleTable(markdown) {
  const rows = [];
  for (const line of markdown.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const name = /^`([a-z]+)`$/.exec(cells[2] ?? '')?.[1];
    if (cells.length !== 7 || name === undefined) continue;
    const list = (cell) => (cell === '-' ? [] : cell.split(/,\s*/));
    rows.push({ band: cells[1], name, mayImport: list(cells[4]), packages: list(cells[5]) });
  }
  return rows;
}

const escaped = (names) => names.map((name) => name.replace(/[/.]/g, '\\$&')).join('|');

/** `root` is the folder that holds the modules, as in `src`. */
export function importRules(rows, root) {
  const perModule = rows.flatMap((row) => {
    const from = { path: `^${root}/${row.name}/` };
    const own = escaped([row.name, ...row.mayImport]);
    const packages = escaped(row.packages);
    return [
      {
        name: `${row.name}-modules`,
        comment: `the table in src/README.md says what ${row.name} may import`,
        severity: 'error',
        from,
        to: { path: `^${root}/`, pathNot: `^${root}/(${own})/` },
      },
      {
        name: `${row.name}-packages`,
        comment: `the table in src/README.md says which packages ${row.name} may import`,
        severity: 'error',
        from,
        to: {
          path: 'node_modules/',
          ...(packages === '' ? {} : { pathNot: `node_modules/(@types/)?(${packages})/` }),
        },
      },
    ];
  });
  const operating = BUILTINS_ALLOWED.join('|');
  return [
    ...perModule,
    {
      name: 'built-ins',
      comment: 'files, console and process are for cli alone',
      severity: 'error',
      from: { path: `^${root}/`, pathNot: `^${root}/(${operating})/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycle',
      comment: 'files that import each other in a circle cannot be understood one at a time',
      severity: 'error',
      from: { path: `^${root}/`, pathNot: `^${root}/(${CIRCLES_ALLOWED.join('|')})/` },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'an import of something that is not there',
      severity: 'error',
      from: { path: `^${root}/` },
      to: { couldNotResolve: true },
    },
  ];
}

const markdown = readFileSync(new URL('./src/README.md', import.meta.url), 'utf8');

export default {
  forbidden: importRules(readModuleTable(markdown), 'src'),
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.d.ts', '.js', '.mjs', '.json'],
    },
  },
};
