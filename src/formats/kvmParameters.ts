/**
 * Parameters of the KVM modules: the files of /sys/module/kvm/parameters (and kvm_intel, kvm_amd) as
 * a Map, as `name<TAB>value` or `path:value` lines (of grep), and `options kvm ...` lines of modprobe.d.
 * Source: Linux virt/kvm/kvm_main.c, arch/x86/kvm/{lapic,x86,vmx/vmx,svm/svm,mmu/mmu}.c,
 * docs.kernel.org/virt/kvm/halt-polling.html, modprobe.d(5).
 * Leaves out: aliases, install and softdep lines; parameters of other architectures are only kept.
 */
import type { Diagnostic } from '../base/diagnostics.js';
import { editDistance } from '../base/suggest.js';
import type { AccountEntry, Reading } from './account.js';
import { KVM_PARAMETERS, type KvmField, type KvmParameters } from './kvmParameterTable.js';

export type { KvmParameters } from './kvmParameterTable.js';

export type KvmModule = 'kvm' | 'kvm_intel' | 'kvm_amd';

const BY_NAME = new Map(KVM_PARAMETERS.map((parameter) => [parameter[0], parameter]));
const MAX_LENGTH = 1024 * 1024;
const MAX_MESSAGES = 20;

interface Setting {
  readonly module: KvmModule | undefined;
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/**
 * Reads KVM module parameters in any of the forms above, also mixed; later settings win.
 *
 * @example readKvmParameters('options kvm halt_poll_ns=0', 'kvm.conf').value.haltPollNs // 0
 */
export function readKvmParameters(
  source: string | ReadonlyMap<string, string>,
  file: string,
): Reading<KvmParameters> {
  const diagnostics: Diagnostic[] = [];
  const account: AccountEntry[] = [];
  const raw = new Map<string, string>();
  const fields: { -readonly [K in KvmField]?: number | boolean } = {};
  const report = (
    severity: 'error' | 'warning',
    line: number,
    message: string,
    fix?: string,
  ): void => {
    if (diagnostics.length >= MAX_MESSAGES) return;
    const place = { file, line, column: 1 };
    const code = severity === 'error' ? 'kvm/not-parameters' : 'kvm/parameter';
    diagnostics.push({ code, severity, path: '', message, ...(fix ? { fix } : {}), place });
  };
  for (const setting of settings(source, report)) {
    const { name, value, line } = setting;
    const known = BY_NAME.get(name);
    const module = setting.module ?? (known?.[3] === 'vendor' ? guessVendor(name) : 'kvm');
    const path = `${module}.${name}`;
    if (raw.has(path)) {
      account.push({ path, disposition: 'ignored', reason: 'set again: the last one counts' });
    }
    raw.set(path, value);
    if (!known) {
      const near = KVM_PARAMETERS.find(
        ([other]) => name.length > 7 && editDistance(name, other, 3) < 3,
      );
      if (near) report('warning', line, `${path} is no known parameter`, `write ${near[0]}`);
      account.push({ path, disposition: 'kept' });
      continue;
    }
    const parsed = known[2] === 'boolean' ? readBoolean(value) : readInteger(value);
    if (parsed === undefined) {
      report('warning', line, `${path}: "${value.slice(0, 40)}" is no ${known[2]}`);
      account.push({ path, disposition: 'ignored', reason: `its value is no ${known[2]}` });
    } else {
      fields[known[1]] = parsed;
      account.push({ path, disposition: 'used' });
    }
  }
  if (raw.size === 0 && diagnostics.length === 0) {
    report('error', 1, 'no module parameter', 'bring `grep . /sys/module/kvm*/parameters/*`');
  }
  return { value: { raw, ...(fields as Omit<KvmParameters, 'raw'>) }, diagnostics, account };
}

type Report = (severity: 'error' | 'warning', line: number, message: string, fix?: string) => void;

function settings(source: string | ReadonlyMap<string, string>, report: Report): Setting[] {
  if (typeof source !== 'string') {
    return [...source].map(([path, text]) => pathSetting(path, text.trim(), 1));
  }
  if (source.length > MAX_LENGTH) {
    report('error', 1, `longer than ${MAX_LENGTH} characters`);
    return [];
  }
  const found: Setting[] = [];
  const strange: number[] = [];
  // modprobe.d joins a line that ends in a backslash with the next.
  const lines = source.replace(/\\\r?\n/g, ' ').split('\n');
  lines.forEach((text, i) => {
    const line = text.trim();
    if (line === '' || line.startsWith('#')) return;
    const option = /^options\s+(\S+)\s+(.*)$/.exec(line);
    if (option) found.push(...optionSettings(option[1], option[2], i + 1));
    else if (/^(alias|install|remove|softdep|blacklist|weakdep)\s/.test(line)) return;
    else {
      // No KVM parameter has a space in its value: a sentence is none.
      const pair = /^([\w./-]{1,200})(?:\s*[:=]\s*|\s+)(\S+)$/.exec(line);
      const name = pair?.[1].split('/').at(-1) ?? '';
      if (pair && /^\w+(\.\w+)?$/.test(name)) found.push(pathSetting(pair[1], pair[2], i + 1));
      else strange.push(i + 1);
    }
  });
  if (strange.length * 4 > found.length) {
    report('error', strange[0], `${strange.length} lines are no parameter: this is another file`);
    return [];
  }
  const message = 'neither name<TAB>value, path:value nor an options line';
  for (const line of strange) report('warning', line, message);
  return found;
}

function moduleOf(text: string): KvmModule | undefined {
  const name = text.replaceAll('-', '_');
  return name === 'kvm' || name === 'kvm_intel' || name === 'kvm_amd' ? name : undefined;
}

/** `/sys/module/kvm/parameters/halt_poll_ns`, `kvm.halt_poll_ns` or `halt_poll_ns`. */
function pathSetting(path: string, value: string, line: number): Setting {
  const parts = path.split('/');
  const last = parts.at(-1) ?? '';
  const dotted = last.split('.');
  const name = (dotted.at(-1) ?? '').replaceAll('-', '_');
  const owner = dotted.length > 1 ? dotted[0] : (parts.at(-3) ?? '');
  return { module: moduleOf(owner), name, value, line };
}

function optionSettings(owner: string, options: string, line: number): Setting[] {
  const module = moduleOf(owner);
  // Options of other modules share the file.
  if (!module) return [];
  return options
    .split(/\s+/)
    .filter((option) => option !== '')
    .map((option) => {
      const equals = option.indexOf('=');
      const name = (equals < 0 ? option : option.slice(0, equals)).replaceAll('-', '_');
      // A boolean without a value is set.
      return { module, name, value: equals < 0 ? 'Y' : option.slice(equals + 1), line };
    });
}

function guessVendor(name: string): KvmModule {
  return name === 'avic' || name === 'npt' || name === 'pause_filter_count'
    ? 'kvm_amd'
    : 'kvm_intel';
}

function readInteger(text: string): number | undefined {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** kstrtobool, and the words of nx_huge_pages. */
function readBoolean(text: string): boolean | undefined {
  if (/^(y|yes|1|on|force|auto|true)$/i.test(text)) return true;
  if (/^(n|no|0|off|never|false)$/i.test(text)) return false;
  return undefined;
}
