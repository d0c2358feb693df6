import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHostTree } from '../../src/cli/hostTree.js';
import { temporaryFolder } from './startCli.js';

function host(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const FILES = {
  'proc/cmdline': 'quiet\n',
  'proc/kallsyms': 'not wanted',
  'proc/irq/0/smp_affinity_list': '0-1\n',
  'proc/irq/0/spurious': 'not wanted',
  'sys/devices/system/cpu/online': '0-1\n',
  'sys/devices/system/cpu/cpu0/topology/core_id': '0\n',
  'sys/devices/system/cpu/cpufreq/boost': 'not wanted',
  'sys/module/kvm/parameters/halt_poll_ns': '0\n',
  'sys/module/ext4/parameters/x': 'not wanted',
};

describe('readHostTree', () => {
  test('reads what it wants, by the names of the host, in order', () => {
    const tree = readHostTree(host(FILES), ['proc', 'irq', 'topology', 'kvm']);
    expect([...tree.files.keys()]).toEqual([
      'proc/cmdline',
      'proc/irq/0/smp_affinity_list',
      'sys/devices/system/cpu/online',
      'sys/devices/system/cpu/cpu0/topology/core_id',
      'sys/module/kvm/parameters/halt_poll_ns',
    ]);
    expect(tree.files.get('proc/cmdline')).toBe('quiet\n');
    expect(tree.skipped).toEqual([]);
  });

  test('reads a part of the host under the same names', () => {
    const root = host(FILES);
    const tree = readHostTree(join(root, 'proc/irq'), ['irq'], 'proc/irq');
    expect([...tree.files.keys()]).toEqual(['proc/irq/0/smp_affinity_list']);
  });

  test('follows links inside the directory only', () => {
    const root = host({ ...FILES, 'real/interrupts': 'inside' });
    const outside = host({ secret: 'outside' });
    symlinkSync('../real/interrupts', join(root, 'proc/interrupts'));
    symlinkSync(join(outside, 'secret'), join(root, 'proc/uptime'));
    const tree = readHostTree(root, ['proc']);
    expect(tree.files.get('proc/interrupts')).toBe('inside');
    expect(tree.files.has('proc/uptime')).toBe(false);
    expect(tree.skipped.map((d) => d.message)).toEqual([
      'is a link that leads out of the directory',
    ]);
  });

  test('follows no directory link, so that a circle ends', () => {
    const root = host(FILES);
    symlinkSync('..', join(root, 'proc/irq/1'));
    symlinkSync(host({ smp_affinity_list: '7' }), join(root, 'proc/irq/2'));
    const tree = readHostTree(root, ['irq']);
    expect([...tree.files.keys()]).toEqual(['proc/irq/0/smp_affinity_list']);
  });

  test('skips binary and overlong files, with the reason', () => {
    const root = host({
      'sys/devices/system/cpu/online': 'x'.repeat(70_000),
      'sys/devices/system/cpu/present': '0\0',
    });
    const tree = readHostTree(root, ['topology']);
    expect(tree.files.size).toBe(0);
    expect(tree.skipped.map((d) => d.code)).toEqual(['cli/skipped', 'cli/not-text']);
  });

  test('takes an empty directory for a host without facts', () => {
    expect(readHostTree(temporaryFolder(), ['proc', 'irq']).files.size).toBe(0);
  });
});
