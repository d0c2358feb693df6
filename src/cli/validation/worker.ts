/** A worker thread of the pool: runs one task a message. */
import { parentPort } from 'node:worker_threads';
import { type RunTask, runTask } from './task.js';

parentPort?.on('message', ({ index, task }: { index: number; task: RunTask }) => {
  parentPort?.postMessage({ index, outcome: runTask(task) });
});
