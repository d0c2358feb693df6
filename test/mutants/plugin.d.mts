import type { Plugin } from 'vite';
import type { Mutant } from './mutant.js';

export function mutation(mutant: Pick<Mutant, 'file' | 'find' | 'replace'>): Plugin;
