/** The FIFO/RR queue rules against lists written down naively: one array per priority. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RtQueue } from '../../src/kernel/rtQueue.js';
import { TaskColumns } from '../../src/kernel/task.js';

const TASKS = 5;
type Step = readonly [
  what: 'wake' | 'block' | 'yield' | 'raise' | 'lower',
  task: number,
  priority: number,
];

/** Array of arrays: `lists[p]` are the ready threads of priority p, first to run first. */
class NaiveLists {
  readonly lists: number[][] = Array.from({ length: 100 }, () => []);
  take(task: number): void {
    this.lists.forEach((list, p) => {
      this.lists[p] = list.filter((other) => other !== task);
    });
  }
  put(task: number, priority: number, atHead: boolean): void {
    if (atHead) this.lists[priority].unshift(task);
    else this.lists[priority].push(task);
  }
  has(task: number): boolean {
    return this.lists.some((list) => list.includes(task));
  }
  first(): number {
    return this.lists.findLast((list) => list.length > 0)?.[0] ?? -1;
  }
}

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('wake', 'block', 'yield', 'raise', 'lower'),
  fc.nat(TASKS - 1),
  fc.constantFrom(1, 2, 31, 32, 63, 64, 99),
);

function apply([what, task, priority]: Step, q: RtQueue, t: TaskColumns, naive: NaiveLists): void {
  const own = t.priority[task];
  if (what === 'wake') {
    if (naive.has(task)) return;
    q.add(t, 0, task, false);
    naive.put(task, own, false);
  } else if (!naive.has(task)) {
    return;
  } else if (what === 'yield') {
    q.moveToTail(t, 0, task);
    naive.take(task);
    naive.put(task, own, false);
  } else {
    // Raised, by PI or by setscheduler: to the tail; lowered: to the head; unchanged: in place.
    if (what === 'raise' ? priority <= own : what === 'lower' && priority >= own) return;
    q.remove(t, 0, task);
    naive.take(task);
    if (what === 'block') return;
    t.priority[task] = priority;
    q.add(t, 0, task, what === 'lower');
    naive.put(task, priority, what === 'lower');
  }
}

test('any sequence of wake-ups, blocks, yields and priority changes keeps the order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const q = new RtQueue(1);
      const t = new TaskColumns(TASKS);
      for (let task = 0; task < TASKS; task++) t.priority[task] = 1 + (task % 2);
      const naive = new NaiveLists();
      for (const one of steps) {
        apply(one, q, t, naive);
        expect(q.first(0)).toBe(naive.first());
        expect(q.count[0]).toBe(naive.lists.flat().length);
      }
      // Taking the first again and again gives the whole order.
      for (let task = naive.first(); task >= 0; task = naive.first()) {
        expect(q.first(0)).toBe(task);
        q.remove(t, 0, task);
        naive.take(task);
      }
      expect(q.first(0)).toBe(-1);
    }),
    { numRuns: 500 },
  );
});
