/**
 * Measures the fixed list and writes the table: node test/soak/run.mjs tightness [--fresh]
 *
 * Plans whose bounds are as stored keep their witnesses; with --fresh all are searched anew.
 *
 * A bound that rose by more than a twentieth is not written, and the command fails, unless
 * --because NAME names a counter-example of test/tightness/counterExamples that the lower bound fails.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { boundOf } from '../../src/bound/planBound.js';
import type { SeriesBound } from '../../src/bound/result.js';
import { type ListedPlan, listedPlans } from './planList.js';
import { hashOf, keyOf, readStored, rises, type StoredBound, writeStored } from './stored.js';
import { DOCS_FILE, withTable } from './table.js';
import { witnesses } from './witnesses.js';

function rowOf(
  { name, plan }: ListedPlan,
  { id, ns, terms, reasons }: SeriesBound,
  witnessNs: number | undefined,
): StoredBound {
  const [largest] = terms;
  return {
    plan: name,
    series: id,
    hash: hashOf(plan),
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

type Known = ReadonlyMap<string, StoredBound>;

/** The stored row of a series, if it is of the same plan. */
function storedRow({ name, plan }: ListedPlan, { id, ns }: SeriesBound, known: Known) {
  const row = known.get(keyOf({ plan: name, series: id }));
  const same = row?.hash === undefined ? row?.boundNs === ns : row.hash === hashOf(plan);
  return same ? row : undefined;
}

/** True if a series has a bound that is not the stored one. */
function needsSearch(listed: ListedPlan, series: readonly SeriesBound[], known: Known): boolean {
  return series.some((one) => one.ns !== null && one.ns !== storedRow(listed, one, known)?.boundNs);
}

export async function main(words: readonly string[]): Promise<number> {
  const at = words.indexOf('--because');
  const because = at >= 0 ? words[at + 1] : undefined;
  const known = new Map(readStored().map((row) => [keyOf(row), row]));
  const rows: StoredBound[] = [];
  for (const listed of listedPlans()) {
    const { series } = boundOf(listed.plan);
    const bounded = new Set(series.filter(({ ns }) => ns !== null).map(({ id }) => id));
    const fresh = words.includes('--fresh') || needsSearch(listed, series, known);
    const found = fresh && bounded.size > 0 ? witnesses(listed, bounded) : new Map();
    for (const one of series) {
      const old = storedRow(listed, one, known);
      const row = rowOf(listed, one, fresh ? found.get(one.id) : (old?.witnessNs ?? undefined));
      rows.push(guarded(row, old, because));
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
