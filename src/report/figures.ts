/** Figures as text, the same in every report and every locale. */

/** Microseconds with all three decimals, so that columns align and no nanosecond is lost. */
export function usText(ns: number): string {
  return groupThousands((Math.round(ns) / 1_000).toFixed(3));
}

/** @example countText(3600000) // "3,600,000" */
export function countText(count: number): string {
  return groupThousands(String(count));
}

/** A share 0..1 as per cent with one decimal. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function groupThousands(text: string): string {
  const [whole, fraction] = text.split('.');
  let grouped = '';
  for (let end = whole.length; end > 0; end -= 3) {
    const part = whole.slice(Math.max(0, end - 3), end);
    grouped = grouped === '' ? part : `${part},${grouped}`;
  }
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Total ns per cause as rows, largest first. */
export function sortedShares(
  shares: ReadonlyArray<{ readonly cause: string; readonly ns: number }>,
): Array<{ cause: string; ns: number }> {
  return shares
    .map((share, index) => ({ ...share, index }))
    .sort((a, b) => b.ns - a.ns || a.index - b.index)
    .map(({ cause, ns }) => ({ cause, ns }));
}
