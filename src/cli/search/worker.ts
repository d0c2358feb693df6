/** A worker thread of a search: runs one chain a message, and says now and then what it has. */
import { parentPort, workerData } from 'node:worker_threads';
import { ChainRunner, type ChainTask } from '../../adversary/chain.js';
import type { NormalizedPlan } from '../../plan/normalized.js';

const runner = new ChainRunner(workerData as NormalizedPlan);

parentPort?.on('message', ({ index, task }: { index: number; task: ChainTask }) => {
  const result = runner.run(task, (sofar) => {
    parentPort?.postMessage({ index, result: sofar, ended: false });
  });
  parentPort?.postMessage({ index, result, ended: true });
});
