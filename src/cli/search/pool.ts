/**
 * Runs the chains of a search on worker threads. Chains depend on their task alone and results are
 * taken by the number of the task, so the number of workers changes nothing but the time.
 */
import { Worker } from 'node:worker_threads';
import { type ChainResult, ChainRunner, type ChainTask } from '../../adversary/chain.js';
import type { NormalizedPlan } from '../../plan/normalized.js';

export interface Reply {
  readonly index: number;
  readonly result: ChainResult;
  readonly ended: boolean;
}

/** Workers that know the plan; stop them when the search is over. */
export class ChainPool {
  private readonly workers: Worker[];
  private readonly local: ChainRunner | undefined;
  private stopped = false;

  /** `count` 0: in this thread. */
  constructor(plan: NormalizedPlan, count: number) {
    this.local = count === 0 ? new ChainRunner(plan) : undefined;
    const file = new URL('./worker.js', import.meta.url);
    this.workers = Array.from({ length: count }, () => new Worker(file, { workerData: plan }));
  }

  /** Runs all tasks; resolves early, with what was reported until then, once stopped. */
  async run(tasks: readonly ChainTask[], report: (reply: Reply) => void): Promise<void> {
    if (this.local) {
      await this.runHere(this.local, tasks, report);
      return;
    }
    const order = tasks.map((_, index) => index);
    await Promise.all(this.workers.map((worker) => this.drain(worker, order, tasks, report)));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private async runHere(
    runner: ChainRunner,
    tasks: readonly ChainTask[],
    report: (reply: Reply) => void,
  ): Promise<void> {
    for (const [index, task] of tasks.entries()) {
      if (this.stopped) return;
      report({ index, result: runner.run(task), ended: true });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** One worker that takes tasks from the front of `order` until none is left. */
  private drain(
    worker: Worker,
    order: number[],
    tasks: readonly ChainTask[],
    report: (reply: Reply) => void,
  ): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const done = (error?: Error): void => {
        worker.off('message', onMessage);
        worker.off('error', done);
        worker.off('exit', onExit);
        if (error && !this.stopped) reject(error);
        else resolve();
      };
      const onExit = (code: number): void => done(new Error(`a worker ended with code ${code}`));
      const onMessage = (reply: Reply): void => {
        report(reply);
        if (reply.ended) next();
      };
      const next = (): void => {
        const index = order.shift();
        if (index === undefined || this.stopped) done();
        else worker.postMessage({ index, task: tasks[index] });
      };
      worker.on('message', onMessage);
      worker.on('error', done);
      worker.on('exit', onExit);
      next();
    });
  }
}
