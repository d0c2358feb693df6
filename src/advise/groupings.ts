/**
 * Ways to put things into a given number of groups, no two of a group being at odds. By restricted
 * growth: the first thing opens group 0, each next one joins an open group or opens one (Knuth, The
 * Art of Computer Programming 4A, 7.2.1.5). Their number grows fast; the caller stops when it has
 * enough.
 */
export function* groupings<T>(
  things: readonly T[],
  groups: number,
  together: (a: T, b: T) => boolean,
): Generator<ReadonlyArray<readonly T[]>> {
  const open: T[][] = [];
  function* from(next: number): Generator<ReadonlyArray<readonly T[]>> {
    if (next === things.length) {
      if (open.length === groups) yield open.map((group) => [...group]);
      return;
    }
    const thing = things[next];
    for (const group of open) {
      if (!group.every((one) => together(one, thing))) continue;
      group.push(thing);
      yield* from(next + 1);
      group.pop();
    }
    // What is left must be able to open all groups that are still missing, and no more.
    if (open.length < groups) {
      open.push([thing]);
      yield* from(next + 1);
      open.pop();
    }
  }
  if (things.length >= groups) yield* from(0);
}
