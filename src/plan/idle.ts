/**
 * How an idle CPU waits: the deepest C-state that the plan, the command line and the platform
 * allow. Source: drivers/idle/intel_idle.c and drivers/acpi/processor_idle.c of 6.12.
 * Leaves out C-states that the firmware hides from ACPI.
 */
import { nearestName } from '../base/suggest.js';
import type { Cstate } from '../platform/platform.js';
import type { CmdlineFacts } from './commandLine.js';
import type { KernelPlan } from './normalized.js';
import type { KernelFieldsDoc } from './schemaKernel.js';
import type { Scope } from './scope.js';

/** The state of a CPU that executed HLT where nothing deeper is known. */
export const HALT_STATE = 'HLT';

export interface IdleFacts {
  readonly vendor: 'intel' | 'amd';
  /** States that the kernel can enter, shallowest first; empty: HLT only. */
  readonly cstates: readonly Cstate[];
}

export function readIdle(
  doc: KernelFieldsDoc,
  cmdline: CmdlineFacts,
  facts: IdleFacts,
  scope: Scope,
): Pick<KernelPlan, 'idle' | 'idleGovernor'> {
  const idleGovernor = doc.idle?.governor ?? 'menu';
  const stated = doc.idle?.deepest;
  if (stated !== undefined) {
    const names = ['poll', HALT_STATE, ...facts.cstates.map((state) => state.name)];
    if (!names.includes(stated)) {
      const near = nearestName(stated, names);
      const message = `no idle state is called "${stated}"`;
      const fix = near ? `write ${near}` : `use ${names.join(', ')}`;
      scope.problems.error('plan/cstate', [...scope.path, 'idle', 'deepest'], message, fix);
    }
    const kind = stated === 'poll' ? 'poll' : 'cstate';
    return { idle: { kind, deepest: stated }, idleGovernor };
  }
  if (cmdline.idle === 'poll') return { idle: { kind: 'poll', deepest: 'poll' }, idleGovernor };
  return {
    idle: { kind: 'cstate', deepest: deepestByCmdline(cmdline, facts, scope) },
    idleGovernor,
  };
}

function deepestByCmdline(cmdline: CmdlineFacts, facts: IdleFacts, scope: Scope): string {
  const { cstates } = facts;
  const shallowest = cstates[0]?.name ?? HALT_STATE;
  const deepest = cstates.at(-1)?.name ?? HALT_STATE;
  if (cmdline.idle === 'halt') return shallowest;
  const intelIdle = facts.vendor === 'intel' && cmdline.intelIdleMaxCstate !== 0;
  if (intelIdle) {
    warnUselessLimit(cmdline, scope);
    const limit = cmdline.intelIdleMaxCstate;
    return limit === undefined ? deepest : (cstates[limit - 1]?.name ?? deepest);
  }
  // acpi_idle: max_cstate=0 is read as 1.
  const limit = cmdline.processorMaxCstate;
  return limit !== undefined && limit <= 1 ? shallowest : deepest;
}

function warnUselessLimit(cmdline: CmdlineFacts, scope: Scope): void {
  if (cmdline.processorMaxCstate === undefined || cmdline.intelIdleMaxCstate !== undefined) return;
  const message = 'processor.max_cstate limits acpi_idle only, and intel_idle is in charge';
  const fix = 'add intel_idle.max_cstate=0, or write intel_idle.max_cstate=1 instead';
  scope.problems.warning('plan/max-cstate', [...scope.path, 'cmdline'], message, fix);
}
