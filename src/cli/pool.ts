/**
 * Runs tasks on worker threads. Results stand in the order of the tasks, and each is a function of
 * its task, so that the number of workers changes nothing but the time.
 */
import { Worker } from 'node:worker_threads';

/** What is run, here or in a worker that answers `{index, task}` with `{index, outcome}`. */
export interface Job<Task, Outcome> {
  readonly worker: URL;
  run(task: Task): Outcome;
  /** How long a task takes against others. */
  weight(task: Task): number;
}

export interface PoolOptions {
  /** 0: in this thread. */
  readonly workers: number;
  /** Called after each task with the weight that is done so far. */
  progress(doneWeight: number): void;
  /** Resolves when no further result is wanted. */
  readonly stop?: Promise<void>;
}

interface Reply<Outcome> {
  readonly index: number;
  readonly outcome: Outcome;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Rejects with the first failure. Results that were stopped are undefined. */
export async function runTasks<Task, Outcome>(
  tasks: readonly Task[],
  job: Job<Task, Outcome>,
  { workers, progress, stop }: PoolOptions,
): Promise<(Outcome | undefined)[]> {
  const results = new Array<Outcome | undefined>(tasks.length).fill(undefined);
  let done = 0;
  const finish = ({ index, outcome }: Reply<Outcome>): void => {
    results[index] = outcome;
    done += job.weight(tasks[index]);
    progress(done);
  };
  let stopped = false;
  const stopping = stop?.then(() => {
    stopped = true;
  });
  if (workers === 0) {
    for (let index = 0; index < tasks.length && !stopped; index++) {
      finish({ index, outcome: job.run(tasks[index]) });
      if (stop) await turn();
    }
    return results;
  }
  // Long tasks first, so that no worker is left with one at the end.
  const order = tasks.map((_, index) => index);
  order.sort((a, b) => job.weight(tasks[b]) - job.weight(tasks[a]) || a - b);
  await Promise.all(
    Array.from({ length: Math.min(workers, tasks.length) }, () =>
      drain(job.worker, order, tasks, finish, stopping),
    ),
  );
  return results;
}

/** One worker that takes tasks from the front of `order` until none is left. */
async function drain<Task, Outcome>(
  file: URL,
  order: number[],
  tasks: readonly Task[],
  onReply: (reply: Reply<Outcome>) => void,
  stopping: Promise<void> | undefined,
): Promise<void> {
  const worker = new Worker(file);
  try {
    await new Promise<void>((resolve, reject) => {
      stopping?.then(resolve);
      const next = (): void => {
        const index = order.shift();
        if (index === undefined) resolve();
        else worker.postMessage({ index, task: tasks[index] });
      };
      worker.on('message', (reply: Reply<Outcome>) => {
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
