import { defineConfig } from 'vitest/config';
import { mutation } from './plugin.mjs';

// Used by run.mjs: tests see the source with one mutant's change.
export default defineConfig({
  plugins: [mutation(JSON.parse(process.env.ISOCHRON_MUTANT ?? '{}'))],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    setupFiles: ['test/setup.ts'],
    pool: 'threads',
  },
});
