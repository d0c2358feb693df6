import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readKernelCmdline } from '../../src/formats/kernelCmdline.js';

function read(text: string, lastCpu?: number) {
  return readKernelCmdline(text, 'cmdline', lastCpu === undefined ? {} : { lastCpu });
}
const codes = (text: string) => read(text).diagnostics.map((d) => d.code);

test('tokens keep order, duplicates and quotes; init has its own arguments', () => {
  const { value } = read('a-b=1 x="p q" "dyndbg=file k +p" a_b=2 y="z"w -- single --', 7);
  expect(value.tokens.map((t) => [t.key, t.value])).toEqual([
    ['a_b', '1'],
    ['x', 'p q'],
    ['dyndbg', 'file k +p'],
    ['a_b', '2'],
    ['y', 'z"w'],
  ]);
  expect(value.tokens[1]).toMatchObject({ raw: 'x="p q"', place: { line: 1, column: 7 } });
  expect(value.initArguments).toEqual(['single', '--']);
});

test('typed accessors', () => {
  const { value, diagnostics } = read(
    'BOOT_IMAGE=(hd0,gpt3)/boot/vmlinuz-6.12.0-55.el10.x86_64+rt isolcpus=domain,managed_irq,2-7 ' +
      'nohz_full=2-7 rcu_nocbs=2-N rcu_nocb_poll rcutree.kthread_prio=11 irqaffinity=0-1 ' +
      'idle=poll intel_idle.max_cstate=0 processor.max_cstate=1 nosmt=force mitigations=auto,nosmt ' +
      'tsc=reliable tsc=nowatchdog clocksource=tsc preempt=full threadirqs nosoftlockup nmi_watchdog=0 ' +
      'skew_tick=1 nohz=on audit=0 mce=off systemd.cpu_affinity=0,1 tuned.non_isolcpus=00000003 ' +
      'kvm.halt_poll_ns=0 kvm-intel.ple_gap=0 workqueue.unbound_cpus=0-1 intel_pstate=disable',
    7,
  );
  expect(diagnostics).toEqual([]);
  const cpus = [2, 3, 4, 5, 6, 7];
  expect(value).toMatchObject({
    kernelRelease: '6.12.0-55.el10.x86_64+rt',
    isolation: { domain: cpus, managedIrq: cpus, nohzFull: cpus },
    rcuNocbs: cpus,
    rcuNocbPoll: true,
    rcutreeKthreadPrio: 11,
    irqaffinity: [0, 1],
    idle: 'poll',
    intelIdleMaxCstate: 0,
    processorMaxCstate: 1,
    nosmt: 'force',
    mitigations: 'auto,nosmt',
    tsc: ['reliable', 'nowatchdog'],
    clocksource: 'tsc',
    preempt: 'full',
    threadirqs: true,
    nosoftlockup: true,
    nmiWatchdog: false,
    skewTick: true,
    nohz: true,
    audit: false,
    mce: 'off',
    systemdCpuAffinity: [0, 1],
    tunedNonIsolcpus: [0, 1],
    unboundWorkqueueCpus: [0, 1],
    intelPstate: 'disable',
  });
  expect([...value.kvmParameters]).toEqual([
    ['kvm.halt_poll_ns', '0'],
    ['kvm_intel.ple_gap', '0'],
  ]);
});

test('what is not on the line is absent, not a default', () => {
  expect(Object.keys(read('quiet').value).sort()).toEqual([
    'hugepages',
    'initArguments',
    'isolation',
    'kvmParameters',
    'nosoftlockup',
    'rcuNocbPoll',
    'threadirqs',
    'tokens',
    'tsc',
  ]);
});

test('isolcpus: flags replace the default, the first list of a type counts', () => {
  expect(read('isolcpus=2-3').value.isolation.domain).toEqual([2, 3]);
  const managed = read('isolcpus=managed_irq,2-3');
  expect(managed.value.isolation).toEqual({ domain: [], managedIrq: [2, 3], nohzFull: [] });
  expect(managed.diagnostics.map((d) => d.code)).toEqual(['cmdline/not-domain']);
  const twice = read('isolcpus=2-3 isolcpus=4-5');
  expect(twice.value.isolation.domain).toEqual([2, 3]);
  expect(twice.account.map((e) => e.disposition)).toEqual(['used', 'ignored']);
  expect(twice.diagnostics[0]).toMatchObject({
    code: 'cmdline/isolation-conflict',
    place: { column: 14 },
  });
  expect(codes('isolcpus=2-3 isolcpus=2-3')).toEqual([]);
  // Other types add up, but one clash drops the whole later parameter.
  const mixed = read('isolcpus=2-3 isolcpus=domain,managed_irq,4-5 isolcpus=managed_irq,6');
  expect(mixed.value.isolation).toEqual({ domain: [2, 3], managedIrq: [6], nohzFull: [] });
  expect(read('isolcpus=nohz,domain,2').value.isolation.nohzFull).toEqual([2]);
  expect(read('nohz_full=2-3 isolcpus=nohz,4').value.isolation.nohzFull).toEqual([2, 3]);
  expect(read('isolcpus=domain,irq,2').value.isolation.domain).toEqual([2]);
  expect(codes('isolcpus=domain,irq,2')).toEqual(['cmdline/isolcpus-flag']);
  expect(read('isolcpus=irq3,2').value.isolation.domain).toEqual([]);
  // A list that starts with a letter is taken for a flag.
  expect(codes('isolcpus=all')).toEqual(['cmdline/isolcpus-flag', 'cmdline/empty-list']);
});

test('slips seen on real lines are warnings with a fix', () => {
  expect(codes('isolcpus=2-7 irqaffinity=0-3')).toEqual(['cmdline/irqaffinity-isolated']);
  expect(codes('nohz_full=')).toEqual(['cmdline/empty-list']);
  expect(codes('nohz_full')).toEqual(['cmdline/empty-list']);
  expect(codes('isolcpus=0-3')).toEqual(['cmdline/cpu0-isolated']);
  expect(codes('isolcpus=0-3 nohz_full=0-3')).toEqual(['cmdline/cpu0-isolated']);
  expect(read('nohz_full=0-3').value.isolation.nohzFull).toEqual([1, 2, 3]);
  expect(codes('nohz_full=0-3')).toEqual(['cmdline/cpu0-isolated']);
  expect(codes('isolcpus=2-7 nohz_full=3-7')).toEqual(['cmdline/isolation-differs']);
  expect(codes('intel_iommu=pt')).toEqual(['cmdline/intel-iommu-pt']);
  expect(codes('intel_idle.max_cstate=0')).toEqual(['cmdline/acpi-idle']);
  expect(codes('intel_idle.max_cstate=0 idle=poll')).toEqual([]);
  expect(codes('processor.max_cstate=0')).toEqual(['cmdline/max-cstate-0']);
  expect(codes('kthread_cpus=0-1')).toEqual(['cmdline/downstream-only']);
  expect(codes('isolcpus=1-3,^2')).toEqual(['cmdline/cpu-list']);
  expect(codes('rcu_nocbs=N')).toEqual(['cmdline/cpu-list']);
  expect(codes('skew_tick=maybe')).toEqual(['cmdline/not-a-switch']);
  expect(codes('rcutree.kthread_prio=high')).toEqual(['cmdline/not-a-number']);
  expect(codes('x="never closed nohz_full=1')).toEqual(['cmdline/open-quote']);
  const misspelt = read('nohzfull=2 isolcpu=2 maxcpus=4 nosmap amd_pstate=active').diagnostics;
  expect(misspelt.map((d) => d.fix)).toEqual(['write nohz_full', 'write isolcpus']);
});

test('huge pages belong to the size before them', () => {
  const { value } = read(
    'hugepages=8 default_hugepagesz=1G hugepages=4 hugepagesz=2M hugepages=0:16,1:32',
  );
  expect(value.defaultHugepageBytes).toBe(2 ** 30);
  expect(value.hugepages).toEqual([
    { count: 8 },
    { sizeBytes: 2 ** 30, count: 4 },
    { sizeBytes: 2 ** 21, count: 16, node: 0 },
    { sizeBytes: 2 ** 21, count: 32, node: 1 },
  ]);
  expect(codes('hugepagesz=2X hugepages=many')).toEqual(['cmdline/hugepages', 'cmdline/hugepages']);
});

test('the account has one entry a token, in order', () => {
  const { account } = read('quiet idle=halt idle=poll foo=1 rd.lvm=1');
  expect(account).toEqual([
    { path: 'token[0] quiet', disposition: 'ignored', reason: expect.any(String) },
    { path: 'token[1] idle', disposition: 'ignored', reason: 'repeated: the last one counts' },
    { path: 'token[2] idle', disposition: 'used' },
    { path: 'token[3] foo', disposition: 'kept' },
    { path: 'token[4] rd.lvm', disposition: 'ignored', reason: expect.any(String) },
  ]);
});

test('what is no command line is refused', () => {
  expect(codes('a\nb\nc\nd\ne\n')).toEqual(['cmdline/not-a-command-line']);
  expect(codes('\u0000\u0001')).toEqual(['cmdline/not-a-command-line']);
  expect(codes('x'.repeat(70_000))).toEqual(['cmdline/not-a-command-line']);
  expect(codes(`quiet ${'a=1 '.repeat(600)}`)).toEqual(['cmdline/cut']);
  expect(codes('')).toEqual([]);
});

test('any line is read without a throw and each token is accounted for once', () => {
  const piece = fc.constantFrom(
    'isolcpus',
    'nohz_full',
    'hugepages',
    'tsc',
    '__proto__',
    'kvm.',
    '=',
    ',',
    '"',
    ' ',
    '--',
    '0-3',
    'managed_irq',
    'N',
    '-',
    '1G',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const { value, account, diagnostics } = read(pieces.join(''), 7);
      expect(account.length).toBe(value.tokens.length);
      for (const entry of account) {
        if (entry.disposition === 'ignored') expect(entry.reason).toBeTruthy();
      }
      for (const d of diagnostics) expect(d.place?.column).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});
