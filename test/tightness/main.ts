/**
 * Measures the fixed list anew and writes the table: node test/soak/run.mjs tightness
 *
 * A bound that rose by more than a twentieth is not written, and the command fails, unless
 * --because NAME names a counter-example of test/tightness/counterExamples that the lower bound fails.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { boundOf } from '../../src/bound/planBound.js';
import type { SeriesBound } from '../../src/bound/result.js';
import { type ListedPlan, listedPlans } from './planList.js';
import { keyOf, readStored, rises, type StoredBound, writeStored } from './stored.js';
import { DOCS_FILE, withTable } from './table.js';
import { witnesses } from './witnesses.js';

function rowOf(
  { name }: ListedPlan,
  { id, ns, terms, reasons }: SeriesBound,
  witnessNs: number | undefined,
): StoredBound {
  const [largest] = terms;
  return {
    plan: name,
    series: id,
    boundNs: ns,
    ...(ns === null ? { why: reasons[0] } : {}),
    witnessNs: witnessNs ?? null,
    ...(largest ? { term: largest.name, termNs: largest.ns } : {}),
  };
}

function guarded(row: StoredBound, old: StoredBound | undefined, because?: string): StoredBound {
  if (old === undefined || old.boundNs === null) return row;
  if (!rises(row.boundNs, old.boundNs)) {
    const kept = old.beforeNs !== undefined && rises(row.boundNs, old.beforeNs);
    return kept ? { ...row, beforeNs: old.beforeNs, because: old.because } : row;
  }
  return { ...row, beforeNs: old.boundNs, because };
}

export async function main(words: readonly string[]): Promise<number> {
  const at = words.indexOf('--because');
  const because = at >= 0 ? words[at + 1] : undefined;
  const known = new Map(readStored().map((row) => [keyOf(row), row]));
  const rows: StoredBound[] = [];
  for (const listed of listedPlans()) {
    const { series } = boundOf(listed.plan);
    const bounded = new Set(series.filter(({ ns }) => ns !== null).map(({ id }) => id));
    const found = bounded.size > 0 ? witnesses(listed, bounded) : new Map<string, number>();
    for (const one of series) {
      const row = rowOf(listed, one, found.get(one.id));
      rows.push(guarded(row, known.get(keyOf(row)), because));
    }
    process.stderr.write(`\r${listed.name.padEnd(60)}`);
  }
  process.stderr.write('\n');
  const bare = rows.filter(({ beforeNs, because: file }) => beforeNs !== undefined && !file);
  for (const row of bare) {
    process.stdout.write(`${keyOf(row)}: ${row.beforeNs} rose to ${row.boundNs ?? 'no bound'}\n`);
  }
  const low = rows.filter(
    ({ boundNs, witnessNs }) => boundNs !== null && (witnessNs ?? 0) > boundNs,
  );
  for (const row of low) {
    process.stdout.write(`${keyOf(row)}: VIOLATED, ${row.witnessNs} above ${row.boundNs}\n`);
  }
  if (bare.length > 0) {
    process.stdout.write(
      'not written: show that the lower bounds were wrong with --because NAME\n',
    );
    return 1;
  }
  writeStored(rows);
  writeFileSync(DOCS_FILE, withTable(readFileSync(DOCS_FILE, 'utf8'), rows));
  return low.length > 0 ? 1 : 0;
}
