import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { HostFacts, ImportOptions } from '../../src/formats/importModel.js';
import { type ImportInputs, importPlan } from '../../src/formats/importPlan.js';
import { readSysfsTopology } from '../../src/formats/topologySysfs.js';
import type { PlanDocument } from '../../src/plan/schema.js';
import { domainXml, REALTIME_DOMAIN } from './domainFixture.js';
import { platforms, prepare } from './importSetup.js';

const realtime = { text: REALTIME_DOMAIN, file: 'vm.xml' };

function run(inputs: Partial<ImportInputs>, options: Partial<ImportOptions> = {}) {
  return importPlan({ domains: [], ...inputs }, { platforms, ...options });
}

/** The plan as data; it must also pass the plan's own check. */
function planOf(inputs: Partial<ImportInputs>, options: Partial<ImportOptions> = {}): PlanDocument {
  const { yaml, diagnostics } = run(inputs, options);
  if (yaml === undefined) throw new Error(diagnostics.map((d) => d.message).join('\n'));
  const errors = prepare(yaml).diagnostics.filter((d) => d.severity === 'error');
  expect(errors).toEqual([]);
  return parse(yaml) as PlanDocument;
}

const assumedPaths = (plan: PlanDocument) => (plan.assumed ?? []).map(({ path }) => path);

/** `count` CPUs in one socket, sibling pairs 0-1, 2-3, ... */
function topology(count: number): ImportInputs['topology'] {
  const files = new Map<string, string>();
  for (let cpu = 0; cpu < count; cpu += 1) {
    const folder = `sys/devices/system/cpu/cpu${cpu}/topology`;
    const first = cpu - (cpu % 2);
    files.set(`${folder}/core_id`, String(first / 2));
    files.set(`${folder}/physical_package_id`, '0');
    files.set(`${folder}/thread_siblings_list`, `${first}-${first + 1}`);
  }
  return { reading: readSysfsTopology(files, 'sys'), file: 'sys' };
}

describe('a guest', () => {
  const plan = planOf({ domains: [realtime] });

  it('has the threads, the memory and the CPU of its domain', () => {
    expect(plan.guests?.[0]).toEqual({
      name: 'rt1',
      vcpus: [
        { id: 0, cpus: 4, policy: 'other' },
        { id: 1, cpus: 5, policy: 'other' },
        { id: 2, cpus: 6, policy: 'fifo:1' },
        { id: 3, cpus: 7, policy: 'fifo:1' },
      ],
      emulator: { cpus: '0,2-3', policy: 'fifo:2' },
      iothreads: [{ id: 1, cpus: 2, policy: 'rr:3' }],
      memory: { size: '4GiB', hugepages: '1GiB', locked: true, nosharepages: true },
      cpu: {
        hintDedicated: true,
        pollControl: true,
        pmu: false,
        features: { 'tsc-deadline': true, x2apic: false, invtsc: true },
      },
      hardware: [
        { kind: 'network', name: 'net0', backend: 'vhost-net' },
        { kind: 'network', name: 'net1', backend: 'vhost-user' },
        { kind: 'disk', name: 'vda', iothread: true },
      ],
      kernel: { preset: '6.12-rt' },
    });
  });

  it('is measured by cyclictest on its realtime vCPUs, marked as assumed, without requirements', () => {
    expect(plan.workloads).toEqual([
      {
        id: 'rt1-cyclictest',
        kind: 'cyclictest',
        on: 'rt1',
        cpus: '2-3',
        policy: 'fifo:95',
        interval: '1ms',
      },
    ]);
    expect(assumedPaths(plan)).toContain('workloads[0]');
    expect(plan.requirements).toBeUndefined();
  });

  const measured = (parts: Parameters<typeof domainXml>[0]) =>
    planOf({ domains: [{ text: domainXml(parts), file: 'vm.xml' }] }).workloads?.[0].cpus;

  it('is measured on its pinned vCPUs if none is realtime, else on vCPU 0', () => {
    expect(measured({ cputune: "<vcpupin vcpu='1' cpuset='2'/>" })).toBe(1);
    expect(measured({ vcpu: "<vcpu cpuset='2-3'>2</vcpu>" })).toBe('0-1');
    expect(measured({})).toBe(0);
  });

  it('is numbered as its own kernel does when vCPUs are offline', () => {
    const { guests } = planOf({
      domains: [
        {
          text: domainXml({
            vcpu: "<vcpu current='2'>4</vcpu><vcpus><vcpu id='1' enabled='no'/><vcpu id='3' enabled='yes'/></vcpus>",
            cputune: "<vcpupin vcpu='3' cpuset='9'/>",
          }),
          file: 'vm.xml',
        },
      ],
    });
    expect(guests?.[0].vcpus.map(({ id, cpus }) => [id, cpus])).toEqual([
      [0, '0-63'],
      [1, 9],
    ]);
  });

  it('may run on every CPU that is not isolated where it has no pin', () => {
    const { guests } = planOf({
      cmdline: { text: 'isolcpus=domain,managed_irq,4-63\n', file: 'cmdline' },
      domains: [{ text: domainXml(), file: 'vm.xml' }],
    });
    expect(guests?.[0].vcpus[0].cpus).toBe('0-3');
    expect(guests?.[0].emulator?.cpus).toBe('0-3');
  });

  it('keeps HLT, MWAIT and PAUSE to itself with cpu-pm=on', () => {
    const text = domainXml({
      more: `<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
        <qemu:arg value='-overcommit'/><qemu:arg value='cpu-pm=on'/></qemu:commandline>`,
    });
    const { guests } = planOf({ domains: [{ text, file: 'vm.xml' }] });
    expect(guests?.[0].cpu?.passthrough).toEqual(['hlt', 'mwait', 'pause', 'cstate']);
  });

  it('takes the command line that libvirt boots it with, cut to its vCPUs', () => {
    const text =
      "<domain type='kvm'><vcpu>2</vcpu><os><type>hvm</type><cmdline>nohz_full=1-7 idle=poll</cmdline></os></domain>";
    const { guests } = planOf({ domains: [{ text, file: 'vm.xml' }] });
    expect(guests?.[0].cmdline).toBe('nohz_full=1 idle=poll');
  });

  it('gets a valid and unique name', () => {
    const named = (name: string) => ({ text: domainXml({ name }), file: 'vm.xml' });
    const { guests, workloads } = planOf({
      domains: [named('a b/c'), named('a b/c'), named('host'), named('x'.repeat(200))],
    });
    expect(guests?.map(({ name }) => name)).toEqual(['a-b-c', 'a-b-c-2', 'host-2', 'x'.repeat(48)]);
    expect(new Set(workloads?.map(({ id }) => id)).size).toBe(4);
  });
});

describe('the topology', () => {
  it('is the stated one', () => {
    const plan = planOf({ topology: topology(8), domains: [realtime] });
    expect(plan.host?.topology).toEqual({
      cores: ['0-1', '2-3', '4-5', '6-7'],
      sockets: ['0-7'],
      nodes: ['0-7'],
      llcs: ['0-7'],
    });
    // The listing has neither nodes nor caches.
    expect(assumedPaths(plan)).toEqual(
      expect.arrayContaining(['host.topology.nodes', 'host.topology.llcs']),
    );
  });

  it("is the platform's where none is stated, as far as it is large enough", () => {
    const plan = planOf({ domains: [realtime] });
    expect(plan.host?.topology).toBeUndefined();
    expect(plan.assumed).toContainEqual({
      path: 'host.topology',
      reason: 'no file states it; it is the one of icelake-sp-6.12-rt',
    });
  });

  it('is made large enough otherwise, and marked', () => {
    const text = domainXml({ cputune: "<vcpupin vcpu='0' cpuset='525'/>" });
    const plan = planOf({ domains: [{ text, file: 'vm.xml' }] });
    expect(plan.host?.topology).toEqual({ sockets: 2, coresPerSocket: 263 });
    expect(assumedPaths(plan)).toContain('host.topology');
  });

  it('loses CPUs that it does not have, with a warning', () => {
    const text = domainXml({ cputune: "<vcpupin vcpu='0' cpuset='3,9'/>" });
    const inputs = { topology: topology(8), domains: [{ text, file: 'vm.xml' }] };
    expect(planOf(inputs).guests?.[0].vcpus[0].cpus).toBe(3);
    const [problem] = run(inputs).diagnostics;
    expect(problem).toMatchObject({ code: 'import/cpu-outside', severity: 'warning' });
    expect(problem.message).toContain('CPU 9');
  });

  it('refuses a pin of which nothing is left', () => {
    const text = domainXml({ cputune: "<vcpupin vcpu='0' cpuset='9'/>" });
    const result = run({ topology: topology(8), domains: [{ text, file: 'vm.xml' }] });
    expect(result.yaml).toBeUndefined();
    expect(result.diagnostics[0]).toMatchObject({ code: 'import/cpu-outside', severity: 'error' });
    expect(result.diagnostics[0].fix).toContain('0-7');
  });
});

describe('the kernel and the platform', () => {
  const chosen = (release: HostFacts['kernelRelease'], options: Partial<ImportOptions> = {}) => {
    const { platform, host } = planOf(
      release === undefined ? {} : { kernelRelease: release },
      options,
    );
    return [platform, host?.kernel?.preset, host?.kernel?.preemption];
  };

  it.each([
    ['6.12.30-rt8-amd64', 'icelake-sp-6.12-rt', '6.12-rt', undefined],
    ['5.14.0-427.59.1.el9_4.x86_64+rt', 'ocp-worker-5.14-rt', '5.14-rt', undefined],
    ['5.14.0-427.el9.x86_64', 'ocp-worker-5.14-rt', '5.14-rt', 'voluntary'],
    ['6.7.1', 'icelake-sp-6.12-rt', '6.6', undefined],
    ['3.10.0-1160.rt56.1131.el7.x86_64', 'icelake-sp-6.12-rt', '4.1-rt', undefined],
  ])('of release %s', (release, platform, preset, preemption) => {
    expect(chosen(release)).toEqual([platform, preset, preemption]);
  });

  it('come from BOOT_IMAGE if nothing else tells the release', () => {
    const { host, assumed } = planOf({
      cmdline: { text: 'BOOT_IMAGE=(hd0,gpt3)/boot/vmlinuz-6.12.1-rt2 ro', file: 'cmdline' },
    });
    expect(host?.kernel?.preset).toBe('6.12-rt');
    expect(assumed?.map(({ path }) => path)).not.toContain('host.kernel');
  });

  it('take the platform that was asked for, and refuse an unknown one', () => {
    expect(chosen(undefined, { platform: 'haswell-ep-4.4-rt' })[0]).toBe('haswell-ep-4.4-rt');
    const { yaml, diagnostics } = run({}, { platform: 'pdp11' });
    expect(yaml).toBeUndefined();
    expect(diagnostics[0].fix).toContain('icelake-sp-6.12-rt');
  });
});

describe('the command line', () => {
  it('is kept, but its lists are cut to the CPUs that exist', () => {
    const text = 'quiet isolcpus=domain,managed_irq,2-99 nohz_full=90-99 rcu_nocbs=2-7\n';
    const inputs = { topology: topology(8), cmdline: { text, file: 'cmdline' } };
    expect(planOf(inputs).host?.cmdline).toBe(
      'quiet isolcpus=domain,managed_irq,2-7 rcu_nocbs=2-7',
    );
    const cut = run(inputs).diagnostics.filter((d) => d.code === 'import/cmdline-cpus');
    expect(cut.map((d) => d.severity)).toEqual(['warning', 'warning']);
  });
});

describe('hostile command lines', () => {
  const cmdlineOf = (text: string) =>
    planOf({ topology: topology(8), cmdline: { text, file: 'cmdline' } }).host?.cmdline;

  it('lose unreadable lists wherever they stand, repeated or quoted', () => {
    expect(
      cmdlineOf('isolcpus=0-4294967295 a isolcpus=0-4294967295 "nohz_full=2-99" b isolcpus=nohz'),
    ).toBe('a nohz_full=2-7 b');
  });

  it('lose control characters', () => {
    expect(cmdlineOf('a\u007fb\u0086c')).toBe('a?b?c');
    expect(cmdlineOf('\u0086 rcu_nocbs=1')).toBe('? rcu_nocbs=1');
  });
});

describe('KVM parameters', () => {
  it('are kept where a plan has a place for them; the module files win over the command line', () => {
    const { host } = planOf({
      cmdline: { text: 'kvm.halt_poll_ns=7 kvm-intel.ple_gap=0', file: 'cmdline' },
      kvmParameters: {
        source: new Map([
          ['sys/module/kvm/parameters/halt_poll_ns', '0\n'],
          ['sys/module/kvm/parameters/ignore_msrs', 'N\n'],
          ['sys/module/kvm_intel/parameters/enable_apicv', 'Y\n'],
        ]),
        file: 'sys/module',
      },
    });
    expect(host?.kvm).toEqual({ halt_poll_ns: 0, ple_gap: 0, enable_apicv: 'Y' });
  });
});

const INTERRUPTS = `           CPU0       CPU1       CPU4
  1:          9          0          0   IO-APIC   1-edge      i8042
 40:       6000        600          0   PCI-MSI 524288-edge      eth0-rx-0
 41:          0      36000          0   PCI-MSI 524289-edge      eth0-rx-1
 42:          0      18000          0   PCI-MSI 524290-edge      nvme0q1
 43:          0          5          0   PCI-MSI 524291-edge      nvme0q2
 44:          0          0          0   PCI-MSI 524292-edge      idle
LOC:    3600000      36000         10   Local timer interrupts
ERR:          0
`;
const AFFINITY = 'proc/irq/40/smp_affinity_list\t0-4\nproc/irq/40/effective_affinity_list\t4\n';

describe('device interrupts', () => {
  const inputs = {
    interrupts: { text: INTERRUPTS, file: 'interrupts' },
    irqTree: { source: AFFINITY, file: 'irq.tsv' },
  };
  const rows = (more: Partial<ImportInputs>, options: Partial<ImportOptions> = {}) =>
    (planOf({ ...inputs, ...more }, options).host?.irqs ?? []).map(({ name, cpus, rate }) => [
      name,
      cpus,
      rate,
    ]);

  it('go to their effective CPU at the rate of their count over the uptime', () => {
    expect(rows({ uptimeSeconds: 3600 })).toEqual([
      ['i8042', 0, '9/h'],
      ['eth0-rx-1', 1, '10/s'],
      ['nvme0q1', 1, '5/s'],
      ['nvme0q2', 1, '5/h'],
      ['eth0-rx-0', 4, '1.83/s'],
    ]);
  });

  it('are summed beyond the number to list', () => {
    expect(rows({ uptimeSeconds: 3600 }, { irqsPerCpu: 1 })).toContainEqual([
      'other-irqs-cpu1',
      1,
      '5/s',
    ]);
  });

  it('have assumed rates without an uptime, by the busiest tick at the HZ of the preset', () => {
    // 3,600,000 ticks at 250 Hz are four hours: a quarter of the rate above.
    expect(rows({})[1]).toEqual(['eth0-rx-1', 1, '2.5/s']);
    const rateReasons = (more: Partial<ImportInputs>) =>
      (planOf({ ...inputs, ...more }).assumed ?? [])
        .map(({ reason }) => reason)
        .filter((reason) => reason.startsWith('rates'));
    expect(rateReasons({})).toEqual([
      'rates: no uptime is known; 3600000 local timer interrupts at 250 Hz stand for it',
    ]);
    expect(rateReasons({ uptimeSeconds: 60 })).toEqual([]);
  });

  it('keep their counts in comments, as do the local timers', () => {
    const { yaml } = run(inputs);
    expect(yaml).toMatch(/name: eth0-rx-0.*# fired 6600 times, in the past also on CPU 0-1/);
    expect(yaml).toMatch(/^# Local timer interrupts since boot: 10 to 3600000 a CPU on 3 CPUs/m);
  });
});

describe('the result', () => {
  it('marks each assumption with a comment where it stands', () => {
    const { yaml } = run({ domains: [realtime] });
    const { assumed } = parse(yaml ?? '') as PlanDocument;
    expect(assumed?.length).toBeGreaterThan(4);
    for (const { reason } of assumed ?? []) expect(yaml).toContain(`assumed: ${reason}`);
  });

  it('does not let names from files break out of a comment', () => {
    const text = domainXml({ name: 'a\nplatform: evil\r#' });
    const { yaml } = run({ domains: [{ text, file: 'vm\n\ufffd.xml' }] });
    expect(prepare(yaml ?? '').plan).toBeDefined();
    expect((parse(yaml ?? '') as PlanDocument).platform).toBe('icelake-sp-6.12-rt');
  });

  it('is absent if any file has an error, and every problem is told at once', () => {
    const bad = { text: domainXml({ cputune: "<emulatorpin cpuset='x'/>" }), file: 'bad.xml' };
    const { yaml, diagnostics } = run({
      interrupts: { text: 'junk', file: 'interrupts' },
      domains: [bad, realtime, { text: '', file: 'empty.xml' }],
    });
    expect(yaml).toBeUndefined();
    const files = diagnostics.filter((d) => d.severity === 'error').map((d) => d.place?.file);
    expect(files).toEqual(['interrupts', 'bad.xml', 'empty.xml']);
  });

  it('has an account of each file', () => {
    const { account } = run({
      cmdline: { text: 'quiet', file: 'cmdline' },
      domains: [realtime],
    });
    expect(account.map(({ file }) => file)).toEqual(['cmdline', 'vm.xml']);
    for (const { entries } of account) expect(entries.length).toBeGreaterThan(0);
  });

  it('is the same text every time', () => {
    expect(run({ domains: [realtime] }).yaml).toBe(run({ domains: [realtime] }).yaml);
  });
});
