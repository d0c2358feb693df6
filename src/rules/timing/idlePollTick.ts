import { removeWords, setParameter } from '../cmdlineEdit.js';
import { cpusText } from '../cpuSets.js';
import { cmdlineAt, tokenOf } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const idlePollTick: Rule = {
  id: 'timing/idle-poll-tick',
  severity: 'warning',
  title: 'A host with nohz_full= does not idle by polling',
  rationale:
    'Since 4.17 a CPU that idles by polling keeps its tick, nohz_full or not. A pCPU that idles ' +
    'between two activations is then interrupted HZ times a second. States down to C1 wake nearly as fast. ' +
    'In a guest idle=poll avoids VM exits, which is worth its tick.',
  source: 'kernel/sched/idle.c, do_idle: tick_nohz_idle_restart_tick before cpu_idle_poll',
  find({ host }) {
    const { plan } = host;
    const polls = plan.idle.kind === 'poll' && plan.flags.idlePollKeepsTick;
    if (!polls || plan.nohzFull.length === 0 || tokenOf(host, 'idle')?.value !== 'poll') return [];
    return [
      {
        ...cmdlineAt(host, tokenOf(host, 'idle')?.offset),
        message: `idle=poll keeps the tick on ${cpusText('pCPU', plan.nohzFull)} of nohz_full= whenever they idle`,
        remedy: 'write intel_idle.max_cstate=1 processor.max_cstate=1 instead of idle=poll',
        fix: editCmdline(host, (line) => {
          const bare = removeWords(line, ({ key }) => key === 'idle');
          return setParameter(
            setParameter(bare, 'intel_idle.max_cstate', '1'),
            'processor.max_cstate',
            '1',
          );
        }),
      },
    ];
  },
};
