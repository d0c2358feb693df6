import { cmdlineAt } from '../kernelView.js';
import { changeLists } from '../planFixes.js';
import type { Rule } from '../rule.js';

const LISTS = ['isolcpus', 'nohz_full', 'rcu_nocbs'];

export const bootCpu: Rule = {
  id: 'isolation/boot-cpu',
  severity: 'warning',
  title: 'The boot CPU is a housekeeping CPU',
  rationale:
    'The boot CPU keeps its tick and the time of the machine whatever nohz_full= says, and gets ' +
    'interrupts and kernel work that name no CPU.',
  source: 'kernel/sched/isolation.c, housekeeping_setup; kernel/time/tick-sched.c, tick_nohz_init',
  partition: true,
  covers: ['plan/boot-cpu'],
  find: ({ kernels }) =>
    kernels.flatMap((view) => {
      const [boot] = view.plan.cpus;
      const asked = view.isolated.includes(boot);
      const inNohz = view.facts.nohzFull !== undefined && view.tokens.some(isNohzFullWith(boot));
      if ((!asked && !inNohz) || view.plan.cpus.length === 1) return [];
      const present = LISTS.filter((key) => view.tokens.some((t) => t.key === key && t.value));
      return [
        {
          ...cmdlineAt(view),
          message: `the boot CPU ${boot} of ${view.owner} is in the isolated set`,
          remedy: `take CPU ${boot} out of ${present.join('=, ')}=`,
          fix: changeLists(view, present, { remove: [boot] }),
        },
      ];
    }),
};

/** The plan's own list has no boot CPU any more: the kernel took it out. */
const isNohzFullWith =
  (boot: number) =>
  ({ key, value }: { readonly key: string; readonly value?: string }) =>
    key === 'nohz_full' && new RegExp(`^${boot}([,-]|$)`).test(value ?? '');
