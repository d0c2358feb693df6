/** Laws multiplied by a factor, exactly. */
import type { Law } from '../base/law.js';

/** The law with every figure multiplied, rounded up; factors count in thousandths. */
export function scaleLaw(law: Law, factor: number): Law {
  const thousandths = Math.round(factor * 1000);
  const scale = (ns: number) => Math.ceil((ns * thousandths) / 1000);
  return {
    ...law,
    minNs: scale(law.minNs),
    quantiles: law.quantiles.map((q) => ({ p: q.p, ns: scale(q.ns) })),
    maxNs: scale(law.maxNs),
  };
}
