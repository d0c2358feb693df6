import { describe, expect, it } from 'vitest';
import { assemblePlan } from '../../src/formats/importAssemble.js';
import { readLibvirtDomain } from '../../src/formats/libvirtDomain.js';
import { domainXml } from './domainFixture.js';
import { platforms } from './importSetup.js';

const codes = (text: string) => readLibvirtDomain(text, 'big.xml').diagnostics.map((d) => d.code);
const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_unused, index) => make(index)).join('');

describe('a domain of unreasonable size', () => {
  it('of 4096 vCPUs and IOThreads with wide pins is read and imported', () => {
    const text = domainXml({
      vcpu: "<vcpu cpuset='0-4095'>4096</vcpu>",
      cputune: repeat(4096, (id) => `<vcpupin vcpu='${id}' cpuset='0-4095'/>`),
      more: '<iothreads>4096</iothreads>',
    });
    const { domain } = readLibvirtDomain(text, 'big.xml');
    if (!domain) throw new Error('refused');
    const { yaml } = assemblePlan({}, [{ file: 'big.xml', domain }], { platforms });
    expect(yaml).toContain('{id: 4095, cpus: 0-4095, policy: other}');
  });

  it('is refused for too many elements of one name', () => {
    const text = domainXml({ cputune: repeat(5000, () => "<cachetune vcpus='0'/>") });
    expect(codes(text)).toContain('libvirt/too-many');
  });

  it('is refused for sets that would fill the memory', () => {
    const text = domainXml({
      vcpu: '<vcpu>4096</vcpu>',
      cputune: repeat(300, (id) => `<vcpupin vcpu='${id}' cpuset='${id}-16383'/>`),
    });
    expect(codes(text)).toContain('libvirt/cpu-set');
  });

  it('has a bounded number of problems, and says that there are more', () => {
    const text = domainXml({ cputune: repeat(2000, () => "<vcpupin vcpu='x' cpuset='y'/>") });
    const all = codes(text);
    expect(all).toHaveLength(200);
    expect(all.at(-1)).toBe('libvirt/too-many-problems');
  });

  it('is refused at once if it is longer than any domain', () => {
    const text = domainXml({ more: `<description>${'x'.repeat(50_000_000)}</description>` });
    expect(codes(text)).toEqual(['xml/too-long']);
  });

  it('is refused if it nests or expands without end', () => {
    expect(codes('<domain>'.repeat(100_000))[0]).toMatch(/^xml\//);
    const bomb = `<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>${domainXml({ name: '&b;' })}`;
    expect(codes(bomb)[0]).toMatch(/^xml\//);
  });
});
