/**
 * The yardstick: a loop that can do nothing but partitioned fixed-priority preemptive scheduling of
 * periodic tasks, hand-written on typed arrays. It knows no kernel, no costs, no attribution.
 */

/** Runs `rows` = [pcpu, rank, periodUs, wcetUs] for `untilUs`; returns the counted events. */
export function bareLoop(rows, untilUs) {
  const counts = { releases: 0, completions: 0, preemptions: 0 };
  for (const pcpu of new Set(rows.map(([cpu]) => cpu))) {
    runCpu(
      rows.filter(([cpu]) => cpu === pcpu).sort((a, b) => a[1] - b[1]),
      untilUs,
      counts,
    );
  }
  return counts;
}

function runCpu(tasks, untilUs, counts) {
  const n = tasks.length;
  const period = Float64Array.from(tasks, (t) => t[2]);
  const wcet = Float64Array.from(tasks, (t) => t[3]);
  const release = new Float64Array(n);
  const left = new Float64Array(n);
  const pending = new Int32Array(n);
  let ready = 0;
  let running = -1;
  let ran = false;
  let now = 0;
  let releases = 0;
  let completions = 0;
  let preemptions = 0;
  for (;;) {
    let next = release[0];
    for (let i = 1; i < n; i++) if (release[i] < next) next = release[i];
    if (running >= 0 && now + left[running] <= next) {
      now += left[running];
      if (now >= untilUs) break;
      completions++;
      if (--pending[running] > 0) left[running] = wcet[running];
      else ready &= ~(1 << running);
      running = ready === 0 ? -1 : 31 - Math.clz32(ready & -ready);
      ran = false;
      continue;
    }
    if (next >= untilUs) break;
    if (running >= 0 && next > now) {
      left[running] -= next - now;
      ran = true;
    }
    now = next;
    for (let i = 0; i < n; i++) {
      if (release[i] !== next) continue;
      release[i] += period[i];
      releases++;
      if (pending[i]++ === 0) {
        left[i] = wcet[i];
        ready |= 1 << i;
      }
    }
    const best = 31 - Math.clz32(ready & -ready);
    if (best !== running) {
      if (running >= 0 && ran) preemptions++;
      running = best;
      ran = false;
    }
  }
  counts.releases += releases;
  counts.completions += completions;
  counts.preemptions += preemptions;
}
