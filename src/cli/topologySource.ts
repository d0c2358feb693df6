/** Finds out which of its forms a topology has, and reads it. */
import type { Reading } from '../formats/account.js';
import type { TopologyFacts } from '../formats/topologyBuild.js';
import { readLscpu } from '../formats/topologyLscpu.js';
import { readLstopo } from '../formats/topologyLstopo.js';
import { readSysfsTopology } from '../formats/topologySysfs.js';
import type { NamedTree } from './importSources.js';

/** A line of a listing of sysfs, as in `sys/devices/system/cpu/cpu0/topology/core_id<TAB>0`. */
const SYSFS_LINE = /(?:^|\/)(?:cpu|node)\d{1,6}\/[\w/]{1,60}[\t:]/m;

/** Reads sysfs, lstopo XML or any form of lscpu; anything else is refused by the lscpu reader. */
export function readTopology({ source, file }: NamedTree): Reading<TopologyFacts> {
  if (typeof source !== 'string') return readSysfsTopology(source, file);
  if (source.trimStart().startsWith('<')) return readLstopo(source, file);
  if (SYSFS_LINE.test(source.slice(0, 65_536))) return readSysfsTopology(source, file);
  return readLscpu(source, file);
}
