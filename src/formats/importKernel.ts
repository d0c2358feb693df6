/**
 * From a kernel release to a preset, and from there to a platform.
 *
 * Covers `uname -r` texts and the BOOT_IMAGE of a command line. The release only supplies defaults:
 * what a distribution ported back is for the user to state in `kernel.flags`.
 */
import type { PreemptionModel } from '../plan/kernelFlags.js';
import { KERNEL_PRESET_NAMES, KERNEL_PRESETS } from '../plan/presets.js';
import { DEFAULT_PLATFORM, type ImportOptions, type PlatformChoice } from './importModel.js';

export interface PresetChoice {
  readonly preset: string;
  /** Present where the preset's own model is another one. */
  readonly preemption?: PreemptionModel;
  /** Why the preset is no exact match; absent if it is one. */
  readonly reason?: string;
}

/** The release in `BOOT_IMAGE=(hd0)/vmlinuz-6.12.0-rt1 ro`, if it has one. */
export function releaseOfCmdline(cmdline: string): string | undefined {
  const image = cmdline.split(/\s+/).find((token) => token.startsWith('BOOT_IMAGE='));
  if (image === undefined || image.length > 1024) return undefined;
  const file = image.slice(image.lastIndexOf('/') + 1);
  const dash = file.indexOf('-');
  const release = dash < 0 ? '' : file.slice(dash + 1);
  return versionOf(release) ? release : undefined;
}

/**
 * True if a release names an architecture other than x86.
 *
 * @example isForeign('5.14.0-427.el9.aarch64') // true
 */
export function isForeign(release: string): boolean {
  return /[-+._](aarch64|arm64|armv[0-9][a-z]*|armhf|ppc64(le|el)?|s390x|riscv64|loongarch64|mips[a-z0-9]*)($|[-+._])/i.test(
    release,
  );
}

/** True if a release names PREEMPT_RT, as in `6.1.0-rt5` or `5.14.0-70.el9.x86_64+rt`. */
function isRealtimeRelease(release: string): boolean {
  return /(^|[-+._])(rt[0-9]*|realtime)($|[-+._])/i.test(release);
}

/**
 * The preset of a release: same version and model if there is one, else the newest older version.
 *
 * @example presetOfRelease('5.14.0-427.el9.x86_64+rt') // { preset: '5.14-rt' }
 */
export function presetOfRelease(release: string): PresetChoice | undefined {
  const wanted = versionOf(release);
  if (!wanted) return undefined;
  const realtime = isRealtimeRelease(release);
  const candidates = KERNEL_PRESET_NAMES.flatMap((name) => {
    const version = versionOf(name);
    // A name with more than a version and -rt stands for one machine, not for an era.
    return version && /^[0-9.]+(-rt)?$/.test(name) ? [{ name, version }] : [];
  });
  const older = candidates.filter(({ version }) => compare(version, wanted) <= 0);
  const pool = older.length > 0 ? older : candidates;
  const sign = older.length > 0 ? -1 : 1;
  const isRt = (name: string) => KERNEL_PRESETS[name].preemption === 'rt';
  const [best] = [...pool].sort(
    (a, b) =>
      sign * compare(a.version, b.version) ||
      Number(isRt(b.name) === realtime) - Number(isRt(a.name) === realtime) ||
      (a.name < b.name ? -1 : 1),
  );
  const fits = isRt(best.name) === realtime;
  const exact = fits && compare(best.version, wanted) === 0;
  return {
    preset: best.name,
    ...(fits ? {} : { preemption: realtime ? ('rt' as const) : ('voluntary' as const) }),
    ...(exact ? {} : { reason: `no preset for ${release.slice(0, 80)}; ${best.name} is nearest` }),
  };
}

/** The platform asked for or the only one; else one whose kernel is the preset; else the default. */
export function choosePlatform(
  options: ImportOptions,
  preset: string | undefined,
): { readonly platform?: PlatformChoice; readonly reason?: string } {
  const { platforms } = options;
  const named = (name: string) => platforms.find((platform) => platform.name === name);
  if (options.platform !== undefined) return { platform: named(options.platform) };
  // A single choice is the caller's.
  if (platforms.length === 1) return { platform: platforms[0] };
  const sameKernel = preset && platforms.find(({ defaultKernel }) => defaultKernel === preset);
  if (sameKernel) {
    return {
      platform: sameKernel,
      reason: `the files do not name the machine; its kernel is ${preset}`,
    };
  }
  return {
    platform: named(DEFAULT_PLATFORM) ?? platforms[0],
    reason: 'the files do not name the machine; this is the default',
  };
}

type Version = readonly [number, number];

function versionOf(text: string): Version | undefined {
  const match = /^([0-9]{1,3})\.([0-9]{1,4})/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1];
}
