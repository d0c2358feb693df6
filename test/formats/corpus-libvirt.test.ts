/**
 * Every domain file of the corpus: none crashes the reader, valid x86 KVM domains are read, refused
 * files are listed here with the reason, and the account covers every element and attribute.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { readTraced, type TracedReading } from '../../src/formats/libvirtDomain.js';
import { UNKNOWN_REASON } from '../../src/formats/libvirtDomainAccount.js';

import { elementsOf, xmlPath } from '../../src/formats/libvirtDomainPath.js';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus');
const present = existsSync(CORPUS);
if (!present) console.log('skipped: the corpus of real files is not here (../shared/corpus)');

/** Refused although they are x86 domains: file -> the code of its error, reviewed one by one. */
const REFUSED: Readonly<Record<string, string>> = {
  // A fragment: it schedules vCPUs 10 and 11 but says nothing of their number.
  'samples/nova-numa-livemigrate.fragment.xml': 'libvirt/missing-vcpu',
  // Priority 0 is no priority of fifo or rr: the kernel refuses it when the domain starts.
  'RWTH-OS+libvirt/qemuxml2argvdata/cputune-iothreadsched-zeropriority.xml': 'libvirt/number',
  'RWTH-OS+libvirt/qemuxml2xmloutdata/cputune-iothreadsched-zeropriority.xml': 'libvirt/number',
  'deepin-community+libvirt/qemuxmlconfdata/cputune.x86_64-latest.xml': 'libvirt/number',
  'deepin-community+libvirt/qemuxmlconfdata/cputune.xml': 'libvirt/number',
  // libvirt's own negative tests, in a copy that the manifest does not mark.
  'RWTH-OS+libvirt/qemuxml2argvdata/cputune-vcpusched-overlap.xml': 'libvirt/scheduler-overlap',
  'RWTH-OS+libvirt/qemuxml2argvdata/numatune-memory-invalid-nodeset.xml': 'libvirt/cpu-set',
  // Not a domain: what libvirt sends along with a migration.
  'deepin-community+libvirt/qemumigrationcookiexmldata/full-xml2xml-in.xml': 'libvirt/no-domain',
  // Two documents in one text, and two patches.
  'virt-manager+virt-manager/cli/compare/virt-install-singleton-config-2.xml': 'xml/second-root',
  'virt-manager+virt-manager/cli/compare/virt-xml-edit-simple-memorybacking.xml': 'xml/mismatch',
  'virt-manager+virt-manager/cli/compare/virt-xml-edit-simple-vcpus.xml': 'xml/second-root',
};

/** Negative files whose fault only the host can tell: libvirt rejects them for missing host nodes. */
const NEEDS_HOST = new Set([
  'deepin-community+libvirt/qemuxmlconfdata/numatune-memnode-unavailable-restrictive.xml',
  'deepin-community+libvirt/qemuxmlconfdata/numatune-memnode-unavailable-strict.xml',
  'deepin-community+libvirt/qemuxmlconfdata/numatune-static-nodeset-exceed-hostnode.xml',
]);

interface Sample {
  readonly file: string;
  readonly text: string;
  readonly negative: boolean;
  readonly reading: TracedReading;
}

function load(): Sample[] {
  if (!present) return [];
  const negatives = new Set(
    readFileSync(join(CORPUS, 'MANIFEST.tsv'), 'utf8')
      .split('\n')
      .filter((line) => line.split('\t')[6]?.startsWith('NEGATIVE'))
      .map((line) => line.split('\t')[0].replace('libvirt-domain-xml/', '')),
  );
  const folder = join(CORPUS, 'libvirt-domain-xml');
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.xml'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const reading = readTraced(text, file, { acceptTcg: true });
      return { file, text, negative: negatives.has(file), reading };
    });
}

const samples = load();

function errorsOf(sample: Sample): string[] {
  return sample.reading.diagnostics.filter((d) => d.severity === 'error').map((d) => d.code);
}

/** x86 by its own words, or silent about it; other hypervisors and architectures are another matter. */
function isOther(sample: Sample): boolean {
  return errorsOf(sample).some((code) =>
    ['libvirt/not-kvm', 'libvirt/not-x86', 'libvirt/not-hvm'].includes(code),
  );
}

describe.skipIf(!present)('the libvirt domains of the corpus', () => {
  it('reads at least 95 % of the x86 KVM domains', () => {
    const kvm = samples.filter(
      (sample) => /<domain type=.kvm/.test(sample.text) && !sample.negative && !isOther(sample),
    );
    const read = kvm.filter((sample) => sample.reading.domain);
    expect(kvm.length).toBeGreaterThanOrEqual(35);
    expect(read.length / kvm.length).toBeGreaterThanOrEqual(0.95);
  });

  it('reads at least 95 % of the x86 domains when TCG is accepted', () => {
    const x86 = samples.filter((sample) => !sample.negative && !isOther(sample));
    const read = x86.filter((sample) => sample.reading.domain);
    console.log(`libvirt domains: ${read.length} of ${x86.length} x86 domains read`);
    expect(read.length / x86.length).toBeGreaterThanOrEqual(0.95);
  });

  it('refuses exactly the reviewed files', () => {
    const refused = samples.filter(
      (sample) => !sample.negative && !isOther(sample) && !sample.reading.domain,
    );
    expect(Object.fromEntries(refused.map((sample) => [sample.file, errorsOf(sample)[0]]))).toEqual(
      REFUSED,
    );
  });

  it('rejects what libvirt must reject, where the domain alone shows it', () => {
    const negatives = samples.filter((sample) => sample.negative);
    const accepted = negatives.filter((sample) => sample.reading.domain).map(({ file }) => file);
    expect(negatives.length).toBeGreaterThan(10);
    expect(new Set(accepted)).toEqual(NEEDS_HOST);
  });

  it('gives every error a place', () => {
    for (const { reading, file } of samples) {
      for (const problem of reading.diagnostics) {
        expect(problem.place?.file, problem.message).toBe(file);
        expect(problem.place?.line).toBeGreaterThan(0);
      }
    }
  });
});

function countNodes(element: Element): number {
  let count = 1 + element.attributes.length;
  for (const child of elementsOf(element)) count += countNodes(child);
  return count;
}

describe.skipIf(!present)('the account of the corpus', () => {
  it('has one entry for each element and attribute', () => {
    for (const { reading, file } of samples) {
      if (!reading.root) continue;
      expect(reading.account.length, file).toBe(countNodes(reading.root));
      expect(new Set(reading.account.map(({ path }) => path)).size, file).toBe(
        reading.account.length,
      );
    }
  });

  it('gives a reason for everything that is not used', () => {
    for (const { reading } of samples) {
      for (const entry of reading.account) {
        if (entry.disposition !== 'used') expect(entry.reason, entry.path).toBeTruthy();
      }
    }
  });

  it('says used only of what was looked at, and ignored only of what was not', () => {
    for (const { reading, file } of samples) {
      const { cursor, root, domain } = reading;
      if (!cursor || !root || !domain) continue;
      const touched = new Set<string>();
      for (const node of cursor.touched) {
        touched.add(
          node.nodeType === 2
            ? `${xmlPath(node.ownerElement as Element)}/@${node.nodeName}`
            : xmlPath(node as Element),
        );
      }
      for (const { path, disposition } of reading.account) {
        if (disposition === 'used') expect(touched.has(path), `${file}: ${path} used`).toBe(true);
        if (disposition === 'ignored' && touched.has(path)) {
          expect(path, file).toMatch(/^dom[a-z]+$/);
        }
      }
    }
  });

  it('knows nearly everything that stands in real files', () => {
    const entries = samples
      .filter(({ reading }) => reading.domain)
      .flatMap(({ reading }) => reading.account);
    const unknown = entries.filter(({ reason }) => reason === UNKNOWN_REASON);
    console.log(`libvirt domains: ${unknown.length} of ${entries.length} entries not known`);
    expect(unknown.length / entries.length).toBeLessThan(0.02);
  });
});
