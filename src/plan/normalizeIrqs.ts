/**
 * Device interrupts of one kernel instance, hard or threaded. Source: kernel/irq/manage.c of 6.12
 * (forced threading, sched_set_fifo). Leaves out real vector numbers: a vector here only orders
 * interrupts that wait for the same CPU.
 */
import { constantLaw, ZERO_LAW } from '../base/law.js';
import type { Path } from '../platform/sourceTree.js';
import type { IrqPlan, LinePlan } from './normalized.js';
import { reportDuplicate } from './normalizeThreads.js';
import { fifo } from './policy.js';
import { readArrival } from './readArrival.js';
import type { IrqDoc } from './schemaThreads.js';
import type { Scope } from './scope.js';

/** Vectors of devices start here; below stand exceptions and reserved numbers. */
const FIRST_DEVICE_VECTOR = 0x30;
const DEVICE_VECTORS = 0xec - FIRST_DEVICE_VECTOR;
/** sched_set_fifo gives handler threads half of the highest realtime priority. */
const IRQ_THREAD_PRIORITY = 50;

export interface IrqDefaults {
  /** Affinity of an interrupt that states none. */
  readonly cpus: readonly number[];
  /** PREEMPT_RT or threadirqs: handlers run in threads. */
  readonly threaded: boolean;
  /** All CPUs, and those that managed interrupts avoid (isolcpus=managed_irq). */
  readonly all: readonly number[];
  readonly unmanaged: readonly number[];
}

/** `cost` is the handler; where the thread states its own `run`, `cost` is the primary handler. */
export function readIrqs(
  docs: readonly IrqDoc[] | undefined,
  path: Path,
  scope: Scope,
  defaults: IrqDefaults,
): IrqPlan[] {
  const names = new Set<string>();
  return (docs ?? []).map((doc, i) => {
    const at = [...path, i];
    reportDuplicate(names, doc.name, [...at, 'name'], 'interrupts', scope);
    const arrival = readArrival(doc, at, scope);
    if (!arrival) {
      const message = `interrupt ${doc.name} has neither \`rate\` nor \`every\``;
      scope.problems.error('plan/missing', at, message, 'add `rate: 100/s`');
    }
    const handler = readHandler(doc, doc.name, i, at, scope, defaults);
    return {
      ...(doc.managed ? managed(handler, defaults) : handler),
      arrival: arrival ?? { every: constantLaw(1_000_000_000) },
    };
  });
}

/**
 * irq_do_set_affinity: a managed interrupt whose mask has a housekeeping CPU stays off the others; one
 * whose mask has none keeps it. Neither irqaffinity= nor irqbalance has a say.
 */
function managed({ floats, ...line }: LinePlan, { all, unmanaged }: IrqDefaults): LinePlan {
  const mask = floats ? all : line.cpus;
  const kept = mask.filter((cpu) => !unmanaged.includes(cpu));
  return { ...line, cpus: kept.length > 0 ? kept : mask };
}

/** The handler of one interrupt; `number` orders those that state no Linux interrupt number. */
export function readHandler(
  doc: HandlerDoc,
  name: string,
  number: number,
  at: Path,
  scope: Scope,
  defaults: IrqDefaults,
): LinePlan {
  const thread = irqThread(doc, defaults);
  return {
    name,
    vector: FIRST_DEVICE_VECTOR + ((doc.irq ?? number) % DEVICE_VECTORS),
    cpus: doc.cpus === undefined ? defaults.cpus : scope.readCpus(doc.cpus, [...at, 'cpus']),
    ...(doc.cpus === undefined ? { floats: true } : {}),
    // Forced threading moves the handler into its thread; what stays only wakes it.
    hard: thread && doc.thread !== 'off' && !doc.thread?.run ? ZERO_LAW : doc.cost,
    ...(thread ? { thread } : {}),
    ...(doc.softirq ? { softirq: doc.softirq } : {}),
  };
}

type HandlerDoc = Pick<IrqDoc, 'irq' | 'cpus' | 'cost' | 'thread' | 'softirq'>;

function irqThread(doc: HandlerDoc, defaults: IrqDefaults): IrqPlan['thread'] {
  if (doc.thread === 'off' || (!doc.thread && !defaults.threaded)) return undefined;
  const scheduling = doc.thread?.policy ?? fifo(IRQ_THREAD_PRIORITY);
  return { scheduling, run: doc.thread?.run ?? doc.cost };
}
