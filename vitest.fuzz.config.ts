import { defineConfig } from 'vitest/config';

// `npm run fuzz`: more than 10^5 mutated inputs. Takes minutes, so it is no part of `npm test`.
export default defineConfig({
  test: {
    include: ['test/fuzz/*.fuzz.ts'],
    testTimeout: 3_600_000,
    setupFiles: ['test/setup.ts'],
    pool: 'threads',
  },
});
