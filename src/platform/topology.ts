/** Which logical CPUs share a core, an L2, an LLC, a NUMA node, a socket. */

/** One logical CPU (a PU of hwloc), by its Linux number. */
export interface LogicalCpu {
  readonly pcpu: number;
  /** Dense indexes, unique over the whole machine (two sockets never share a core index). */
  readonly core: number;
  readonly llc: number;
  readonly node: number;
  readonly socket: number;
}

/** Ascending by pcpu; numbers may have holes (offline CPUs). */
export interface Topology {
  readonly pcpus: readonly LogicalCpu[];
}
