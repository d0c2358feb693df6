import { describe, expect, it } from 'vitest';
import { readLibvirtDomain } from '../../src/formats/libvirtDomain.js';
import type { LibvirtDomain } from '../../src/formats/libvirtDomainModel.js';
import { type DomainParts, domainXml, REALTIME_DOMAIN } from './domainFixture.js';

function read(parts: DomainParts | string = {}) {
  const text = typeof parts === 'string' ? parts : domainXml(parts);
  return readLibvirtDomain(text, 'vm.xml');
}

function domainOf(parts: DomainParts | string = {}): LibvirtDomain {
  const { domain, diagnostics } = read(parts);
  if (!domain) throw new Error(diagnostics.map((d) => `${d.path} ${d.message}`).join('\n'));
  return domain;
}

/** `severity code` of every problem. */
function told(parts: DomainParts | string): string[] {
  return read(parts).diagnostics.map((d) => `${d.severity} ${d.code}`);
}

describe('a realtime domain', () => {
  const domain = domainOf(REALTIME_DOMAIN);

  it('says where each thread runs and who schedules it', () => {
    expect(domain.vcpus.map((vcpu) => vcpu.cpus)).toEqual([[4], [5], [6], [7]]);
    expect(domain.vcpus.map((vcpu) => vcpu.scheduling.scheduler)).toEqual([
      'other',
      'other',
      'fifo',
      'fifo',
    ]);
    expect(domain.vcpus[2].scheduling.priority).toBe(1);
    expect(domain.emulator).toEqual({
      cpus: [0, 2, 3],
      scheduling: { scheduler: 'fifo', priority: 2 },
    });
    expect(domain.iothreads).toEqual([
      { id: 1, cpus: [2], scheduling: { scheduler: 'rr', priority: 3 } },
    ]);
  });

  it('says how the memory is backed', () => {
    expect(domain.memory).toEqual({
      bytes: 4 * 1024 ** 3,
      locked: true,
      nosharepages: true,
      hugepages: [{ bytes: 1024 ** 3 }],
    });
  });

  it('says what the guest sees of KVM', () => {
    expect(domain.features).toMatchObject({
      pmu: false,
      hintDedicated: true,
      pollControl: true,
      ioapic: 'qemu',
    });
    expect(domain.cpu.mode).toBe('host-passthrough');
    expect(domain.cpu.migratable).toBe(false);
    expect([...domain.cpu.features]).toEqual([
      ['tsc-deadline', 'require'],
      ['x2apic', 'disable'],
    ]);
    expect(domain.timers).toEqual([{ name: 'hpet', present: false }]);
  });

  it('says who moves packets and blocks', () => {
    expect(domain.devices.interfaces.map(({ backend, queues }) => [backend, queues])).toEqual([
      ['vhost-net', 2],
      ['vhost-user', 1],
    ]);
    expect(domain.devices.disks).toEqual([
      { target: 'vda', bus: 'virtio', iothreads: [1], queues: undefined },
    ]);
    expect(domain.devices.memballoon).toBe('none');
    expect([...domain.devices.others]).toEqual([['console', 1]]);
  });
});

describe('pinning', () => {
  it('takes vcpu@cpuset where a thread has no pin of its own', () => {
    const domain = domainOf({
      vcpu: "<vcpu cpuset='2-4,^3'>2</vcpu>",
      cputune: "<vcpupin vcpu='1' cpuset='9'/>",
      more: '<iothreads>1</iothreads>',
    });
    expect(domain.vcpus.map(({ cpus, cpusFrom }) => [cpus, cpusFrom])).toEqual([
      [[2, 4], 'cpuset'],
      [[9], 'vcpupin'],
    ]);
    expect(domain.emulator.cpus).toEqual([2, 4]);
    expect(domain.iothreads[0].cpus).toEqual([2, 4]);
  });

  it('leaves a thread without any pin unbound', () => {
    expect(domainOf().vcpus[0]).toMatchObject({ cpus: undefined, cpusFrom: 'nothing' });
  });

  it('ignores cpuset under automatic placement, and says the placement is unknown', () => {
    const auto = { vcpu: "<vcpu placement='auto' cpuset='1'>2</vcpu>" };
    expect(domainOf(auto).vcpus[0].cpus).toBeUndefined();
    expect(told(auto)).toEqual(['warning libvirt/placement-unknown']);
  });

  it.each([
    ["<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='0' cpuset='2'/>", 'libvirt/duplicate-pin'],
    ["<emulatorpin cpuset='1'/><emulatorpin cpuset='1'/>", 'libvirt/duplicate-pin'],
    ["<iothreadpin iothread='1' cpuset='1'/>", 'libvirt/missing-iothread'],
    ["<iothreadpin iothread='0' cpuset='1'/>", 'libvirt/number'],
    ["<vcpupin vcpu='-1' cpuset='1'/>", 'libvirt/number'],
    ["<vcpupin vcpu='0' cpuset='3-1'/>", 'libvirt/cpu-set'],
    ["<vcpupin vcpu='0' cpuset='1-4,^2-3'/>", 'libvirt/cpu-set'],
    ["<vcpupin vcpu='0' cpuset='1,^1'/>", 'libvirt/cpu-set'],
    ["<vcpupin vcpu='0' cpuset=''/>", 'libvirt/cpu-set'],
    ["<vcpupin vcpu='0'/>", 'libvirt/missing-attribute'],
    ["<vcpupin cpuset='0'/>", 'libvirt/missing-attribute'],
  ])('refuses %s', (cputune, code) => {
    expect(told({ cputune })).toEqual([`error ${code}`]);
    expect(read({ cputune }).domain).toBeUndefined();
  });

  it('refuses a duplicate iothreadpin', () => {
    const pin = "<iothreadpin iothread='1' cpuset='1'/>";
    expect(told({ cputune: pin + pin, more: '<iothreads>2</iothreads>' })).toEqual([
      'error libvirt/duplicate-pin',
    ]);
  });

  it('ignores the pin of a vCPU that does not exist, with a warning', () => {
    const parts = { cputune: "<vcpupin vcpu='4' cpuset='1'/>" };
    expect(told(parts)).toEqual(['warning libvirt/pin-of-missing-vcpu']);
    expect(domainOf(parts).vcpus).toHaveLength(4);
  });

  it('refuses two cputune and names the second one', () => {
    const { diagnostics } = read({ cputune: '', more: '  <cputune/>' });
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ path: 'domain/cputune[1]', severity: 'error' });
    expect(diagnostics[0].place).toEqual({ file: 'vm.xml', line: 9, column: 3 });
  });
});

describe('scheduling', () => {
  it.each([
    ["<vcpusched vcpus='0' scheduler='fifo'/>", 'libvirt/priority-missing'],
    ["<vcpusched vcpus='0' scheduler='rr' priority='0'/>", 'libvirt/number'],
    ["<vcpusched vcpus='0' scheduler='fifo' priority='100'/>", 'libvirt/number'],
    ["<vcpusched vcpus='0' scheduler='deadline' priority='1'/>", 'libvirt/value'],
    ["<vcpusched vcpus='0' priority='1'/>", 'libvirt/missing-attribute'],
    ["<vcpusched scheduler='batch'/>", 'libvirt/missing-attribute'],
    ["<vcpusched vcpus='4' scheduler='batch'/>", 'libvirt/missing-vcpu'],
    ["<iothreadsched iothreads='0-1' scheduler='batch'/>", 'libvirt/missing-iothread'],
    ["<emulatorsched scheduler='fifo'/>", 'libvirt/priority-missing'],
  ])('refuses %s', (cputune, code) => {
    expect(told({ cputune })).toEqual([`error ${code}`]);
  });

  it('refuses lists that overlap', () => {
    const cputune =
      "<vcpusched vcpus='0-1' scheduler='batch'/><vcpusched vcpus='1' scheduler='idle'/>";
    expect(told({ cputune })).toEqual(['error libvirt/scheduler-overlap']);
  });

  it('takes priorities 1 and 99, and none for batch and idle', () => {
    const { vcpus } = domainOf({
      cputune: `<vcpusched vcpus='0' scheduler='fifo' priority='1'/>
        <vcpusched vcpus='1' scheduler='rr' priority='99'/>
        <vcpusched vcpus='2' scheduler='batch'/><vcpusched vcpus='3' scheduler='idle'/>`,
    });
    expect(vcpus.map(({ scheduling }) => [scheduling.scheduler, scheduling.priority])).toEqual([
      ['fifo', 1],
      ['rr', 99],
      ['batch', 0],
      ['idle', 0],
    ]);
  });

  it('says that a priority without fifo or rr has no effect', () => {
    expect(told({ cputune: "<vcpusched vcpus='0' scheduler='idle' priority='7'/>" })).toEqual([
      'warning libvirt/priority-ignored',
    ]);
  });
});

describe('vCPUs and IOThreads', () => {
  it('has vCPUs beyond current offline, refined by the list of vCPUs', () => {
    const { vcpus } = domainOf({
      vcpu: `<vcpu current='2'>4</vcpu>
        <vcpus><vcpu id='1' enabled='no'/><vcpu id='3' enabled='yes'/></vcpus>`,
    });
    expect(vcpus.filter(({ enabled }) => enabled).map(({ id }) => id)).toEqual([0, 3]);
  });

  it('fills IOThread ids up from 1', () => {
    const { iothreads } = domainOf({
      more: `<iothreads>3</iothreads>
        <iothreadids><iothread id='2'><poll max='500'/></iothread></iothreadids>`,
    });
    expect(iothreads.map(({ id, poll }) => [id, poll?.maxNs])).toEqual([
      [1, undefined],
      [2, 500],
      [3, undefined],
    ]);
  });

  it.each([
    [{ vcpu: '<vcpu>0</vcpu>' }, 'libvirt/number'],
    [{ vcpu: '<vcpu>1000000000</vcpu>' }, 'libvirt/number'],
    [{ vcpu: "<vcpu current='5'>4</vcpu>" }, 'libvirt/number'],
    [
      {
        more: "<iothreadids><iothread id='1'/><iothread id='1'/></iothreadids>",
      },
      'libvirt/duplicate-iothread',
    ],
    [
      { more: "<devices><disk><driver iothread='2'/></disk></devices>" },
      'libvirt/missing-iothread',
    ],
  ])('refuses %j', (parts, code) => {
    expect(told(parts)).toEqual([`error ${code}`]);
  });
});

describe('tuning', () => {
  it('warns of a quota because it throttles, but not of an unlimited one', () => {
    expect(told({ cputune: '<period>100000</period><quota>50000</quota>' })).toEqual([
      'warning libvirt/quota-throttles',
    ]);
    expect(told({ cputune: '<period>0</period><quota>-1</quota>' })).toEqual([]);
  });

  it.each(['<quota>999</quota>', '<period>999</period>', '<global_period>1000001</global_period>'])(
    'refuses %s',
    (cputune) => {
      expect(told({ cputune })).toEqual(['error libvirt/number']);
    },
  );

  const cache = (id: number, type: string) =>
    `<cache id='${id}' level='3' type='${type}' size='3' unit='MiB'/>`;

  it('reads cache and bandwidth tunes', () => {
    const domain = domainOf({
      cputune: `<cachetune vcpus='0-1'>${cache(0, 'code')}${cache(0, 'data')}</cachetune>
        <cachetune vcpus='2'>${cache(1, 'both')}</cachetune>
        <memorytune vcpus='0-1'><node id='0' bandwidth='60'/></memorytune>`,
    });
    expect(domain.cachetunes.map(({ vcpus }) => vcpus)).toEqual([[0, 1], [2]]);
    expect(domain.cachetunes[1].caches[0].sizeBytes).toBe(3 * 1024 ** 2);
    expect(domain.memorytunes[0].nodes).toEqual([{ id: 0, bandwidthPercent: 60 }]);
  });

  it.each([
    [`<cachetune vcpus='0-1'/><cachetune vcpus='1-2'/>`, 'libvirt/tune-overlap'],
    [`<cachetune vcpus='0-1'/><cachetune vcpus='0-1'/>`, 'libvirt/tune-overlap'],
    [`<cachetune vcpus='0-1'/><memorytune vcpus='1'/>`, 'libvirt/tune-overlap'],
    [
      `<cachetune vcpus='0'>${cache(0, 'both')}${cache(0, 'code')}</cachetune>`,
      'libvirt/cache-collision',
    ],
  ])('refuses %s', (cputune, code) => {
    expect(told({ cputune })).toEqual([`error ${code}`]);
  });
});

describe('what is no x86 guest on KVM', () => {
  it.each([
    [domainXml({ type: 'qemu' }), 'libvirt/tcg'],
    [domainXml({ type: 'xen' }), 'libvirt/not-kvm'],
    [domainXml({ arch: 'aarch64' }), 'libvirt/not-x86'],
    ["<domain type='kvm'><os><type>exe</type></os></domain>", 'libvirt/not-hvm'],
    ['<network/>', 'libvirt/no-domain'],
  ])('is refused with one reason', (text, code) => {
    expect(read(text).domain).toBeUndefined();
    expect(read(text).diagnostics.map((d) => d.code)).toEqual([code]);
    expect(read(text).diagnostics[0].fix).toBeTruthy();
  });

  it('is read on request if it is TCG, with a warning', () => {
    const { domain, diagnostics } = readLibvirtDomain(domainXml({ type: 'qemu' }), 'vm.xml', {
      acceptTcg: true,
    });
    expect(domain?.type).toBe('qemu');
    expect(diagnostics.map((d) => `${d.severity} ${d.code}`)).toEqual(['warning libvirt/tcg']);
  });

  it('is found inside a status file', () => {
    const { domain } = read(`<domstatus state='running'><x/>${domainXml()}</domstatus>`);
    expect(domain?.name).toBe('rt1');
  });
});

describe('qemu:commandline', () => {
  const line = (...args: string[]) =>
    domainXml({
      more: `<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>${args
        .map((arg) => `<qemu:arg value='${arg}'/>`)
        .join('')}</qemu:commandline>`,
    });

  it('finds cpu-pm, and says when other arguments are not modelled', () => {
    expect(domainOf(line('-overcommit', 'mem-lock=on,cpu-pm=on')).qemu.cpuPm).toBe(true);
    expect(domainOf(line('-overcommit', 'cpu-pm=off')).qemu.cpuPm).toBe(false);
    expect(told(line('-device', 'x'))).toEqual(['info libvirt/qemu-arguments']);
  });
});

describe('the account', () => {
  it('names elements and attributes with their fate, unknown ones as kept', () => {
    const { account } = read({
      more: "<seclabel type='none'/><brandnew speed='9'><part/></brandnew>",
    });
    const of = (path: string) => account.find((entry) => entry.path === path);
    expect(of('domain/@type')).toEqual({ path: 'domain/@type', disposition: 'used' });
    expect(of('domain/seclabel/@type')?.disposition).toBe('ignored');
    for (const path of ['domain/brandnew', 'domain/brandnew/@speed', 'domain/brandnew/part']) {
      expect(of(path)).toEqual({ path, disposition: 'kept', reason: 'not known to this version' });
    }
  });
});
