/**
 * The yardstick: a loop that can do nothing but partitioned fixed-priority preemptive scheduling of
 * periodic tasks, hand-written on typed arrays. It goes through time once, for all pCPUs together:
 * the next event is the earliest completion or release of any of them, found by scanning. It knows
 * no kernel, no costs, no measuring, no attribution.
 */

/** Runs `rows` = [pcpu, rank, periodUs, wcetUs] for `untilUs`; returns the counted events. */
export function bareLoop(rows, untilUs) {
  const tasks = [...rows].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const n = tasks.length;
  const pcpus = Math.max(...tasks.map(([pcpu]) => pcpu)) + 1;
  const pcpuOf = Int32Array.from(tasks, ([pcpu]) => pcpu);
  const periodUs = Float64Array.from(tasks, (t) => t[2]);
  const wcetUs = Float64Array.from(tasks, (t) => t[3]);
  const releaseUs = new Float64Array(n);
  const leftUs = new Float64Array(n);
  const pending = new Int32Array(n);
  const first = Int32Array.from({ length: pcpus }, (_, p) => pcpuOf.indexOf(p));
  /** Bit i: task first + i is ready; the lowest bit is the strongest. */
  const ready = new Int32Array(pcpus);
  const running = new Int32Array(pcpus).fill(-1);
  const sinceUs = new Float64Array(pcpus);
  const endUs = new Float64Array(pcpus).fill(Number.POSITIVE_INFINITY);
  let releases = 0;
  let completions = 0;
  let preemptions = 0;

  function dispatch(pcpu, nowUs) {
    const bits = ready[pcpu];
    const best = bits === 0 ? -1 : first[pcpu] + 31 - Math.clz32(bits & -bits);
    const before = running[pcpu];
    if (best === before) return;
    if (before >= 0 && leftUs[before] > 0) {
      const ranUs = nowUs - sinceUs[pcpu];
      leftUs[before] -= ranUs;
      if (ranUs > 0) preemptions++;
    }
    running[pcpu] = best;
    sinceUs[pcpu] = nowUs;
    endUs[pcpu] = best < 0 ? Number.POSITIVE_INFINITY : nowUs + leftUs[best];
  }

  for (;;) {
    let pcpu = 0;
    for (let p = 1; p < pcpus; p++) if (endUs[p] < endUs[pcpu]) pcpu = p;
    let task = 0;
    for (let i = 1; i < n; i++) if (releaseUs[i] < releaseUs[task]) task = i;
    if (endUs[pcpu] <= releaseUs[task]) {
      const nowUs = endUs[pcpu];
      if (nowUs >= untilUs) break;
      const done = running[pcpu];
      completions++;
      if (--pending[done] > 0) {
        leftUs[done] = wcetUs[done];
        sinceUs[pcpu] = nowUs;
        endUs[pcpu] = nowUs + wcetUs[done];
      } else {
        leftUs[done] = 0;
        ready[pcpu] &= ~(1 << (done - first[pcpu]));
        dispatch(pcpu, nowUs);
      }
    } else {
      const nowUs = releaseUs[task];
      if (nowUs >= untilUs) break;
      const at = pcpuOf[task];
      releaseUs[task] += periodUs[task];
      releases++;
      if (pending[task]++ === 0) {
        leftUs[task] = wcetUs[task];
        ready[at] |= 1 << (task - first[at]);
        dispatch(at, nowUs);
      }
    }
  }
  return { releases, completions, preemptions };
}
