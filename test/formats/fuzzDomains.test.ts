import { describe, it } from 'vitest';
import { fuzzDomains, fuzzHosts } from './fuzz.js';

// `fuzzDomains(1e5)` and `fuzzHosts(1e5)` run as a separate command.
describe('mutated files', () => {
  it('of domains give diagnostics or a plan that passes its check', () => {
    fuzzDomains(300);
  });

  it('of hosts give diagnostics or a plan that passes its check', () => {
    fuzzHosts(150);
  });
});
