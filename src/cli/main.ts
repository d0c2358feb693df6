#!/usr/bin/env node
import { processContext } from './context.js';
import { removePendingFiles } from './outputFiles.js';
import { runProgram } from './program.js';

// A reader that stops reading, as `head` does, is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

// Not process.exit: what was written to a pipe would be cut off.
process.exitCode = await runProgram(process.argv.slice(2), processContext(removePendingFiles));
