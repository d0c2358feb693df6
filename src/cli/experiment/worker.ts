/** A worker thread of the pool: runs one task of an experiment a message. */
import { parentPort } from 'node:worker_threads';
import { type ExperimentTask, runExperimentTask } from './task.js';

parentPort?.on('message', ({ index, task }: { index: number; task: ExperimentTask }) => {
  parentPort?.postMessage({ index, outcome: runExperimentTask(task) });
});
