/** One row of the table of libvirtDomainSchema.ts, ways to write it, and the reasons that recur. */
import type { Disposition } from './account.js';

export interface SchemaRow {
  readonly path: string;
  /** Attributes of the element, separated by spaces. */
  readonly attributes?: string;
  readonly disposition: Disposition;
  /** Covers the whole subtree. */
  readonly below?: true;
  readonly reason?: string;
}

export function used(path: string, attributes?: string): SchemaRow {
  return { path, disposition: 'used', ...(attributes ? { attributes } : {}) };
}

export function kept(path: string, reason: string, attributes?: string): SchemaRow {
  return { path, disposition: 'kept', reason, ...(attributes ? { attributes } : {}) };
}

export function ignored(path: string, reason: string, attributes?: string): SchemaRow {
  return attributes
    ? { path, disposition: 'ignored', reason, attributes }
    : { path, disposition: 'ignored', reason, below: true };
}

export const NAMING = 'names or describes the guest';
export const BOOT = 'firmware and boot happen before anything is measured';
export const ADDRESS = 'where a device sits on its bus moves no CPU time';
export const STORAGE = 'where and how data is stored; only its threads are modelled';
export const NETWORK = 'how packets are routed; only who moves them is modelled';
export const EMULATED = 'details of an emulated device; its presence is counted';
export const LATER = 'read; the model does not use it yet';
export const SECURITY = 'labels and keys move no CPU time';
export const OTHER_HYPERVISOR = 'only for another hypervisor';
export const MACHINE = 'a detail of the virtual board that no modelled path depends on';
