import { describe, it } from 'vitest';
import { fuzzDomains } from './fuzz.js';

describe('mutated domains', () => {
  it('give diagnostics or a plan that passes its check', () => {
    fuzzDomains(300);
  });
});
