/** Mutants of KVM's rules that recorded guests must catch. */
import { type Mutant, mutantOf } from './mutant.js';

const mutant = mutantOf('kvm');

export const CONFORMANCE_KVM_MUTANTS: readonly Mutant[] = [
  mutant(
    'far-timer-forgotten',
    'hypervisor.ts',
    'dueNs === Number.POSITIVE_INFINITY && !this.traitsOf(cpu).hasFarTimer',
    'dueNs === Number.POSITIVE_INFINITY',
    'A guest stops its timer although its poll for machine checks waits for it.',
  ),
  mutant(
    'stop-reads-nothing',
    'hypervisor.ts',
    'vcpu.apicv[cpu] === 1 ? 2 : 3',
    '2',
    'Without APICv reading LVTT does not exit.',
  ),
  mutant(
    'polls-beside-others',
    'halt.ts',
    '  return m.rt.count[cpu] + m.fair.count[cpu] + m.deadlineCount[cpu] <= 1;\n',
    '  return m.rt.count[cpu] + m.fair.count[cpu] + m.deadlineCount[cpu] <= 99;\n',
    'A vCPU polls while another thread waits for its pCPU.',
  ),
  mutant(
    'never-polls',
    'halt.ts',
    'if (windowNs > 0 && singleTaskRunning',
    'if (windowNs > 1e9 && singleTaskRunning',
    'A halted vCPU blocks at once, whatever its window is.',
  ),
  mutant(
    'window-never-grows',
    'halt.ts',
    'if (haltPollGrow === 0) return;',
    'if (haltPollGrow >= 0) return;',
    'Short halts do not open the window of halt polling.',
  ),
  mutant(
    'halted-timer-wakes-nobody',
    'lapicTimer.ts',
    '  if (m.vcpu.blocked[vcpu] === 1) return pc - CALLBACK_KICK + CALLBACK_WAKE;\n',
    '',
    'The timer of a halted vCPU does not wake its thread.',
  ),
  mutant(
    'expiry-forgotten',
    'entry.ts',
    '  m.vcpu.requested[vcpu] |= IRQ_TIMER;\n',
    '',
    'An expiry is taken and not injected.',
  ),
  mutant(
    'halt-is-forgotten',
    'halt.ts',
    '  m.vcpu.halted[vcpu] = 1;\n  return blockHalted(m, vcpu, frame, lane);\n',
    '  return vcpuProgram(m, vcpu, VCPU_RUN);\n',
    'A guest that halts is entered again at once.',
  ),
];
