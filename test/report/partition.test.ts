import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../src/report/partition.js';
import { planFixture } from './fixtures.js';

const parts = partitionOf(planFixture());

describe('partitionOf', () => {
  it('gives every pCPU its role', () => {
    expect(parts.map(({ pcpu, role }) => `${pcpu} ${role}`)).toEqual([
      '0 shared',
      '1 shared',
      '2 realtime',
      '3 realtime',
      '4 shared',
      '5 shared',
      '6 realtime',
      '7 spare',
    ]);
  });

  it('names what may run there, and whether it may move', () => {
    expect(parts[2].occupants).toEqual([
      { kind: 'vcpu', label: 'plc vCPU 2, SCHED_FIFO 90', realtime: true, pinned: true },
    ]);
    expect(parts[0].occupants.map(({ label, pinned }) => [label, pinned])).toEqual([
      ['plc vCPU 1, SCHED_OTHER', false],
      ['backup, SCHED_OTHER', false],
    ]);
    expect(parts[4].occupants.map(({ label }) => label)).toContain('IRQ 33 nvme0q1');
    expect(parts[6].occupants.map(({ kind }) => kind)).toEqual(['workload']);
  });

  it('knows siblings and isolation', () => {
    expect(parts[2].siblings).toEqual([6]);
    expect(parts.map(({ isolated }) => isolated)).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  it('tells isolated from shared when nothing is realtime', () => {
    const plan = planFixture();
    const guests = plan.guests.map((guest) => ({
      ...guest,
      vcpus: guest.vcpus.map((vcpu) => ({
        ...vcpu,
        scheduling: plan.guests[0].vcpus[0].scheduling,
      })),
    }));
    const roles = partitionOf({ ...plan, guests, workloads: [] }).map(({ role }) => role);
    expect(roles).toEqual([
      'shared',
      'shared',
      'dedicated',
      'dedicated',
      'shared',
      'shared',
      'spare',
      'spare',
    ]);
    const empty = partitionOf({ ...plan, guests: [], workloads: [] }).map(({ role }) => role);
    expect(empty[0]).toBe('housekeeping');
    expect(empty[2]).toBe('spare');
  });
});
