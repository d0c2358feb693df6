/**
 * Runs tasks on worker threads. Results stand in the order of the tasks, and each is a function of
 * its task, so that the number of workers changes nothing but the time.
 */
import { Worker } from 'node:worker_threads';
import { type RunSummary, type RunTask, runTask } from './task.js';

/** Called after each task with the activations that are done so far. */
export type TaskProgress = (doneActivations: number) => void;

interface Reply {
  readonly index: number;
  readonly summary: RunSummary;
}

/** `workers` 0: in this thread. Rejects with the first failure. */
export async function runTasks(
  tasks: readonly RunTask[],
  workers: number,
  progress: TaskProgress,
): Promise<RunSummary[]> {
  let done = 0;
  const finish = (task: RunTask): void => {
    done += task.activations;
    progress(done);
  };
  if (workers === 0) {
    return tasks.map((task) => {
      const summary = runTask(task);
      finish(task);
      return summary;
    });
  }
  // Long tasks first, so that no worker is left with one at the end.
  const order = tasks.map((_, index) => index);
  order.sort((a, b) => tasks[b].activations - tasks[a].activations || a - b);
  const results = new Array<RunSummary>(tasks.length);
  await Promise.all(
    Array.from({ length: Math.min(workers, tasks.length) }, () =>
      drain(order, tasks, ({ index, summary }) => {
        results[index] = summary;
        finish(tasks[index]);
      }),
    ),
  );
  return results;
}

/** One worker that takes tasks from the front of `order` until none is left. */
async function drain(
  order: number[],
  tasks: readonly RunTask[],
  onReply: (reply: Reply) => void,
): Promise<void> {
  const worker = new Worker(new URL('./worker.js', import.meta.url));
  try {
    await new Promise<void>((resolve, reject) => {
      const next = (): void => {
        const index = order.shift();
        if (index === undefined) resolve();
        else worker.postMessage({ index, task: tasks[index] });
      };
      worker.on('message', (reply: Reply) => {
        onReply(reply);
        next();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`a worker ended with code ${code}`)));
      next();
    });
  } finally {
    await worker.terminate();
  }
}
