/**
 * Kernel parameters that have no place in the model, each with its reason; slips are
 * found by the plan's reader. Source: kernel-parameters of Linux 6.12. What stands in no table
 * is kept.
 */

const BOOT = 'finds the kernel and the root file system; says nothing about latency';
const CONSOLE = 'consoles and boot messages are not modelled';
const DISTRIBUTION = 'addressed to the distribution, not to the kernel';
const SECURITY = 'security modules are not modelled';

/** Exact names (with `_`). */
const IGNORED: Readonly<Record<string, string>> = {
  root: BOOT,
  rootflags: BOOT,
  rootfstype: BOOT,
  rootdelay: BOOT,
  rootwait: BOOT,
  ro: BOOT,
  rw: BOOT,
  initrd: BOOT,
  boot: BOOT,
  resume: BOOT,
  crashkernel: BOOT,
  init: BOOT,
  ostree: BOOT,
  ip: BOOT,
  console: CONSOLE,
  earlyprintk: CONSOLE,
  earlycon: CONSOLE,
  quiet: CONSOLE,
  rhgb: CONSOLE,
  splash: CONSOLE,
  loglevel: CONSOLE,
  debug: CONSOLE,
  vga: CONSOLE,
  biosdevname: DISTRIBUTION,
  LANG: DISTRIBUTION,
  cgroup_no_v1: DISTRIBUTION,
  selinux: SECURITY,
  enforcing: SECURITY,
  apparmor: SECURITY,
  security: SECURITY,
  lsm: SECURITY,
};

/** Beginnings of names, for whole families. */
const IGNORED_PREFIXES: ReadonlyArray<readonly [string, string]> = [
  ['rd.', DISTRIBUTION],
  ['ignition.', DISTRIBUTION],
  ['coreos.', DISTRIBUTION],
  ['net.', DISTRIBUTION],
  ['random.', 'the seeding of random numbers is not modelled'],
  ['printk.', CONSOLE],
];

/** Why a parameter has no place in the model; undefined if it may have one. */
export function ignoredReason(key: string): string | undefined {
  if (Object.hasOwn(IGNORED, key)) return IGNORED[key];
  return IGNORED_PREFIXES.find(([prefix]) => key.startsWith(prefix))?.[1];
}
