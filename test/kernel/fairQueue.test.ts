import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FairQueue } from '../../src/kernel/fairQueue.js';
import { TaskColumns } from '../../src/kernel/task.js';

it('picks the least virtual runtime of what is queued, ties by thread number', () => {
  const step = fc.record({ task: fc.nat(5), ranNs: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tasks = new TaskColumns(6);
      const queue = new FairQueue(1);
      const queued = new Set<number>();
      for (const { task, ranNs } of steps) {
        if (queued.has(task)) {
          queue.remove(tasks, 0, task);
          queued.delete(task);
          tasks.vruntimeNs[task] += ranNs;
        } else {
          queue.add(tasks, 0, task, 0);
          queued.add(task);
        }
        const expected = [...queued].sort(
          (a, b) => tasks.vruntimeNs[a] - tasks.vruntimeNs[b] || a - b,
        );
        expect(queue.first(tasks, 0)).toBe(expected[0] ?? -1);
        expect(queue.count[0]).toBe(queued.size);
      }
    }),
  );
});

it('lets a sleeper be at most half a slice ahead of the queue', () => {
  const tasks = new TaskColumns(2);
  const queue = new FairQueue(1);
  queue.floorNs[0] = 1_000_000;
  queue.add(tasks, 0, 0, 400_000);
  expect(tasks.vruntimeNs[0]).toBe(800_000);
});
