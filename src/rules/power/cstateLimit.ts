/** How deep the realtime pCPUs of a plan may sleep, and which words of the command line decide it. */
import { setParameter } from '../cmdlineEdit.js';
import { type KernelView, tokenOf } from '../kernelView.js';
import { hostDraft } from '../planFixes.js';
import type { Fix } from '../rule.js';
import type { Subject } from '../subject.js';

/** The deepest state if it is deeper than the first; undefined where none is or nothing idles. */
export function deepState({ plan, host }: Subject): string | undefined {
  if (host.realtime.length === 0 || plan.host.idle.kind === 'poll') return undefined;
  const { deepest } = plan.host.idle;
  const depth = plan.platform.cstates.findIndex(({ name }) => name === deepest);
  return depth > 0 ? deepest : undefined;
}

/** intel_idle was switched off, and acpi_idle takes over without a limit. */
export const fallsBackToAcpi = (view: KernelView): boolean =>
  tokenOf(view, 'intel_idle.max_cstate')?.value === '0' &&
  tokenOf(view, 'processor.max_cstate') === undefined;

/** A limit for acpi_idle where intel_idle is in charge. */
export const limitsWrongDriver = (view: KernelView, vendor: string): boolean =>
  vendor === 'intel' &&
  tokenOf(view, 'processor.max_cstate') !== undefined &&
  tokenOf(view, 'intel_idle.max_cstate') === undefined;

/** C1 at most, by whichever driver. */
export const limitToC1 =
  (shallowest: string): Fix =>
  (draft) => {
    const host = hostDraft(draft);
    if (host.idle?.deepest !== undefined) {
      host.idle.deepest = shallowest;
      return;
    }
    const line = setParameter(host.cmdline ?? '', 'processor.max_cstate', '1');
    host.cmdline = setParameter(line, 'intel_idle.max_cstate', '1');
  };
