/** What a timeline shows. */
import { expect, test } from 'vitest';
import { atWork, type TimelineStep } from '../../src/adversary/timeline.js';

test('CPUs with nothing to do are left out, leaving a C-state is not', () => {
  const step = (context: string, name: string): TimelineStep => ({
    fromNs: 0,
    durationNs: 10,
    pcpu: 0,
    context,
    step: name,
    kernelFunction: null,
    irqOff: false,
  });
  const steps = [
    step('p0 idle', 'idle'),
    step('g/0 idle', 'idle'),
    step('p0 idle', 'C_CSTATE'),
    step('thread idle', 'run'),
    step('p0 irq', 'C_HIRQ'),
  ];
  expect(atWork(steps)).toEqual(steps.slice(2));
});
